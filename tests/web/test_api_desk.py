"""The desk through the API: with a token, within its scopes and the role, and never by a cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.clock import now
from app.extensions import db
from app.models import AccessToken, Case
from app.rules.permissions import Role
from app.rules.scopes import Scope
from app.rules.workflow import CaseStatus
from tests import make
from tests.web import cast
from tests.web.program import Program, problem, staffed

NAME = "Edda Lin"


@pytest.fixture
def editor(app: Flask) -> Program:
    """Return a program in an editor's name."""
    return staffed(app, Role.EDITOR, name=NAME)


def seen(app: Flask, reference: str) -> dict[str, Any]:
    """Return the headers of somebody who saw a case as it is now."""
    return {"headers": {"If-Match": f'"{cast.stored(app, reference).version}"'}}


def data(response: TestResponse, status: int = 200) -> Any:
    """Return what a request that went well was answered."""
    assert response.status_code == status, response.get_data(as_text=True)
    return response.json


def act(app: Flask, program: Program, reference: str, name: str, **sent: Any) -> TestResponse:
    """Do something to a case as it is now."""
    return program.post(f"/cases/{reference}/{name}", sent, **seen(app, reference))


def test_the_queue_comes_in_pages(app: Flask, editor: Program) -> None:
    made = {cast.case(app) for _ in range(5)}
    found, path = [], "/cases?limit=2"

    while path:
        page = data(editor.get(path))
        found += [item["reference"] for item in page["items"]]
        path = (page["next_url"] or "").removeprefix("http://localhost/api/v1")

    assert set(found) == made
    assert len(found) == 5
    assert data(editor.get("/cases?view=agreed"))["items"] == []


def test_a_case_comes_with_its_reports_and_without_the_readers_address(
    app: Flask, editor: Program
) -> None:
    reference = cast.case(app, email="reader@mail.example", name="Ada", problem="It was 1965.")

    response = editor.get(f"/cases/{reference}")

    found = data(response)
    assert response.headers["ETag"] == f'"{found["version"]}"'
    assert response.headers["Cache-Control"] == "no-store"
    assert [report["problem"] for report in found["reports"]] == ["It was 1965."]
    assert found["reports"][0]["can_be_answered"] is True
    assert "reader@mail.example" not in response.get_data(as_text=True)


@pytest.mark.parametrize("reference", ["C-9999", "0001", "c-0001", "C-1", "nothing", "C-٠٠٠١"])
def test_a_case_that_there_is_not(app: Flask, editor: Program, reference: str) -> None:
    cast.case(app)

    assert problem(editor.get(f"/cases/{reference}"))[0] == 404
    assert (
        problem(editor.post(f"/cases/{reference}/claim", {}, headers={"If-Match": '"1"'}))[0] == 404
    )


def test_a_case_goes_all_its_way(app: Flask, editor: Program) -> None:
    reference = cast.case(app)

    claimed = data(act(app, editor, reference, "claim"))
    released = data(act(app, editor, reference, "release"))
    asked = data(act(app, editor, reference, "ask", question="Where did you read that?"))
    note = data(editor.post(f"/cases/{reference}/notes", {"text": "In the archive."}), 201)

    assert (claimed["status"], claimed["claimed_by"]) == ("in_review", NAME)
    assert released["claimed_by"] is None
    assert asked["status"] == "waiting_reader"
    assert [n["text"] for n in note["notes"]] == ["In the archive."]
    assert [m["text"] for m in note["reports"][0]["messages"]] == ["Where did you read that?"]


def test_a_case_is_declined_with_a_reason(app: Flask, editor: Program) -> None:
    reference = cast.case(app)
    sent = {"reason": "accurate", "explanation": "We looked it up."}

    vague = problem(act(app, editor, reference, "decline", **sent))
    declined = data(act(app, editor, reference, "decline", **sent, detail="the yearbook"))
    reopened = data(act(app, editor, reference, "reopen", reason="A new source."))

    assert vague[0] == 422
    assert "detail: " in vague[1]
    assert declined["status"] == "declined"
    assert reopened["status"] == "in_review"


def test_cases_are_merged_set_aside_and_restored(app: Flask, editor: Program) -> None:
    with app.app_context():
        make.article("harbour")
    one, other = cast.case(app, on="harbour"), cast.case(app, on="harbour")

    merged = data(act(app, editor, one, "merge", into=other))
    apart = data(act(app, editor, one, "unmerge"))
    aside = data(act(app, editor, one, "quarantine", reason="A shop."))
    back = data(act(app, editor, one, "restore"))

    assert (merged["status"], merged["merged_into"]) == ("merged", other)
    assert apart["status"] == "in_review"
    assert (aside["status"], back["status"]) == ("quarantined", "received")


def test_nobody_acts_on_a_case_that_has_moved_on(app: Flask, editor: Program) -> None:
    reference = cast.case(app)
    stale = {"If-Match": editor.get(f"/cases/{reference}").headers["ETag"]}
    data(act(app, staffed(app, Role.EDITOR, name="Somebody else"), reference, "claim"))

    status, said = problem(editor.post(f"/cases/{reference}/agree", {}, headers=stale))

    assert status == 412
    assert "has changed since" in said
    assert cast.state(app, reference) is CaseStatus.IN_REVIEW


@pytest.mark.parametrize(
    "value", [None, "", "1", "*", 'W/"1"', '"one"', '"1", "2"', '"' + "9" * 20]
)
def test_nobody_acts_on_a_case_without_saying_which_version(
    app: Flask, editor: Program, value: str | None
) -> None:
    reference = cast.case(app)
    headers = {} if value is None else {"If-Match": value}

    response = editor.post(f"/cases/{reference}/agree", {}, headers=headers)

    assert problem(response)[0] == 428
    assert cast.state(app, reference) is CaseStatus.RECEIVED


def test_what_the_state_does_not_permit_is_refused(app: Flask, editor: Program) -> None:
    reference = cast.case(app, CaseStatus.DECLINED)

    assert problem(act(app, editor, reference, "agree"))[0] == 409
    assert cast.state(app, reference) is CaseStatus.DECLINED


def correction(app: Flask, **changes: Any) -> dict[str, Any]:
    """Return a correction as a program sends it."""
    return {
        "kind": "correction",
        "notice": "The article said 1964. It was 1965.",
        "seen_version": 1,
        "body": make.BODY.replace("1964", "1965"),
        **changes,
    }


def test_a_correction_of_a_case_is_published(app: Flask, editor: Program) -> None:
    with app.app_context():
        make.article("harbour")
    reference = cast.case(app, on="harbour")
    data(act(app, editor, reference, "agree"))
    sent = correction(app, key_points=["It opened in 1965.", " "])

    published = data(act(app, editor, reference, "publish", **sent), 201)

    assert (published["number"], published["to_version"]["number"]) == (1, 2)
    assert cast.state(app, reference) is CaseStatus.CORRECTED
    public = data(Program(app).get("/articles/harbour"))
    assert "1965" in public["text"]["body_html"]
    assert public["text"]["key_points"] == ["It opened in 1965."]
    assert public["text"]["headline"] == "A harbour and its town"
    assert public["corrections"] == [published]


def test_a_correction_without_a_case_is_declared(app: Flask, editor: Program) -> None:
    with app.app_context():
        make.article("harbour")

    first = data(editor.post("/articles/harbour/corrections", correction(app)), 201)
    late = problem(editor.post("/articles/harbour/corrections", correction(app)))
    amending = correction(
        app, kind="clarification", seen_version=2, amends=1, body=None, notice="Of the port."
    )
    second = data(editor.post("/articles/harbour/corrections", amending), 201)

    assert late[0] == 409
    assert (first["number"], second["number"]) == (1, 2)
    assert second["amends"]["number"] == 1
    assert second["compare_url"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "mistake"}, "kind"),
        ({"notice": " "}, "notice"),
        ({"headline": "x" * 301}, "headline"),
        ({"body": "a\0b"}, "body"),
        ({"seen_version": "1"}, "seen_version"),
        ({"amends": 99}, "amends"),
        ({"withholds": True}, "withholds"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_with_a_correction_is_said_by_field(
    app: Flask, editor: Program, changes: dict[str, Any], field: str
) -> None:
    with app.app_context():
        make.article("harbour")

    status, said = problem(editor.post("/articles/harbour/corrections", correction(app, **changes)))

    assert status == 422
    assert f"{field}: " in said
    assert data(Program(app).get("/corrections"))["items"] == []


@pytest.mark.parametrize(
    ("scope", "path", "sent", "status"),
    [
        (Scope.READ_CASES, "/cases", None, 200),
        (Scope.READ_CASES, "/cases/C-0001/claim", {}, 403),
        (Scope.READ_CASES, "/articles/harbour/corrections", {}, 403),
        (Scope.WORK_CASES, "/cases", None, 403),
        (Scope.WORK_CASES, "/cases/C-0001/claim", {}, 200),
        (Scope.WORK_CASES, "/cases/C-0001/publish", {}, 403),
        (Scope.PUBLISH, "/cases/C-0001", None, 403),
        (Scope.PUBLISH, "/cases/C-0001/agree", {}, 403),
        (Scope.PUBLISH, "/cases/C-0001/publish", {}, 422),
    ],
)
def test_a_token_opens_what_its_scope_says(
    app: Flask, scope: Scope, path: str, sent: Any, status: int
) -> None:
    with app.app_context():
        make.article("harbour")
    reference = cast.case(app)
    program = staffed(app, Role.ADMIN, scope)

    go = program.get(path) if sent is None else program.post(path, sent, **seen(app, reference))

    assert go.status_code == status


def test_a_token_is_worth_no_more_than_the_role_is_now(app: Flask, editor: Program) -> None:
    with app.app_context():
        make.article("harbour")
        db.session.scalars(select(AccessToken)).one()
        cast.staff_named(NAME).role = Role.TRIAGER
        db.session.commit()

    refused = editor.post("/articles/harbour/corrections", correction(app))

    assert problem(refused)[0] == 403
    data(editor.get("/cases"))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer cgd_nothing",
        "cgd_nothing",
        "Bearer \xff",
    ],
)
def test_without_a_token_nobody_gets_in(app: Flask, header: str | None) -> None:
    cast.case(app)
    program = Program(app) if header is None else Program(app, Authorization=header)

    assert problem(program.get("/cases"))[0] == 401
    assert problem(program.post("/cases/C-0001/claim", {}))[0] == 401


def test_a_token_that_is_over_opens_nothing(app: Flask, editor: Program) -> None:
    with app.app_context():
        db.session.scalars(select(AccessToken)).one().expires_at = now() - timedelta(seconds=1)
        db.session.commit()

    assert problem(editor.get("/cases"))[0] == 401


def test_when_a_token_was_used_is_written_down(app: Flask, editor: Program) -> None:
    data(editor.get("/cases"))

    with app.app_context():
        assert db.session.scalars(select(AccessToken)).one().last_used_at is not None


def test_the_cookie_of_a_session_opens_nothing(app: Flask) -> None:
    browser = cast.sign_in(app)
    reference = cast.case(app)

    read = browser.client.get("/api/v1/cases")
    written = browser.client.post(
        f"/api/v1/cases/{reference}/agree", json={}, headers={"If-Match": '"1"'}
    )

    assert (read.status_code, written.status_code) == (401, 401)
    assert cast.state(app, reference) is CaseStatus.RECEIVED


def test_a_token_needs_no_protection_that_only_cookies_need(app: Flask, editor: Program) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    reference = cast.case(app)

    assert data(act(app, editor, reference, "claim"))["status"] == "in_review"


def test_a_cookie_beside_a_token_says_nothing(app: Flask) -> None:
    browser = cast.sign_in(app, "Tomás Ferreira", Role.ADMIN)
    program = staffed(app, Role.TRIAGER, name=NAME)
    reference = cast.case(app)

    response = browser.client.post(
        f"/api/v1/cases/{reference}/claim",
        json={},
        headers={**program.headers, "If-Match": '"1"'},
    )

    assert data(response)["claimed_by"] == NAME
    with app.app_context():
        claimed = db.session.scalars(select(Case)).one().claimed_by_id
        assert claimed == cast.staff_named(NAME).id


def test_what_happens_at_the_desk_is_open_to_no_other_site(app: Flask, editor: Program) -> None:
    response = editor.get("/cases", headers={"Origin": "https://elsewhere.example"})

    assert not [name for name, _value in response.headers if name.startswith("Access-Control")]
