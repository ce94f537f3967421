"""What else the desk does, through the API: who works on a case, what belongs together, undoing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Article
from app.queries import case_reports
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.web import cast
from tests.web.program import Program, problem, staffed
from tests.web.test_api_desk import act, data

NAME = "Edda Lin"


@pytest.fixture
def editor(app: Flask) -> Program:
    """Return a program in an editor's name, and an article to report errors in."""
    with app.app_context():
        make.article("harbour")
    return staffed(app, Role.EDITOR, name=NAME)


def second(app: Flask, reference: str, **draft: Any) -> str:
    """Let one more reader say of a case that theirs is the same; return the report's reference."""
    with app.app_context():
        on = db.session.scalars(select(Article).where(Article.slug == "harbour")).one()
        return make.report(on, same_as=reference, **draft).reference


def test_a_case_is_given_to_a_colleague(app: Flask, editor: Program) -> None:
    reference = cast.case(app, on="harbour")
    with app.app_context():
        email = make.staff(Role.TRIAGER, name="Tomás Ferreira").email

    unknown = problem(act(app, editor, reference, "assign", to="nobody@desk.example"))
    given = data(act(app, editor, reference, "assign", to=email.upper()))

    assert unknown[0] == 422
    assert "to: Choose somebody who works at the desk." in unknown[1]
    assert given["claimed_by"] == "Tomás Ferreira"


def test_a_report_is_split_off(app: Flask, editor: Program) -> None:
    reference = cast.case(app, on="harbour")
    other = second(app, reference)

    alone = data(act(app, editor, reference, "split", report=other))
    refused = problem(act(app, editor, reference, "split", report=other))

    assert alone["reference"] != reference
    assert [report["reference"] for report in alone["reports"]] == [other]
    assert data(editor.get(f"/cases/{reference}"))["report_count"] == 1
    assert refused[0] == 409


def test_cases_are_related_and_taken_apart(app: Flask, editor: Program) -> None:
    one, other = cast.case(app, on="harbour"), cast.case(app)

    data(act(app, editor, one, "relate", other=other))
    again = problem(act(app, editor, one, "relate", other=other))
    data(act(app, editor, one, "unrelate", other=other))
    missing = problem(act(app, editor, one, "unrelate", other=other))
    unknown = problem(act(app, editor, one, "relate", other="C-9999"))

    assert (again[0], missing[0], unknown[0]) == (409, 409, 422)


def test_ones_own_step_is_undone(app: Flask, editor: Program) -> None:
    reference = cast.case(app, on="harbour")
    data(act(app, editor, reference, "agree"))

    undone = data(act(app, editor, reference, "undo"))
    again = problem(act(app, editor, reference, "undo"))

    assert (undone["status"], undone["claimed_by"]) == ("in_review", NAME)
    assert again[0] == 409


def test_what_a_reader_has_seen_through_the_api_is_not_undone(app: Flask, editor: Program) -> None:
    with app.app_context():
        on = db.session.scalars(select(Article).where(Article.slug == "harbour")).one()
        token = make.token(on)
        reference = make.case_with(token, CaseStatus.RECEIVED).reference
    data(
        act(app, editor, reference, "decline", reason="abuse", explanation="It says nothing of it.")
    )

    told = Program(app, Report_Token=token).get("/reports/status")
    refused = problem(act(app, editor, reference, "undo"))

    assert data(told)["state"] == "declined"
    assert refused[0] == 409
    assert cast.state(app, reference) is CaseStatus.DECLINED


def test_abuse_is_declined_out_of_quarantine(app: Flask, editor: Program) -> None:
    reference = cast.case(app, CaseStatus.QUARANTINED, on="harbour")

    rejected = data(act(app, editor, reference, "reject", explanation="This is an advertisement."))

    assert rejected["status"] == "declined"


def test_one_correction_resolves_several_cases(app: Flask, editor: Program) -> None:
    one, other = cast.case(app, on="harbour"), cast.case(app, on="harbour")
    for reference in (one, other):
        data(act(app, editor, reference, "agree"))
    sent = {
        "kind": "correction",
        "notice": "The article said 1964. It was 1965.",
        "seen_version": 1,
        "body": make.BODY.replace("1964", "1965"),
        "byline": ["Ana Ruiz"],
        "section": "Trade",
    }
    seen = cast.stored(app, other).version

    stale = act(app, editor, one, "publish", **sent, also=[{"reference": other, "version": 1}])
    lost = act(app, editor, one, "publish", **sent, also=[{"reference": "C-9999", "version": 1}])
    also = [{"reference": other, "version": seen}]
    data(act(app, editor, one, "publish", **sent, also=also), 201)

    assert problem(stale)[0] == 412
    assert problem(lost)[0] == 422
    assert [cast.state(app, each) for each in (one, other)] == [CaseStatus.CORRECTED] * 2
    text = data(Program(app).get("/articles/harbour"))["text"]
    assert (text["byline"], text["section"]) == (["Ana Ruiz"], "Trade")


@pytest.mark.parametrize(
    "changes",
    [{"source_url": "javascript:alert(1)"}, {"section": "x" * 81}, {"byline": ["a\0b"]}],
)
def test_what_is_wrong_with_a_part_of_the_text_is_refused(
    app: Flask, editor: Program, changes: dict[str, Any]
) -> None:
    sent = {"kind": "minor", "notice": "A word.", "seen_version": 1, **changes}

    response = editor.post("/articles/harbour/corrections", sent)

    assert problem(response)[0] == 422


@pytest.mark.parametrize("name", ["assign", "split", "relate", "unrelate", "undo", "reject"])
def test_each_action_needs_its_scope_and_the_version_that_was_seen(
    app: Flask, editor: Program, name: str
) -> None:
    reference = cast.case(app, on="harbour")

    assert problem(Program(app).post(f"/cases/{reference}/{name}", {}))[0] == 401
    assert problem(editor.post(f"/cases/{reference}/{name}", {}))[0] == 428


def test_of_very_many_reports_a_case_comes_with_the_first_and_the_newest(
    app: Flask, editor: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_reports, "FEW", 3)
    reference = cast.case(app, on="harbour")
    later = [second(app, reference) for _ in range(5)]

    found = data(editor.get(f"/cases/{reference}"))
    pages, path = [], f"/cases/{reference}/reports?limit=4"
    while path:
        page = data(editor.get(path))
        pages.append([report["reference"] for report in page["items"]])
        path = (page["next_url"] or "").removeprefix("http://localhost/api/v1")

    assert found["report_count"] == 6
    assert [report["reference"] for report in found["reports"]] == [pages[0][0], *later[-2:]]
    assert [len(page) for page in pages] == [4, 2]
    assert [*pages[0], *pages[1]][1:] == later
