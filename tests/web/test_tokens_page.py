"""The page on which staff make access tokens and revoke them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.rules.permissions import Role
from tests import make
from tests.pages import Browser, Page
from tests.web import cast
from tests.web.program import Program


@pytest.fixture
def editor(app: Flask) -> Browser:
    """Return an editor's browser."""
    return cast.sign_in(app)


def made(browser: Browser, *scopes: str, **fields: str) -> Page:
    """Fill in the form and send it."""
    page = browser.open("/desk/account/tokens")
    token = page.html.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {
        "csrf_token": token,
        "name": "Importer",
        "lasts": "90",
        "proof": make.PASSWORD,
        **fields,
    }
    response = browser.client.post(
        "/desk/account/tokens", data={**sent, "scopes": list(scopes or ("cases:read",))}
    )
    return Page(browser, response, "/desk/account/tokens")


def token_on(page: Page) -> str:
    """Return the token that a page shows, if it shows one."""
    found = page.html.xpath("//section[@role='status']//*[@class='code part']")
    return str(found[0].text_content()) if found else ""


def test_a_token_is_made_shown_once_and_works(app: Flask, editor: Browser) -> None:
    page = made(editor)
    token = token_on(page)

    response = Program(app, Authorization=f"Bearer {token}").get("/cases")

    again = editor.open("/desk/account/tokens")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert response.status_code == 200
    assert token
    assert token not in again.response.get_data(as_text=True)
    assert "Importer" in again.text
    assert "Read the queue and its cases" in again.text


def test_a_token_is_revoked(app: Flask, editor: Browser) -> None:
    program = Program(app, Authorization=f"Bearer {token_on(made(editor))}")

    page = editor.open("/desk/account").follow("Access tokens").press("Revoke “Importer”")

    assert "The token is revoked" in cast.flashed(page)
    assert "You have no tokens" in page.text
    assert program.get("/cases").status_code == 401


def test_nobody_revokes_somebody_elses(app: Flask, editor: Browser) -> None:
    program = Program(app, Authorization=f"Bearer {token_on(made(editor))}")
    other = cast.sign_in(app, "Tomás Ferreira")
    token = other.open("/desk/account/tokens").html.xpath("//input[@name='csrf_token']/@value")[0]

    page = other.send("/desk/account/tokens/1/revoke", {"csrf_token": token})

    assert page.status == 404
    assert program.get("/cases").status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"proof": ""}, "Enter your present password"),
        ({"proof": "something else"}, "This is not your present password"),
        ({"lasts": "100000"}, "Not a valid choice"),
    ],
)
def test_what_is_missing_is_said(editor: Browser, fields: dict[str, str], said: str) -> None:
    page = made(editor, **fields)

    assert page.status == 422
    assert said in page.text
    assert not token_on(page)


def test_a_token_is_for_something(editor: Browser) -> None:
    page = made(editor, "nothing:read")

    assert page.status == 422
    assert not token_on(page)


def test_a_triager_is_offered_what_a_triager_may_do(app: Flask) -> None:
    triager = cast.sign_in(app, role=Role.TRIAGER)

    page = triager.open("/desk/account/tokens")
    refused = made(triager, "corrections:write")

    assert "Publish corrections" not in page.text
    assert refused.status == 422
    assert not token_on(refused)
