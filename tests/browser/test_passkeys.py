"""Passkeys in Chromium, with an authenticator of its own: added, used in both ways, removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.rules.permissions import Role
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

EMAIL = "edda@desk.example"
_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(app: Flask, chromium: Browser, served: str) -> Iterator[Page]:
    """Return the page of an editor whose device keeps passkeys; a site needs a domain for them."""
    base = served.replace("127.0.0.1", "localhost")
    app.config["SITE_URL"] = base
    with app.app_context():
        make.staff(Role.EDITOR, name="Edda Lin", email=EMAIL)
    with chromium.new_context(base_url=base) as context:
        found = Visitor(context.new_page(), base)
        found.page.on("console", found.listen)
        device = context.new_cdp_session(found.page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
        yield found.page
        assert not found.complaints


def _sign_in(page: Page) -> None:
    page.goto("/desk/login")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_passkey_from_adding_it_to_removing_it(page: Page) -> None:
    _sign_in(page)
    page.goto("/desk/account/second-factor")
    page.get_by_text("Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_label("Your password").locator("visible=true").fill(make.PASSWORD)
    page.get_by_role("button", name="Add passkey").click()
    _heading(page, "Your recovery codes")

    page.get_by_role("button", name="Sign out").click()
    _sign_in(page)
    _heading(page, "One more step")
    page.get_by_role("button", name="Use your passkey").click()
    _heading(page, "Queue")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    _heading(page, "Queue")

    page.goto("/desk/account/second-factor")
    page.get_by_text("Remove “Work laptop”").click()
    confirm = page.get_by_role("button", name="Confirm with a passkey instead")
    confirm.locator("visible=true").click()
    expect(page.get_by_role("status")).to_have_text("The passkey is removed.")
