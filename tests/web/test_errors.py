"""Errors: a page for each, which says what to do next, loses nothing and gives nothing away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import Rule

from app.extensions import db
from app.rules.errors import (
    Conflict,
    DeskError,
    Gone,
    InvalidInput,
    NotAllowed,
    NotFound,
    TooMany,
)
from app.rules.permissions import Role
from app.web.access import personal
from tests import make
from tests.pages import Browser, Page
from tests.web.conftest import SignedIn
from tests.web.publication import publish_all, serving

SECRET = "the words of a reader"

ANSWERS = (200, 303, 308, 401, 403, 404, 422)
"""A page, a way to one, or a refusal: to programs without a token, too."""


def failing(app: Flask, error: Exception, path: str = "/fails") -> str:
    """Add an address at which ``error`` is raised, and return it."""

    def fail() -> str:
        raise error

    app.add_url_rule(path, "fails", personal(fail), methods=["GET", "POST"])
    return path


@pytest.mark.parametrize(
    ("error", "status", "heading", "advice"),
    [
        (BadRequest(), 400, "We could not read what was sent", "send it once more"),
        (NotAllowed("Said."), 403, "This is not yours to do", "Ask somebody on the desk"),
        (NotFound("Said."), 404, "There is no page at this address", "Latest articles"),
        (Conflict("Said."), 409, "Nothing was done", "load the page afresh"),
        (Gone("Said."), 410, "This was taken away", "is still in the correction log"),
        (RequestEntityTooLarge(), 413, "That is more than we can take at once", "Shorten it"),
        (InvalidInput("x", "Said."), 422, "Something needs another look", "mend it"),
        (TooMany("Said."), 429, "Please wait a little", "Go back"),
        (RuntimeError(SECRET), 500, "Something went wrong on our side", "once more in a minute"),
        (
            OperationalError(SECRET, None, Exception()),
            503,
            "We are back in a moment",
            "again in a minute",
        ),
        (StaleDataError(SECRET), 409, "Nothing was done", "Look again"),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Exception) else "",
)
def test_each_error_has_its_page_which_says_what_to_do_next(
    app: Flask, browser: Browser, error: Exception, status: int, heading: str, advice: str
) -> None:
    page = browser.open(failing(app, error))

    assert page.status == status
    assert shown_heading(page) == heading
    assert advice in page.text
    if isinstance(error, DeskError):
        assert "Said." in page.text
    assert SECRET not in page.response.get_data(as_text=True)
    assert page.html.xpath("//meta[@name='robots']/@content") == ["noindex"]


def shown_heading(page: Page) -> str:
    """Return a page's heading; a letter that is put right in it stands there once."""
    return page.heading.replace("addres address", "address")


def test_a_method_that_a_page_does_not_take_is_refused_with_those_that_it_does(
    browser: Browser,
) -> None:
    page = browser.send("/about", {})

    assert page.status == 405
    assert page.heading == "This address is not used that way"
    assert "use the buttons of the page" in page.text
    assert set(page.response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("path", ["/none", "/articles/none", "/corrections/7", "/reports/none"])
def test_a_page_that_is_none_leads_on_to_pages_that_are(browser: Browser, path: str) -> None:
    page = browser.open(path)

    assert page.status == 404
    assert page.follow("Latest articles").status == 200
    assert page.follow("All corrections").status == 200
    assert page.follow("Find your report").status == 200


def test_an_error_at_the_desk_stays_at_the_desk(editor: Browser) -> None:
    page = editor.open("/desk/cases/C-9999")

    assert page.status == 404
    assert page.follow("Queue").url == "/desk"
    assert page.has_button("Sign out")


@pytest.fixture
def small(database_url: str, tmp_path: Path) -> Iterator[Browser]:
    """Return a browser on a site that reads no more than a kilobyte."""
    with serving(database_url, tmp_path, MAX_REQUEST_BYTES=1000) as app:
        yield Browser(app.test_client())


def test_a_request_that_is_too_large_gets_a_page(small: Browser) -> None:
    page = small.send("/reports", {"link": "x" * 1001})

    assert page.status == 413
    assert page.heading == "That is more than we can take at once"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/api/v1/none", "/api/", "/api/v1/articles/\0"])
def test_programs_get_their_errors_as_json(client: FlaskClient, path: str, method: str) -> None:
    response = client.open(path, method=method)

    assert response.status_code == 404
    assert response.get_json()["status"] == 404


@pytest.mark.parametrize("error", [Gone("It is gone."), Conflict("Look again.")])
def test_programs_are_told_what_went_wrong(
    app: Flask, client: FlaskClient, error: DeskError
) -> None:
    response = client.get(failing(app, error, "/api/v1/fails"))

    assert response.status_code == error.status
    assert response.mimetype == "application/problem+json"
    assert response.get_json() == {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES[error.status],
        "status": error.status,
        "detail": error.message,
    }


def test_programs_are_told_of_an_address_that_is_none_in_words(client: FlaskClient) -> None:
    response = client.get("/api/v1/none")

    assert response.get_json()["title"]


def test_an_error_of_ours_shows_and_logs_its_place_and_its_id_but_not_its_words(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(database_url, tmp_path, ENV="production", LOG_LEVEL="INFO") as app:
        page = Browser(app.test_client()).open(failing(app, ValueError(SECRET)))
    shown, logged = page.response.get_data(as_text=True), capsys.readouterr().err

    name = page.response.headers["X-Request-ID"]
    assert "Traceback" not in shown + logged
    assert "ValueError" not in shown
    assert SECRET not in shown + logged
    assert name in page.text
    assert "ValueError" in logged
    assert name in logged


def test_a_database_that_is_away_is_an_error_that_passes(tmp_path: Path) -> None:
    with serving("sqlite:////nowhere/at/all.db", tmp_path) as app:
        browser = Browser(app.test_client())
        pages = [browser.open(path) for path in ("/", "/articles/x", "/corrections", "/reports/x")]
        static = browser.open("/about")

    assert [page.status for page in pages] == [503] * 4
    assert {page.heading for page in pages} == {"We are back in a moment"}
    assert static.status == 200


def test_a_site_whose_database_is_away_recovers_with_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(text("ALTER TABLE articles RENAME TO elsewhere"))
        db.session.commit()
    away = client.get("/")
    with app.app_context():
        db.session.execute(text("ALTER TABLE elsewhere RENAME TO articles"))
        db.session.commit()

    assert away.status_code == 503
    assert client.get("/").status_code == 200


# What was typed


def test_a_form_without_its_token_gives_back_what_was_typed(app: Flask, browser: Browser) -> None:
    with app.app_context():
        token = make.token()

    page = browser.send(f"/reports/{token}/add", {"add-text": "A plaque <b>says</b> so."})

    assert page.status == 400
    assert "open for too long" in page.text
    assert page.html.xpath("//textarea")[0].text.strip() == "A plaque <b>says</b> so."


def test_a_session_that_ended_gives_back_what_was_typed(app: Flask, signed_in: SignedIn) -> None:
    with app.app_context():
        reference = make.case().reference
    browser = signed_in(Role.EDITOR)
    case = browser.open(f"/desk/cases/{reference}")
    with app.app_context():
        db.session.execute(text("DELETE FROM staff_sessions"))
        db.session.commit()

    page = case.press("Add note", text="The archive opens at nine.")

    assert page.status == 403
    assert "You are signed out" in page.text
    assert "The archive opens at nine." in page.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/desk/login", {"email": "edda@desk.example", "password": SECRET}),
        ("/desk/account/password", {"old": SECRET, "new": SECRET}),
        ("/reports", {"csrf_token": SECRET}),
    ],
)
def test_what_is_secret_is_not_given_back(
    browser: Browser, path: str, fields: dict[str, str]
) -> None:
    page = browser.send(path, fields)

    assert page.status == 400
    assert SECRET not in page.response.get_data(as_text=True)


# Odd addresses

ARGUMENTS = "a b before below end kind next notice page q section start time version view".split()


def sampled(rule: Rule, part: str) -> str:
    """Return an address of a rule with ``part`` in each of its places."""
    return re.sub(r"<[^>]+>", part, rule.rule)


def readable(app: Flask) -> list[Rule]:
    """Return the rules that answer to GET."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


@pytest.mark.parametrize(
    "part",
    [
        "%00",
        "1%00",
        "%FF%FE",
        "%C0%80",
        "%ED%A0%80",
        "0",
        "-1",
        "9" * 9,
        "9" * 30,
        "9" * 5000,
        quote("٣"),
        quote("🏴"),
        "%0D%0AX-Header:%20x",
        "..%2F..%2Fetc%2Fpasswd",
        "%25s%7B%7B7*7%7D%7D",
        "' OR 1=1 --",
    ],
)
def test_an_odd_address_is_no_page_and_no_error(app: Flask, editor: Browser, part: str) -> None:
    for rule in readable(app):
        if "<" not in rule.rule:
            continue
        status = editor.client.get(sampled(rule, part), buffered=True).status_code

        assert status in ANSWERS, f"{status}: {rule.rule} with {part[:40]}"


@pytest.mark.parametrize(
    "value",
    ["%00", "%FF%FE", "-1", "9" * 30, quote("' OR 1=1 --"), "%0D%0AX-Header:%20x", "x" * 10_000],
)
def test_an_odd_question_is_answered_and_no_error(app: Flask, editor: Browser, value: str) -> None:
    with app.app_context():
        samples = {"slug": "harbour", "reference": "C-0001", "token": publish_all()}
    question = "&".join(f"{name}={value}" for name in ARGUMENTS)

    for rule in readable(app):
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: samples.get(part[1], "1"), rule.rule)
        status = editor.client.get(f"{path}?{question}", buffered=True).status_code

        assert status in ANSWERS, f"{status}: {rule.rule} with {value[:40]}"


@pytest.mark.parametrize(
    "path",
    [
        "/?before=",
        "/corrections?below=",
        "/corrections?time=",
        "/corrections?kind=",
        "/articles/harbour/compare?a=",
        "/articles/harbour/report?version=",
        "/articles/harbour/report?version=1&start=0&end=",
        "/desk?view=",
        "/desk?page=",
        "/desk?before=",
    ],
)
def test_a_question_that_nearly_makes_sense_is_no_error(
    app: Flask, editor: Browser, path: str
) -> None:
    with app.app_context():
        publish_all()
    near = (
        "% %ED%A0%80 0 1 0001 0001-01 0001-13 2026-00 2026-13 9998-12 9999 999999999 1.1 1.-1"
        " -99999999999999999.1 -62135596800000000.1 253402300799999999.1 1e400.1 %C2%B2 %25_%5C"
    ).split()

    for value in (*near, f"1.{2**62 - 1}", "9" * 5000):
        status = editor.client.get(path + value).status_code

        assert status in (200, 303, 404), f"{status}: {path}{value[:40]}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cookie", "corrigenda=\xff"),
        ("Cookie", "corrigenda=.eJx"),
        ("If-None-Match", '"\xff'),
        ("If-Modified-Since", "yesterday"),
        ("Accept-Encoding", "gzip;q=x"),
        ("Accept-Language", "\xff;q=x"),
        ("Range", "bytes=-1-x"),
        ("X-Forwarded-For", "\xff"),
        ("Content-Length", "-1"),
        ("Content-Type", "multipart/form-data"),
    ],
)
def test_an_odd_header_is_no_error(client: FlaskClient, name: str, value: str) -> None:
    for path in ("/", "/desk", "/reports", "/corrections"):
        status = client.get(path, headers={name: value}).status_code

        assert status in (200, 206, 303, 304, 400, 416), path


@pytest.mark.parametrize("path", ["/reports", "/desk/login"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"link=%00&email=%FF&password=%ED%A0%80"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b"{"),
        ("text/plain; charset=nonsense", b"\xff"),
    ],
)
def test_an_odd_body_is_no_error(
    app: Flask, client: FlaskClient, path: str, content_type: str, body: bytes
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    response = client.post(path, data=body, content_type=content_type)

    assert response.status_code in (400, 413, 422)


def test_an_error_without_a_page_of_its_own_still_has_one(app: Flask, browser: Browser) -> None:
    class Teapot(HTTPException):
        code = 418

    page = browser.open(failing(app, Teapot()))

    assert page.status == 418
    assert page.heading == "We could not read what was sent"
