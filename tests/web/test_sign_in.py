"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.queries import staff as staff_queries
from app.rules.permissions import Role
from app.services import _tries
from app.services import staff as staff_services
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
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/articles",
        "/deskt\n",
        "//[",
        "/desk/../../evil\\",
    ],
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
        number = staff_queries.with_email(email).id
        if change == "password":
            staff_services.set_password(number, "an entirely new one", at=now())
        elif change == "role":
            staff_services.change_role(number, Role.TRIAGER, by=None, at=now())
        else:
            staff_services.disable(number, by=None, at=now())

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


def test_who_tries_an_account_too_often_waits_and_its_owner_does_not(
    app: Flask, email: str
) -> None:
    attacker = Browser(app.test_client())
    for _ in range(int(_tries.PER_SENDER_AND_ACCOUNT.split()[0])):
        attacker.sign_in(email, "not the password")

    page = attacker.sign_in(email, make.PASSWORD)
    owner = Browser(app.test_client())
    owner.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"

    assert page.status == 429
    assert "Wait" in page.text
    assert owner.sign_in(email, make.PASSWORD).heading == "Queue"


def test_a_sender_is_throttled_whichever_accounts_it_tries_and_a_household_is_one(
    app: Flask, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_tries, "PER_SENDER", "4 per 15 minutes")
    visitor = Browser(app.test_client())
    for number in range(4):
        visitor.client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number}"
        visitor.sign_in(f"guess{number}@desk.example", "not the password")

    assert visitor.sign_in(email, make.PASSWORD).status == 429
    elsewhere = Browser(app.test_client())
    elsewhere.client.environ_base["REMOTE_ADDR"] = "2001:db8:0:1::1"
    assert elsewhere.sign_in(email, make.PASSWORD).heading == "Queue"


def test_without_rate_limits_nobody_is_throttled(app: Flask, browser: Browser, email: str) -> None:
    app.config["RATELIMIT_ENABLED"] = False
    for _ in range(int(_tries.PER_SENDER_AND_ACCOUNT.split()[0]) + 1):
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
