"""The gate: every route, every role, and the visitor without one, each with its answer given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.rules.permissions import Role
from app.web.access import PUBLIC, access_of
from tests.pages import Browser
from tests.web.conftest import SignedIn

SAMPLES = {"slug": "no-such-article", "reference": "C-0001", "token": "0" * 26, "number": "404"}

TABLE = Path(__file__).with_name("routes.txt")

VISITOR = "visitor"
WHO = (VISITOR, *Role)


def table() -> dict[tuple[str, str], dict[str, str]]:
    """Return what each method of each route answers to whom, as ``routes.txt`` has it."""
    lines = [line.split() for line in TABLE.read_text("utf-8").splitlines() if line[:1] != "#"]
    return {
        (method, route): dict(zip(WHO, answers, strict=True))
        for method, route, *answers in filter(None, lines)
    }


def rules(app: Flask) -> list[Rule]:
    """Return the routes that answer to a method of their own."""
    return [rule for rule in app.url_map.iter_rules() if rule.methods]


def methods(rule: Rule) -> set[str]:
    """Return the methods that a rule's view takes itself."""
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def address(route: str) -> str:
    """Return an address that a route matches."""
    sample = re.compile(r"<(?:\w+:)?(\w+)>")
    return sample.sub(lambda part: SAMPLES.get(part[1], "1"), route)


def declared(app: Flask, rule: Rule) -> str | None:
    """Return whom a rule's view is for."""
    with app.app_context():
        return access_of(rule.endpoint)


def answer(response: TestResponse) -> str:
    """Return what a response is, in the words of the table."""
    if response.status_code in (401, 403):
        return {401: "token", 403: "no"}[response.status_code]
    if response.status_code == 303 and response.headers["Location"].startswith("/desk/login?next="):
        return "door"
    return "yes" if response.status_code < 500 or response.status_code == 503 else "error"


def is_signed_in(client: FlaskClient) -> bool:
    """Say whether the door lets a browser pass."""
    return client.get("/desk/login").status_code == 303


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
        rule.rule
        for rule in rules(app)
        if declared(app, rule) == PUBLIC and "POST" in methods(rule)
    ]

    assert changing == []


def test_the_table_holds_every_route_and_no_other(app: Flask) -> None:
    there_are = {(method, rule.rule) for rule in rules(app) for method in methods(rule)}

    given = set(table())

    assert there_are - given == set(), "enter these in tests/web/routes.txt"
    assert given - there_are == set(), "take these out of tests/web/routes.txt"


@pytest.mark.parametrize("who", WHO)
def test_every_route_answers_everybody_as_the_table_says(
    app: Flask, signed_in: SignedIn, who: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that the gate answers, not the form
    given = table()
    client, wrong = app.test_client(), {}

    for (method, route), expected in given.items():
        if who != VISITOR and not is_signed_in(client):
            client = signed_in(Role(who)).client  # the route before ended the session
        response = client.open(address(route), method=method)
        if answer(response) != expected[who]:
            wrong[method, route] = response.status_code

    assert wrong == {}


@pytest.mark.parametrize("who", WHO)
def test_what_a_route_does_not_take_it_refuses_to_everybody(
    app: Flask, signed_in: SignedIn, who: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    taken = {(method, rule.rule) for rule in rules(app) for method in methods(rule)}
    client = app.test_client() if who == VISITOR else signed_in(Role(who)).client

    answers = {
        (method, rule.rule): client.open(address(rule.rule), method=method).status_code
        for rule in rules(app)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if (method, rule.rule) not in taken
    }

    assert set(answers.values()) <= {405}, {k: v for k, v in answers.items() if v != 405}


def test_a_session_that_ended_loses_nothing_that_was_typed(app: Flask, browser: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    page = browser.send("/desk/cases/C-0001/note", {"text": "The port’s archive opens at nine."})

    assert page.status == 403
    assert "The port’s archive opens at nine." in page.text
