"""Logs: lines for machines in production, and in none of them what nobody may read."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.logs import log_exception
from app.rules.permissions import Role
from app.web.access import personal
from tests import make
from tests.pages import Browser
from tests.web.publication import serving

PROBLEM, EMAIL, NAME, WORD = (
    "My neighbour Zebedee knows",
    "xanthippe@mail.example",
    "Xanthippe Quill",
    "swordfish-and-chips",
)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what was logged."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_in_production_every_request_is_a_line_of_json(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(database_url, tmp_path, ENV="production", LOG_LEVEL="INFO") as app:
        found = app.test_client().get("/about?q=secret")
        app.test_client().post("/articles/a-secret-slug")
        app.test_client().open("/none", method="SECRET")

    first, second, third = lines(capsys)
    assert first.items() >= {"event": "request", "method": "GET", "route": "/about"}.items()
    assert first["status"] == 200
    assert first["level"] == "info"
    assert first["milliseconds"] > 0
    assert first["timestamp"].endswith("Z")
    assert first["request_id"] == found.headers["X-Request-ID"]
    assert second["status"] == 405
    assert (third["method"], third["route"]) == ("(other)", "(none)")
    assert "secret" not in json.dumps([first, second, third]).lower()


def test_in_development_lines_are_for_people(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(database_url, tmp_path, LOG_LEVEL="INFO") as app:
        app.test_client().get("/about")

    logged = capsys.readouterr().err
    assert "/about" in logged
    assert not logged.startswith("{")


@pytest.mark.parametrize(("level", "number"), [("INFO", 1), ("warning", 0), ("ERROR", 0)])
def test_the_level_decides_what_is_logged(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], level: str, number: int
) -> None:
    with serving(database_url, tmp_path, ENV="production", LOG_LEVEL=level) as app:
        app.test_client().get("/about")

    assert len(lines(capsys)) == number


def walk(app: Flask) -> tuple[str, str]:
    """Send a report and use its link, sign in wrongly and rightly; return the link and a cookie."""
    with app.app_context():
        make.article("harbour")
        desk = make.staff(Role.EDITOR, email="edda@desk.example").email
    reader, staff = Browser(app.test_client()), Browser(app.test_client())
    form = reader.open("/articles/harbour/report")
    checked = form.press(
        "Send report", kind="factual", problem=PROBLEM, name=NAME, email=EMAIL, passage=""
    )
    status = checked.press("Send report").url.removesuffix("/receipt")
    reader.open(status).press("Add to the report", **{"add-text": PROBLEM})
    reader.send(f"{status}/add", {"add-text": PROBLEM})  # without a token of the form
    reader.open("/reports").press("Open your report", link=f"https://localhost{status}")
    assert staff.sign_in(desk, WORD).status == 422
    assert staff.sign_in(desk, make.PASSWORD).heading == "Queue"
    staff.open(f"/desk?q={EMAIL}")
    cookie = staff.client.get_cookie("corrigenda")
    assert cookie is not None
    return status.rpartition("/")[2], cookie.value


def test_no_words_no_address_no_link_and_no_password_is_ever_logged(
    database_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "sqlalchemy")  # it logs what a developer asks it to
    with serving(database_url, tmp_path, LOG_LEVEL="DEBUG") as app:
        token, cookie = walk(app)

    shown = capsys.readouterr()
    logged = shown.err + shown.out + caplog.text
    assert "/reports/<token>" in logged
    secrets = (PROBLEM, EMAIL, NAME, WORD, make.PASSWORD, token, cookie, "edda@desk.example")
    assert [secret for secret in secrets if secret in logged] == []


def test_an_error_is_logged_by_its_class_and_place_and_never_by_its_words(
    database_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> str:
        raise LookupError(PROBLEM) from ValueError(EMAIL)

    with serving(database_url, tmp_path, ENV="production", LOG_LEVEL="INFO") as app:
        app.add_url_rule("/fails", "fails", personal(fail))
        response = app.test_client().get("/fails")

    error, request = lines(capsys)
    assert error["error"] == "LookupError"
    assert error["level"] == "error"
    assert any(place.startswith("test_logs.py:") for place in error["at"])
    assert error["request_id"] == request["request_id"] == response.headers["X-Request-ID"]
    assert PROBLEM not in json.dumps([error, request]) + caplog.text
    assert EMAIL not in json.dumps([error, request]) + caplog.text


def test_an_error_outside_of_any_request_is_logged_as_well(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(database_url, tmp_path, ENV="production", LOG_LEVEL="INFO"):
        log_exception(OSError(PROBLEM))

    (error,) = lines(capsys)
    assert error["error"] == "OSError"
    assert PROBLEM not in json.dumps(error)


def test_ids_do_not_leak_from_one_request_into_the_next(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(database_url, tmp_path, ENV="production", LOG_LEVEL="INFO") as app:
        ids = [app.test_client().get("/about").headers["X-Request-ID"] for _ in range(3)]

    assert [line["request_id"] for line in lines(capsys)] == ids
