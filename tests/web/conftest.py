"""A standing cast for the pages: one of each role, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.rules.permissions import Role
from tests import make
from tests.pages import Browser

SignedIn = Callable[[Role], Browser]


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """Return a way to get a browser in which somebody of a role is signed in."""

    def open_browser(role: Role) -> Browser:
        with app.app_context():
            email = make.staff(role).email
        browser = Browser(app.test_client())
        browser.sign_in(email, make.PASSWORD)
        return browser

    return open_browser


@pytest.fixture
def editor(signed_in: SignedIn) -> Browser:
    """Return an editor's browser."""
    return signed_in(Role.EDITOR)


@pytest.fixture
def triager(signed_in: SignedIn) -> Browser:
    """Return a triager's browser."""
    return signed_in(Role.TRIAGER)
