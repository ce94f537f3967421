"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.rules.permissions import Role
from app.services import staff as staff_services
from app.web import auth
from tests import make
from tests.pages import Browser


@pytest.fixture
def email(app: Flask) -> str:
    """Return the address of somebody on the staff."""
    with app.app_context():
        return make.staff(Role.EDITOR, name="Edda Lin").email


def cookie(client: FlaskClient) -> str:
    """Return the session cookie that a browser holds."""
    found = client.get_cookie("corrigenda")
    assert found is not None
    return found.value


def test_the_right_password_opens_the_desk(browser: Browser, email: str) -> None:
    page = browser.sign_in(email.upper(), make.PASSWORD)

    assert page.heading == "Queue"
    assert "Edda Lin" in page.response.get_data(as_text=True)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    browser: Browser, email: str
) -> None:
    wrong = browser.sign_in(email, "not the password")
    unknown = browser.sign_in("nobody@desk.example", make.PASSWORD)

    assert wrong.status == unknown.status == 422
    assert "The address or the password is wrong." in wrong.text
    assert wrong.text == unknown.text


def test_after_signing_in_the_page_that_was_asked_for_opens(browser: Browser, email: str) -> None:
    door = browser.open("/desk/articles?q=harbour")

    page = door.press("Sign in", email=email, password=make.PASSWORD)

    assert page.url == "/desk/articles?q=harbour"


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/articles", "/deskt\n"]
)
def test_signing_in_never_leads_to_another_site(browser: Browser, email: str, target: str) -> None:
    door = browser.open("/desk/login", query_string={"next": target})

    page = door.press("Sign in", email=email, password=make.PASSWORD)

    assert page.url == "/desk"


def test_a_cookie_is_worth_nothing_after_signing_out(
    app: Flask, browser: Browser, email: str
) -> None:
    browser.sign_in(email, make.PASSWORD)
    stolen = cookie(browser.client)
    thief = app.test_client()
    thief.set_cookie("corrigenda", stolen)
    assert thief.get("/desk").status_code == 200

    browser.open("/desk").press("Sign out")

    assert thief.get("/desk").status_code == 303


@pytest.mark.parametrize("change", ["password", "role", "disabled"])
def test_a_session_ends_when_its_owner_changes(
    app: Flask, browser: Browser, email: str, change: str
) -> None:
    browser.sign_in(email, make.PASSWORD)

    with app.app_context():
        if change == "password":
            staff_services.set_password(email, "an entirely new one")
        elif change == "role":
            staff_services.change_role(email, Role.TRIAGER)
        else:
            staff_services.disable(email)

    assert browser.open("/desk").heading == "Sign in"


def test_a_session_ends_after_its_hours(app: Flask, browser: Browser, email: str) -> None:
    browser.sign_in(email, make.PASSWORD)
    hours = app.config["SESSION_HOURS"]

    with time_machine.travel(now() + timedelta(hours=hours, minutes=1)):
        page = browser.open("/desk")

    assert page.heading == "Sign in"


def test_the_cookie_changes_when_somebody_signs_in(browser: Browser, email: str) -> None:
    browser.open("/desk/login")
    before = cookie(browser.client)

    browser.sign_in(email, make.PASSWORD)

    assert cookie(browser.client) != before


def test_an_account_is_throttled_wherever_the_tries_come_from(app: Flask, email: str) -> None:
    tries = int(auth.PER_ACCOUNT.split()[0])
    for number in range(tries):
        visitor = Browser(app.test_client())
        visitor.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        visitor.sign_in(email, "not the password")

    page = Browser(app.test_client()).sign_in(email, make.PASSWORD)

    assert page.status == 429
    assert "Wait" in page.text


def test_an_address_is_throttled_whichever_accounts_it_tries(
    app: Flask, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "PER_ADDRESS", "4 per 15 minutes")
    visitor = Browser(app.test_client())
    for number in range(4):
        visitor.sign_in(f"guess{number}@desk.example", "not the password")

    assert visitor.sign_in(email, make.PASSWORD).status == 429
    elsewhere = Browser(app.test_client())
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    assert elsewhere.sign_in(email, make.PASSWORD).heading == "Queue"


def test_without_rate_limits_nobody_is_throttled(app: Flask, browser: Browser, email: str) -> None:
    app.config["RATELIMIT_ENABLED"] = False
    for _ in range(int(auth.PER_ACCOUNT.split()[0]) + 1):
        browser.sign_in(email, "not the password")

    assert browser.sign_in(email, make.PASSWORD).heading == "Queue"


@pytest.mark.parametrize("email_typed", ["", "x\0y@desk.example", "a" * 5000])
def test_odd_input_at_the_door_gets_a_sentence(browser: Browser, email_typed: str) -> None:
    page = browser.sign_in(email_typed, "some password")

    assert page.status == 422


def test_a_form_without_its_token_is_refused(client: FlaskClient, email: str) -> None:
    response = client.post("/desk/login", data={"email": email, "password": make.PASSWORD})

    assert response.status_code == 400


def test_changing_ones_password_signs_out_everywhere(browser: Browser, email: str) -> None:
    browser.sign_in(email, make.PASSWORD)

    page = browser.open("/desk/account").press(
        "Change password", old=make.PASSWORD, new="an entirely new one"
    )

    assert page.heading == "Sign in"
    assert browser.sign_in(email, "an entirely new one").heading == "Queue"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("wrong", "an entirely new one", "not your present password"),
        (make.PASSWORD, "short", "12 to 256 characters"),
        (make.PASSWORD, "", "Enter a new password"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(
    browser: Browser, email: str, old: str, new: str, sentence: str
) -> None:
    browser.sign_in(email, make.PASSWORD)

    page = browser.open("/desk/account").press("Change password", old=old, new=new)

    assert page.status == 422
    assert sentence in page.text
