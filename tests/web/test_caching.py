"""What caches may keep: public pages, the same for everybody, and nothing of anybody's own."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Article
from app.rules.permissions import Role
from app.web.access import PUBLIC, access_of
from tests import make
from tests.web.conftest import SignedIn
from tests.web.publication import PRIVATE_PAGES, PUBLIC_PAGES, publish_all, serving

NO_PAGES = {
    "static",
    "assets.serve",
    "public.choose_compare",
    # Only where a setting says something; see test_housekeeping.py.
    "public.security",
    "public.trust",
    # Sent while they are read; see test_exports.py.
    "feeds.corrections_csv",
    "feeds.corrections_jsonl",
    # Asks about a passage; see test_api_reading.py.
    "api.get_known",
    # Kept for seconds or for a year; see test_log.py.
    "public.log_body",
    "public.log_checkpoint",
    "public.log_policy",
    "public.log_proof",
    "public.log_tile",
    "public.log_vkey",
}
"""Public addresses that are files, or only lead on."""


@pytest.fixture
def token(app: Flask) -> str:
    """Return the token of a report in a publication that has something of everything."""
    with app.app_context():
        return publish_all()


def test_the_list_of_public_pages_is_whole(app: Flask, token: str) -> None:
    with app.app_context():
        declared = {e for e in app.view_functions if access_of(e) == PUBLIC}
    adapter = app.url_map.bind("localhost")

    listed = {adapter.match(page)[0] for page in PUBLIC_PAGES}

    assert listed == declared - NO_PAGES


def test_public_pages_may_be_kept_for_a_moment_and_have_nothing_to_do_with_cookies(
    app: Flask, token: str
) -> None:
    for page in (*PUBLIC_PAGES, "/articles/none", "/corrections/999"):
        response = app.test_client().get(page)

        assert response.headers["Cache-Control"].startswith("public, max-age=1,"), page
        assert "stale-while-revalidate" in response.headers["Cache-Control"], page
        assert "Set-Cookie" not in response.headers, page
        assert "cookie" not in response.headers.get("Vary", "").lower(), page
        assert b"csrf_token" not in response.data, page


def test_public_pages_are_the_same_for_whoever_is_signed_in(
    app: Flask, token: str, signed_in: SignedIn
) -> None:
    stranger, editor = app.test_client(), signed_in(Role.EDITOR).client
    forger = app.test_client()
    forger.set_cookie("corrigenda", "forged")

    for page in PUBLIC_PAGES:
        plain = stranger.get(page)

        for other in (editor.get(page), forger.get(page)):
            assert other.data == plain.data, page
            assert other.headers["ETag"] == plain.headers["ETag"], page
            assert "Set-Cookie" not in other.headers, page


def test_a_page_that_is_known_already_is_not_sent_again(client: FlaskClient, token: str) -> None:
    for page in PUBLIC_PAGES:
        first = client.get(page)
        again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
        other = client.get(page, headers={"If-None-Match": '"another"'})

        assert (again.status_code, again.data) == (304, b""), page
        assert again.headers["ETag"] == first.headers["ETag"], page
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"], page
        assert other.status_code == 200, page


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/articles/harbour",
        "/articles/harbour/versions",
        "/articles/harbour/versions/1",
        "/articles/harbour/compare/1..4",
        "/articles/harbour/corrections",
        "/corrections",
        "/corrections/1",
    ],
)
def test_an_etag_changes_with_what_the_page_shows(
    app: Flask, client: FlaskClient, token: str, page: str
) -> None:
    before = client.get(page)
    with app.app_context():
        harbour = db.session.scalars(select(Article).where(Article.slug == "harbour")).one()
        make.correction(harbour, text=make.edited(harbour, "older", "younger"), amends=1)

    after = client.get(page, headers={"If-None-Match": before.headers["ETag"]})

    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.status_code == 200


@pytest.mark.parametrize("page", ["/about", "/corrections/policy", "/corrections/1"])
def test_an_etag_changes_with_a_setting_that_is_shown(
    app: Flask, client: FlaskClient, token: str, database_url: str, tmp_path: Path, page: str
) -> None:
    before = client.get(page).headers["ETag"]

    with serving(database_url, tmp_path, PUBLICATION_NAME="The Other Ledger") as other:
        after = other.test_client().get(page).headers["ETag"]

    assert after != before


def test_pages_are_packed_for_who_can_unpack_them(client: FlaskClient, token: str) -> None:
    for page in PUBLIC_PAGES:
        plain = client.get(page)
        packed = client.get(page, headers={"Accept-Encoding": "gzip, br"})

        if len(plain.data) < 500:
            continue  # not worth the header
        assert packed.headers["Content-Encoding"] == "gzip", page
        assert gzip.decompress(packed.data) == plain.data, page
        assert packed.headers["Content-Length"] == str(len(packed.data)), page
        assert "Accept-Encoding" in plain.headers["Vary"], page
        assert "Accept-Encoding" in packed.headers["Vary"], page


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_pages_are_packed_for_nobody_else(client: FlaskClient, accepted: str) -> None:
    response = client.get("/corrections/policy", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in response.headers
    assert b"<h1" in response.data


def test_what_holds_secrets_is_neither_kept_nor_packed(client: FlaskClient, token: str) -> None:
    for page in PRIVATE_PAGES:
        response = client.get(page.format(token=token), headers={"Accept-Encoding": "gzip"})

        assert response.status_code == 200, page
        assert response.headers["Cache-Control"] == "no-store", page
        assert "Content-Encoding" not in response.headers, page
        assert "ETag" not in response.headers, page


@pytest.mark.parametrize(
    ("method", "page", "status"),
    [
        ("GET", "/desk", 303),
        ("GET", "/articles/harbour/compare?a=1&b=2", 303),
        ("GET", "/healthz", 200),
        ("POST", "/about", 405),
        ("POST", "/reports", 400),
    ],
)
def test_what_is_no_page_is_not_kept(
    client: FlaskClient, token: str, method: str, page: str, status: int
) -> None:
    response = client.open(page, method=method)

    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"


def test_head_says_what_get_would(client: FlaskClient, token: str) -> None:
    for page in PUBLIC_PAGES:
        get, head = client.get(page), client.head(page)

        assert head.data == b"", page
        for name in ("ETag", "Cache-Control", "Content-Type", "Vary"):
            assert head.headers[name] == get.headers[name], page
