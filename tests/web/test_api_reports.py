"""Sending a report through the API, and following it with its token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Case, Report, Staff
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import idempotency
from tests import make
from tests.web.program import Program, problem

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER_KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture
def program(app: Flask) -> Program:
    """Return a program, and an article to report an error in."""
    with app.app_context():
        make.article("harbour")
    return Program(app)


def report(**changes: Any) -> dict[str, Any]:
    """Return a report as a program sends it."""
    return {
        "article": "harbour",
        "kind": "name_number_date",
        "passage": make.PASSAGE,
        "problem": "It opened in 1965.",
        **changes,
    }


def send(program: Program, key: str = KEY, **changes: Any) -> TestResponse:
    """Send a report with a key."""
    return program.post("/reports", report(**changes), headers={"Idempotency-Key": key})


def token_of(response: TestResponse) -> str:
    """Return the token that came back."""
    assert response.status_code == 201, response.get_data(as_text=True)
    assert response.json is not None
    return str(response.json["token"])


def reports(app: Flask) -> int:
    """Return how many reports there are."""
    with app.app_context():
        return db.session.scalar(select(func.count(Report.id))) or 0


def follower(app: Flask, token: str) -> Program:
    """Return a program that follows a report."""
    return Program(app, Report_Token=token)


def desk(app: Flask, action: str) -> None:
    """Let the desk do something to the one case."""
    with app.app_context():
        case = db.session.scalars(select(Case)).one()
        make._take(action, case, make.staff(Role.EDITOR), make.NOW)


def test_a_report_is_stored_and_followed(app: Flask, program: Program) -> None:
    sent = send(program, email="reader@mail.example", evidence=["https://port.example/1965"])
    token = token_of(sent)

    found = follower(app, token).get("/reports/status")

    assert sent.json is not None
    assert sent.json["url"] == f"http://localhost/reports/{token}"
    assert sent.headers["Cache-Control"] == "no-store"
    assert found.json is not None
    assert found.json["reference"] == sent.json["reference"]
    assert found.json["state"] == "received"
    assert found.json["passage"] == make.PASSAGE
    assert found.json["actions"] == ["addition", "withdraw", "erase"]
    with app.app_context():
        assert db.session.scalars(select(Report)).one().suspicion == ["sent by a program"]
        assert db.session.scalars(select(Case)).one().status is CaseStatus.RECEIVED


def test_the_same_key_with_the_same_report_is_answered_as_the_first_time(
    app: Flask, program: Program
) -> None:
    first = send(program)

    again = [send(program), send(program, f'"{KEY}"')]

    assert [response.json for response in again] == [first.json, first.json]
    assert {response.status_code for response in again} == {201}
    assert reports(app) == 1


def test_the_order_of_a_reports_parts_makes_no_difference(app: Flask, program: Program) -> None:
    first = send(program)
    backwards = json.dumps(dict(reversed(list(report().items()))))

    again = program.client.post(
        "/api/v1/reports",
        data=backwards,
        headers={"Idempotency-Key": KEY, "Content-Type": "application/json"},
    )

    assert again.json == first.json


def test_another_key_is_another_report(app: Flask, program: Program) -> None:
    tokens = {token_of(send(program)), token_of(send(program, OTHER_KEY))}

    assert len(tokens) == reports(app) == 2


def test_the_same_key_with_another_report_is_refused(app: Flask, program: Program) -> None:
    send(program)

    status, said = problem(send(program, problem="Something else."))

    assert status == 422
    assert "Idempotency-Key: This key was used for another request" in said
    assert reports(app) == 1


def test_while_the_first_is_under_way_the_second_is_told_to_wait(
    app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "finish", lambda *_, **__: None)
    send(program)

    status, said = problem(send(program))

    assert (status, "wait a moment" in said) == (409, True)
    assert reports(app) == 1


def test_a_refused_report_may_be_put_right_with_the_same_key(app: Flask, program: Program) -> None:
    refused = send(program, passage="It opened in 1999 with twelve berths")

    sent = send(program)

    assert problem(refused)[0] == 422
    assert "passage" in problem(refused)[1]
    token_of(sent)
    assert reports(app) == 1


@pytest.mark.parametrize(
    "key", [None, "", "short", "with spaces in it, long", "x" * 101, "ключ" * 5]
)
def test_a_report_needs_a_key(app: Flask, program: Program, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key.encode().decode("latin-1")}

    response = program.post("/reports", report(), headers=headers)

    assert problem(response)[0] == 400
    assert reports(app) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"problem": ""}, "problem"),
        ({"problem": " \n"}, "problem"),
        ({"problem": "a\0b"}, "problem"),
        ({"problem": "x" * 5001}, "problem"),
        ({"problem": 7}, "problem"),
        ({"kind": "opinion"}, "kind"),
        ({"passage": "nowhere in it"}, "passage"),
        ({"version": -1}, "version"),
        ({"version": "1"}, "version"),
        ({"version": 10**30}, "version"),
        ({"email": "nobody"}, "email"),
        ({"evidence": ["ftp://x"]}, "evidence"),
        ({"evidence": ["https://a.example"] * 11}, "evidence"),
        ({"wants_credit": True}, "name"),
        ({"wants_credit": "yes"}, "wants_credit"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_with_a_report_is_said_by_field(
    app: Flask, program: Program, changes: dict[str, Any], field: str
) -> None:
    status, said = problem(send(program, **changes))

    assert status == 422
    assert f"{field}: " in said
    assert reports(app) == 0


@pytest.mark.parametrize("changes", [{"article": "nowhere"}, {"version": 99}, {"article": "\0"}])
def test_a_report_is_about_a_version_that_there_is(
    app: Flask, program: Program, changes: dict[str, Any]
) -> None:
    assert problem(send(program, **changes))[0] in (404, 422)
    assert reports(app) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"version": ' + b"9" * 10_000 + b"}",
        b'{"problem": NaN}',
        b'{"problem": "\\ud800"}',
    ],
    ids=lambda body: str(body[:12]),
)
def test_what_is_no_report_at_all_is_refused(app: Flask, program: Program, body: bytes) -> None:
    response = program.client.post(
        "/api/v1/reports",
        data=body,
        headers={"Idempotency-Key": KEY, "Content-Type": "application/json"},
    )

    assert response.status_code in (400, 422)
    assert response.mimetype == "application/problem+json"


def test_reports_count_against_the_same_limits_as_the_forms(app: Flask, program: Program) -> None:
    keys = [f"key-number-{number:06}" for number in range(31)]

    statuses = [send(program, key, problem=key).status_code for key in keys]

    assert statuses == [201] * 30 + [429]


def test_under_pressure_reports_of_programs_are_set_aside(app: Flask, program: Program) -> None:
    app.config["PRESSURE_PER_HOUR"] = 1
    send(program)

    token = token_of(send(program, OTHER_KEY, problem="Another."))

    found = follower(app, token).get("/reports/status")
    assert found.json is not None
    assert found.json["state"] == "received"
    with app.app_context():
        states = db.session.scalars(select(Case.status).order_by(Case.id)).all()
    assert states == [CaseStatus.RECEIVED, CaseStatus.QUARANTINED]


@pytest.mark.parametrize("token", ["", "nothing", "x" * 10_000, "R-7K3M-92QF", "\xff"])
@pytest.mark.parametrize("path", ["status", "withdraw"])
def test_without_its_token_nobody_follows_a_report(app: Flask, token: str, path: str) -> None:
    program = follower(app, token)

    go = program.get if path == "status" else program.post
    response = go(f"/reports/{path}")

    assert response.status_code == 401


def test_the_token_stands_in_no_address(app: Flask, program: Program) -> None:
    token = token_of(send(program))

    assert Program(app).get(f"/reports/status?Report-Token={token}").status_code == 401


def test_a_question_is_answered(app: Flask, program: Program) -> None:
    reader = follower(app, token_of(send(program)))
    desk(app, "ask")

    asked = reader.get("/reports/status")
    answered = reader.post("/reports/answer", {"text": "In the archive."})
    late = reader.post("/reports/answer", {"text": "And there."})

    assert asked.json is not None
    assert asked.json["question"] == "Where did you read that?"
    assert "answer" in asked.json["actions"]
    assert answered.json is not None
    assert (answered.json["state"], answered.json["question"]) == ("in_review", None)
    assert problem(late)[0] == 409


def test_a_decision_is_told_and_appealed_against_once(app: Flask, program: Program) -> None:
    reader = follower(app, token_of(send(program)))
    desk(app, "decline")

    told = reader.get("/reports/status")
    appealed = reader.post("/reports/appeal", {"text": "Here is the yearbook."})
    again = reader.post("/reports/appeal", {"text": "And again."})

    assert told.json is not None
    assert told.json["decision"]["outcome"] == "declined"
    assert told.json["decision"]["explanation"] == "We looked it up, and the year is right."
    assert appealed.json is not None
    assert appealed.json["state"] == "in_review"
    assert problem(again)[0] == 409


def test_something_is_added_withdrawn_and_erased(app: Flask, program: Program) -> None:
    reader = follower(app, token_of(send(program, name="Ada", email="ada@mail.example")))

    added = reader.post("/reports/addition", {"text": "See page 7."})
    withdrawn = reader.post("/reports/withdraw")
    erased = reader.post("/reports/erase", {})

    assert (added.status_code, withdrawn.status_code, erased.status_code) == (200, 200, 200)
    assert withdrawn.json is not None
    assert withdrawn.json["state"] == "withdrawn"
    assert erased.json is not None
    assert (erased.json["problem"], erased.json["actions"]) == ("", [])
    with app.app_context():
        stored = db.session.scalars(select(Report)).one()
        assert (stored.reporter_name, stored.reporter_email) == ("", "")


def test_a_correction_is_told_with_its_entry(app: Flask, program: Program) -> None:
    reader = follower(app, token_of(send(program)))
    desk(app, "agree")
    with app.app_context():
        case = db.session.scalars(select(Case)).one()
        make.publish(case, by=db.session.get_one(Staff, case.agreed_by_id))

    told = reader.get("/reports/status")

    assert told.json is not None
    assert told.json["state"] == "corrected"
    assert [entry["number"] for entry in told.json["corrections"]] == [1]


# Mine is the same


def publish(app: Flask) -> None:
    """Let the desk agree to the one case, and publish the correction."""
    with app.app_context():
        case, by = db.session.scalars(select(Case)).one(), make.staff(Role.EDITOR)
        make._take("agree", case, by, make.NOW)
        make.publish(case, by=by)


def known(program: Program, passage: str = make.PASSAGE) -> TestResponse:
    """Ask what is known of a passage."""
    return program.get("/articles/harbour/versions/1/known", query_string={"passage": passage})


def test_a_report_can_say_that_it_is_the_same_as_an_open_case(app: Flask, program: Program) -> None:
    send(program)
    (case,) = (known(program).json or {})["cases"]

    token = token_of(
        program.post(
            "/reports",
            {"article": "harbour", "same_as": case["reference"]},
            headers={"Idempotency-Key": OTHER_KEY},
        )
    )

    assert (case["state"], case["readers"]) == ("received", 1)
    assert (known(program).json or {})["cases"][0]["readers"] == 2
    assert follower(app, token).get("/reports/status").status_code == 200
    with app.app_context():
        first, second = db.session.scalars(select(Report).order_by(Report.id))
        assert second.case_id == first.case_id
        assert second.is_seconding


@pytest.mark.parametrize(
    ("reference", "status"), [("C-9999", 404), ("nothing", 404), ("C-0001\n", 404), ("", 422)]
)
def test_there_has_to_be_such_a_case(program: Program, reference: str, status: int) -> None:
    response = program.post(
        "/reports",
        {"article": "harbour", "same_as": reference},
        headers={"Idempotency-Key": KEY},
    )

    assert problem(response)[0] == status


def test_a_case_of_another_article_or_a_decided_one_is_not_joined(
    app: Flask, program: Program
) -> None:
    send(program)
    with app.app_context():
        make.article("station")
    elsewhere = send(program, OTHER_KEY, article="station", passage="", same_as="C-0001")
    publish(app)

    late = send(program, OTHER_KEY, version=1, same_as="C-0001")

    assert (problem(elsewhere)[0], problem(late)[0]) == (404, 409)
    assert reports(app) == 1


def test_what_a_correction_changed_is_known_too(app: Flask, program: Program) -> None:
    send(program)
    publish(app)

    found = known(program).json

    assert found is not None
    assert [each["number"] for each in found["corrections"]] == [1]
    assert found["cases"] == []


def test_nothing_is_known_of_words_that_do_not_stand_there(program: Program) -> None:
    assert problem(known(program, "no such words"))[0] == 422
    assert problem(program.get("/articles/harbour/versions/1/known"))[0] == 422
    assert problem(program.get("/articles/harbour/versions/9/known?passage=x"))[0] == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"article": "a\0b"},
        {"article": "\ud800"},
        {"evidence": ["https://port.example/\0"]},
        {"evidence": ["https://port.example/\ud800"]},
        {"same_as": "\ud800"},
        {"passage": "\ud800"},
    ],
)
def test_characters_that_no_database_holds_are_refused(
    app: Flask, program: Program, changes: dict[str, Any]
) -> None:
    response = send(program, **changes)

    assert problem(response)[0] == 422
    assert reports(app) == 0
