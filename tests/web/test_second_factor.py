"""The second factor on the pages: setting it up, signing in with it, and having to have one."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.clock import now
from app.queries import second_factor as factors
from app.queries import staff as staff_queries
from app.rules.permissions import Role
from app.services import staff as staff_services
from tests import make
from tests.accounts import code
from tests.authenticator import Authenticator
from tests.pages import Browser, Page
from tests.web.cast import beside, flashed
from tests.web.conftest import SignedIn

PAGE = "/desk/account/second-factor"


@pytest.fixture
def email(app: Flask) -> str:
    """Return the address of an editor."""
    with app.app_context():
        return make.staff(Role.EDITOR, name="Edda Lin").email


def secret_of(page: Page) -> str:
    """Return the secret for an app that a page shows as text."""
    return "".join(page.html.xpath("//p[@class='code']/text()")[0].split())


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Set up an app; return its secret and the recovery codes that are shown."""
    page = browser.open(PAGE)
    secret = secret_of(page)
    shown = page.press("Set up app", code=code(secret, now()), proof=make.PASSWORD)
    assert shown.heading == "Your recovery codes"
    return secret, shown.html.xpath("//ol[contains(@class, 'codes')]/li/text()")


def at_second_step(app: Flask, email: str) -> Browser:
    """Give the right password in a new browser."""
    browser = Browser(app.test_client())
    assert browser.sign_in(email, make.PASSWORD).heading == "One more step"
    return browser


def later(seconds: int = 60) -> time_machine.travel:
    """Travel to a time at which the app shows another code."""
    return time_machine.travel(now() + timedelta(seconds=seconds))


def asked(page: Page, button: str) -> str:
    """Return what a page asks the browser for when a button is pressed."""
    found = page.html.xpath("//button[@data-passkey-get]")
    return str(next(b.get("data-passkey-get") for b in found if b.text_content().strip() == button))


def add_passkey(browser: Browser, key: Authenticator, name: str = "Laptop") -> Page:
    """Add a passkey as the page's script would."""
    page = browser.open(PAGE)
    options = page.html.xpath("//form/@data-passkey-make")[0]
    made = key.make(options)
    return page.press("Add passkey", name=name, proof=make.PASSWORD, made=made)


def test_an_app_is_set_up_with_a_code_that_is_drawn_and_written(
    app: Flask, browser: Browser, email: str
) -> None:
    browser.sign_in(email, make.PASSWORD)
    page = browser.open(PAGE)

    _secret, codes = set_up(browser)

    assert page.html.xpath("//*[name()='svg'][@class='qr']//*[name()='path']")
    assert len(codes) == 10
    assert "set up" in browser.open(PAGE).text
    assert codes[0] not in browser.open(PAGE).text
    assert "recovery_codes_made" not in browser.open("/desk/account").text


def test_a_wrong_code_keeps_the_same_secret_to_scan(browser: Browser, email: str) -> None:
    browser.sign_in(email, make.PASSWORD)
    page = browser.open(PAGE)

    again = page.press("Set up app", code="000000", proof=make.PASSWORD)

    assert again.status == 422
    assert "not the one that the app shows" in beside(again, "app-code")
    assert secret_of(again) == secret_of(page)


def test_signing_in_then_takes_the_code_and_goes_where_one_wanted(
    app: Flask, browser: Browser, email: str
) -> None:
    browser.sign_in(email, make.PASSWORD)
    secret, _codes = set_up(browser)
    visitor = Browser(app.test_client())
    step = visitor.open("/desk/articles?q=harbour").press(
        "Sign in", email=email, password=make.PASSWORD
    )
    before = visitor.client.get("/desk").status_code

    with later():
        page = step.press("Go on", code=code(secret, now()))

    assert step.heading == "One more step"
    assert before == 303
    assert page.url == "/desk/articles?q=harbour"


def test_a_recovery_code_serves_instead_and_once(app: Flask, browser: Browser, email: str) -> None:
    browser.sign_in(email, make.PASSWORD)
    _secret, codes = set_up(browser)

    first = (
        at_second_step(app, email).open("/desk/login/second-factor").press("Go on", code=codes[0])
    )
    second = (
        at_second_step(app, email).open("/desk/login/second-factor").press("Go on", code=codes[0])
    )

    assert first.heading == "Queue"
    assert second.status == 422
    assert "wrong, or was used" in beside(second, "code")


def test_a_second_step_that_took_too_long_begins_again(
    app: Flask, browser: Browser, email: str
) -> None:
    browser.sign_in(email, make.PASSWORD)
    secret, _codes = set_up(browser)
    visitor = at_second_step(app, email)
    step = visitor.open("/desk/login/second-factor")

    with later(5 * 60):
        page = step.press("Go on", code=code(secret, now()))

    assert page.heading == "Sign in"
    assert "took too long" in flashed(page)
    assert visitor.client.get("/desk").status_code == 303


def test_without_the_password_there_is_no_second_step(app: Flask, browser: Browser) -> None:
    page = browser.open("/desk/login/second-factor")

    assert page.heading == "Sign in"


def test_a_new_password_ends_a_second_step_that_waits(
    app: Flask, browser: Browser, email: str
) -> None:
    browser.sign_in(email, make.PASSWORD)
    secret, _codes = set_up(browser)
    step = at_second_step(app, email).open("/desk/login/second-factor")
    with app.app_context():
        number = staff_queries.with_email(email).id
        staff_services.set_password(number, "an entirely new one", at=now())

    with later():
        page = step.press("Go on", code=code(secret, now()))

    assert page.heading == "Sign in"


@pytest.mark.parametrize("sent", ["", "x" * 5000, "\0", "００００００", "<b>"])
def test_odd_codes_get_a_sentence(app: Flask, browser: Browser, email: str, sent: str) -> None:
    browser.sign_in(email, make.PASSWORD)
    set_up(browser)

    page = at_second_step(app, email).open("/desk/login/second-factor").press("Go on", code=sent)

    assert page.status == 422


def test_removing_the_app_takes_the_password(browser: Browser, email: str) -> None:
    browser.sign_in(email, make.PASSWORD)
    set_up(browser)

    refused = browser.open(PAGE).press("Remove app", proof="not my password")
    removed = browser.open(PAGE).press("Remove app", proof=make.PASSWORD)

    assert refused.status == 422
    assert "not your present password" in beside(refused, "app-off-proof")
    assert "is removed" in flashed(removed)
    assert removed.has_button("Set up app")


def test_new_codes_are_made_and_shown(browser: Browser, email: str) -> None:
    browser.sign_in(email, make.PASSWORD)
    _secret, old = set_up(browser)

    page = browser.open(PAGE).press("Make new codes", proof=make.PASSWORD)

    new = page.html.xpath("//ol[contains(@class, 'codes')]/li/text()")
    assert len(new) == 10
    assert not set(new) & set(old)
    assert page.response.headers["Cache-Control"] == "no-store"


# --- passkeys -------------------------------------------------------------------------


def test_a_passkey_is_added_signs_in_alone_and_is_removed(
    app: Flask, browser: Browser, email: str
) -> None:
    key = Authenticator()
    browser.sign_in(email, make.PASSWORD)
    assert add_passkey(browser, key).heading == "Your recovery codes"

    visitor = Browser(app.test_client())
    door = visitor.open("/desk/login?next=/desk/articles")
    options = asked(door, "Use a passkey")
    inside = door.press("Use a passkey", passkey=key.use(options))
    removed = visitor.open(PAGE).press("Remove passkey", proof=make.PASSWORD)

    assert inside.url == "/desk/articles"
    assert "The passkey is removed" in flashed(removed)
    assert "Laptop" not in removed.text


def test_a_passkey_is_the_second_step_too(app: Flask, browser: Browser, email: str) -> None:
    key = Authenticator()
    browser.sign_in(email, make.PASSWORD)
    add_passkey(browser, key)
    step = at_second_step(app, email).open("/desk/login/second-factor")

    page = step.press("Use your passkey", passkey=key.use(asked(step, "Use your passkey")))

    assert page.heading == "Queue"


def test_a_passkey_confirms_instead_of_the_password(browser: Browser, email: str) -> None:
    key = Authenticator()
    browser.sign_in(email, make.PASSWORD)
    add_passkey(browser, key)
    page = browser.open(PAGE)
    options = asked(page, "Confirm with a passkey instead")

    shown = page.press("Make new codes", passkey=key.use(options))

    assert shown.heading == "Your recovery codes"


def test_an_answer_is_worth_nothing_twice_or_in_another_browser(
    app: Flask, browser: Browser, email: str
) -> None:
    key = Authenticator()
    browser.sign_in(email, make.PASSWORD)
    add_passkey(browser, key)
    here, elsewhere = (Browser(app.test_client()).open("/desk/login") for _ in range(2))
    answer = key.use(asked(here, "Use a passkey"))

    stolen = elsewhere.press("Use a passkey", passkey=answer)
    right = here.press("Use a passkey", passkey=answer)
    here.browser.open("/desk").press("Sign out")
    again = here.browser.open("/desk/login").press("Use a passkey", passkey=answer)

    assert (stolen.status, again.status) == (422, 422)
    assert right.heading == "Queue"


@pytest.mark.parametrize("sent", ["", "{", "x" * 30_000, "\0", json.dumps({"response": []})])
def test_odd_answers_get_a_sentence(browser: Browser, email: str, sent: str) -> None:
    page = browser.open("/desk/login").press("Use a passkey", passkey=sent)

    assert page.status == 422
    assert page.heading == "Sign in"


def test_where_browsers_allow_no_passkeys_the_page_says_why(
    app: Flask, browser: Browser, email: str
) -> None:
    app.config["SITE_URL"] = "http://127.0.0.1:8000"
    browser.sign_in(email, make.PASSWORD)

    page = browser.open(PAGE)

    assert not page.has_button("Add passkey")
    assert "Browsers allow passkeys on a site with a domain and HTTPS" in page.text


# --- demanded -------------------------------------------------------------------------


def test_who_has_to_have_one_is_led_there_and_can_do_nothing_else(
    app: Flask, signed_in: SignedIn
) -> None:
    app.config["SECOND_FACTOR_ROLES"] = ["editor"]
    browser = signed_in(Role.EDITOR)

    for path in ("/desk", "/desk/articles", "/desk/account", "/desk/figures"):
        assert browser.open(path).heading == "Second factor"
    token = browser.open(PAGE).html.xpath("//input[@name='csrf_token']/@value")[0]
    posted = browser.send("/desk/account/keys", {"csrf_token": token})

    assert posted.status == 403
    assert "set one up first" in posted.text


def test_once_set_up_the_desk_opens_and_closes_again_without(
    app: Flask, signed_in: SignedIn
) -> None:
    app.config["SECOND_FACTOR_ROLES"] = ["editor"]
    browser = signed_in(Role.EDITOR)

    set_up(browser)
    inside = browser.open("/desk")
    browser.open(PAGE).press("Remove app", proof=make.PASSWORD)

    assert inside.heading == "Queue"
    assert browser.open("/desk").heading == "Second factor"


def test_other_roles_are_not_asked(app: Flask, signed_in: SignedIn) -> None:
    app.config["SECOND_FACTOR_ROLES"] = ["admin", "editor"]

    assert signed_in(Role.TRIAGER).open("/desk").heading == "Queue"


def test_no_answer_shows_the_secret_of_an_app_that_is_set_up(
    app: Flask, browser: Browser, email: str
) -> None:
    browser.sign_in(email, make.PASSWORD)
    secret, _codes = set_up(browser)

    page = browser.open(PAGE)

    with app.app_context():
        assert factors.of(staff_queries.with_email(email)).has_app
    assert secret not in re.sub(r"\s", "", page.response.get_data(as_text=True))
