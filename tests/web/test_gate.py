"""The gate: every route, every role, and the visitor without one."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.rules.permissions import Permission, Role, is_permitted
from app.web.access import PERSONAL, PUBLIC, access_of
from tests.pages import Browser
from tests.web.conftest import SignedIn

SAMPLES = {"slug": "no-such-article", "reference": "C-0001", "token": "0" * 26, "number": "1"}


def rules(app: Flask) -> list[Rule]:
    """Return the routes that answer to a method of their own."""
    return [rule for rule in app.url_map.iter_rules() if rule.methods]


def address(rule: Rule) -> str:
    """Return an address that a rule matches."""
    sample = re.compile(r"<(?:\w+:)?(\w+)>")
    return sample.sub(lambda part: SAMPLES.get(part[1], "1"), rule.rule)


def method(rule: Rule) -> str:
    """Return the method with which a rule changes something, or else reads."""
    assert rule.methods is not None
    return "POST" if "POST" in rule.methods else "GET"


def declared(app: Flask, rule: Rule) -> str | None:
    """Return whom a rule's view is for."""
    with app.app_context():
        return access_of(rule.endpoint)


def test_every_view_declares_whom_it_is_for(app: Flask) -> None:
    silent = [rule.rule for rule in rules(app) if declared(app, rule) is None]

    assert silent == []


def test_a_view_that_declares_nothing_is_closed_to_everybody(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    response = app.test_client().get("/forgotten")

    assert response.status_code == 403
    assert b"secret" not in response.data


def test_public_views_only_read(app: Flask) -> None:
    changing = [
        rule.rule for rule in rules(app) if declared(app, rule) == PUBLIC and method(rule) == "POST"
    ]

    assert changing == []


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_answers_each_role_as_declared(
    app: Flask, signed_in: SignedIn, role: Role | None
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that the gate answers, not the form

    for rule in rules(app):
        if rule.endpoint == "auth.logout":
            continue  # it would end the session that the next route needs
        client = (signed_in(role) if role else Browser(app.test_client())).client
        access = declared(app, rule)
        response = client.open(address(rule), method=method(rule))

        if access in (PUBLIC, PERSONAL):
            expected = {200, 303, 404, 422, 429, 503}
        elif role is None:
            expected = {403} if method(rule) == "POST" else {303}
        elif is_permitted(role, Permission(access or "")):
            expected = {200, 303, 404, 409, 422}
        else:
            expected = {403}
        assert response.status_code in expected, f"{role} {method(rule)} {rule.rule}"


def test_a_session_that_ended_loses_nothing_that_was_typed(app: Flask, browser: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    page = browser.send("/desk/cases/C-0001/note", {"text": "The port’s archive opens at nine."})

    assert page.status == 403
    assert "The port’s archive opens at nine." in page.text
