"""The desk's figures: what is open now, and what became of the rest."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import now
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.pages import Browser
from tests.web.cast import EDDA, case, sign_in
from tests.web.conftest import SignedIn
from tests.web.test_statistics import figure, rows

PAGE = "/desk/figures"
TABLES = (
    "weeks", "times", "weekly-times", "backlog", "outcomes", "standing", "sections", "held"
)  # fmt: skip


def read(browser: Browser, table: str) -> list[list[str]]:
    """Return a table as a spreadsheet reads it."""
    response = browser.client.get(f"{PAGE}.csv", query_string={"table": table})
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_without_cases_every_chart_says_that_there_is_nothing(triager: Browser) -> None:
    page = triager.open("/desk").follow("Figures")

    assert page.heading == "Figures"
    assert "Nothing is open: every report is decided." in page.text
    assert "Nobody has claimed a case" in page.text
    assert figure(page, "day") == "–"


def test_what_is_open_and_overdue_now_leads_to_the_queue(app: Flask) -> None:
    edda = sign_in(app)
    old = now() - timedelta(days=40)
    case(app, at=old)
    case(app, CaseStatus.WAITING_READER)
    case(app, CaseStatus.AGREED)
    case(app, CaseStatus.QUARANTINED)
    case(app, CaseStatus.IN_REVIEW, by=EDDA)

    page = edda.open(PAGE)

    assert [figure(page, name) for name in ("open", "overdue", "waiting", "agreed")] == list("4111")
    assert figure(page, "quarantine") == "1"
    assert figure(page, "days since the oldest") == "40"
    assert rows(page, "Open now, by age")["4 weeks or more"] == ["1 of 1"]
    assert rows(page, "Claimed now")[EDDA] == ["1", "0"]
    assert page.follow("overdue").heading == "Queue"


def test_times_outcomes_and_sections_are_shown(app: Flask) -> None:
    edda = sign_in(app)
    for status in (CaseStatus.CORRECTED, CaseStatus.DECLINED, CaseStatus.MERGED):
        case(app, status)

    page = edda.open(PAGE, query_string={"weeks": "4"})

    assert rows(page, "What was decided") == {
        "Corrected": ["1", "50"],
        "Accurate as published": ["1", "50"],
    }
    assert rows(page, "Time to an answer")["To a decision"] == ["2", "0", "0"]
    assert rows(page, "Where the cases of these weeks stand now")["Merged"] == ["1"]
    assert rows(page, "By section") == {"Ports": ["4", "2", "1"]}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_linked_and_can_be_had_as_a_file(app: Flask, table: str) -> None:
    edda = sign_in(app)
    case(app, CaseStatus.CORRECTED)

    links = edda.open(PAGE, query_string={"weeks": "52"}).links()
    found = read(edda, table)

    assert any(f"table={table}" in link and "weeks=52" in link for link in links)
    assert len({len(row) for row in found}) == 1


def test_what_somebody_else_typed_runs_in_no_spreadsheet(app: Flask) -> None:
    edda = sign_in(app)
    with app.app_context():
        on = make.article(section="+1+cmd|' /C calc'!A0")
        by = make.staff(Role.EDITOR, name="=HYPERLINK(0)")
        make.case(CaseStatus.IN_REVIEW, on=on, by=by, at=now())

    assert read(edda, "held")[1][0] == "'=HYPERLINK(0)"
    assert read(edda, "sections")[1][0] == "'+1+cmd|' /C calc'!A0"


def test_a_table_that_there_is_not_is_not_found(triager: Browser) -> None:
    assert triager.client.get(f"{PAGE}.csv?table=salaries").status_code == 404


def test_the_figures_of_the_desk_are_for_the_desk(
    app: Flask, browser: Browser, signed_in: SignedIn
) -> None:
    for address in (PAGE, f"{PAGE}.csv"):
        assert browser.client.get(address).status_code == 303
        for role in Role:
            response = signed_in(role).client.get(address)
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-store"
        assert browser.client.post(address).status_code == 405
