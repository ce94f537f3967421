"""The headers of every page, and the one cookie."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app.web.access import public
from tests import make
from tests.pages import Browser
from tests.web.publication import (
    DESK_PAGES,
    PRIVATE_PAGES,
    PUBLIC_PAGES,
    publish_all,
    serving,
    staff_email,
)

ERRORS = ("/no-such-page", "/articles/no-such-article", "/api/none", "/reports/none", "/fails")


@pytest.fixture
def token(app: Flask) -> str:
    """Return the token of a report in a publication that has something of everything."""

    def fail() -> str:
        raise RuntimeError

    app.add_url_rule("/fails", "fails", public(fail))
    with app.app_context():
        return publish_all()


@pytest.fixture
def admin(app: Flask, token: str) -> FlaskClient:
    """Return a browser in which somebody is signed in who may see every page."""
    with app.app_context():
        email = staff_email()
    browser = Browser(app.test_client())
    browser.sign_in(email, make.PASSWORD)
    return browser.client


def policy(header: str) -> dict[str, str]:
    """Read a content security policy: what is allowed, by directive."""
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: allowed for name, _space, allowed in parts}


def test_every_page_carries_the_headers_that_protect_it(admin: FlaskClient, token: str) -> None:
    pages = (*PUBLIC_PAGES, *PRIVATE_PAGES, *DESK_PAGES, *ERRORS, "/healthz", "/readyz")

    for page in (*pages, "/static/favicon.svg"):
        headers = admin.get(page.format(token=token), buffered=True).headers
        allowed = policy(headers["Content-Security-Policy"])

        assert allowed["default-src"] == allowed["frame-ancestors"] == "'none'", page
        assert allowed["base-uri"] == "'none'", page
        assert allowed["script-src"] == allowed["style-src"] == "'self'", page
        assert allowed["form-action"] == "'self'", page
        assert "unsafe" not in headers["Content-Security-Policy"], page
        assert headers["X-Content-Type-Options"] == "nosniff", page
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", page
        assert "camera=()" in headers["Permissions-Policy"], page
        assert "Strict-Transport-Security" not in headers, page
        assert "Server" not in headers, page


def test_public_pages_may_be_found_and_say_where_a_reader_comes_from_only_roughly(
    app: Flask, token: str
) -> None:
    for page in PUBLIC_PAGES:
        headers = app.test_client().get(page).headers

        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin", page
        assert "X-Robots-Tag" not in headers, page


def test_private_pages_are_found_by_nobody_and_tell_nobody_their_address(
    admin: FlaskClient, token: str
) -> None:
    for page in (*PRIVATE_PAGES, *DESK_PAGES):
        headers = admin.get(page.format(token=token)).headers

        assert headers["Referrer-Policy"] == "no-referrer", page
        assert headers["X-Robots-Tag"] == "noindex", page
        assert headers["Cache-Control"] == "no-store", page


def test_every_answer_has_an_id_of_its_own(admin: FlaskClient, token: str) -> None:
    pages = [page.format(token=token) for page in (*PUBLIC_PAGES, *PRIVATE_PAGES, *ERRORS) * 2]

    ids = [admin.get(page).headers["X-Request-ID"] for page in pages]

    assert all(len(each) == 32 for each in ids)
    assert len(set(ids)) == len(pages)


def test_an_id_that_a_visitor_sends_is_not_taken_over(client: FlaskClient) -> None:
    response = client.get("/about", headers={"X-Request-ID": "of my own"})

    assert response.headers["X-Request-ID"] != "of my own"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/desk/login").headers["Set-Cookie"]

    assert cookie.startswith("corrigenda=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie  # it would never come back over plain HTTP
    assert "Domain" not in cookie


def test_over_https_the_cookie_and_the_site_stay_there(database_url: str, tmp_path: Path) -> None:
    with serving(database_url, tmp_path, SITE_URL="https://ledger.example/") as app:
        response = app.test_client().get("/desk/login", base_url="https://ledger.example")

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-corrigenda=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert response.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("ledger.example", 200),
        ("www.ledger.example", 200),
        ("other.example", 400),
        ("ledger.example.other.example", 400),
        ("sub.ledger.example", 400),
    ],
)
@pytest.mark.parametrize("path", ["/", "/desk/login", "/healthz"])
def test_only_hosts_of_ours_are_answered_to(
    database_url: str, tmp_path: Path, path: str, host: str, status: int
) -> None:
    hosts = ["ledger.example", "www.ledger.example"]
    with serving(database_url, tmp_path, TRUSTED_HOSTS=hosts) as app:
        response = app.test_client().get(path, base_url=f"http://{host}")

    assert response.status_code == status
    assert response.headers["Content-Security-Policy"]


FORWARDED = {
    "X-Forwarded-For": "198.51.100.9, 203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "ledger.example",
}


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        (0, "127.0.0.1 http localhost"),
        (1, "203.0.113.7 https ledger.example"),
    ],
)
def test_what_was_forwarded_is_believed_only_of_a_proxy_that_is_named(
    database_url: str, tmp_path: Path, proxies: int, seen: str
) -> None:
    def who() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    with serving(database_url, tmp_path, TRUSTED_PROXIES=proxies) as app:
        app.add_url_rule("/who", "who", public(who))
        response = app.test_client().get("/who", headers=FORWARDED)

    assert response.get_data(as_text=True) == seen
