"""Reading cases: the queue's views, and everything about one case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db
from app.models import Article, Case
from app.queries import cases
from app.queries.cases import View
from app.rules.errors import NotFound
from app.rules.kinds import ProblemKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases as case_services
from app.services import private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

SOON = make.NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View.OPEN, {"received", "in_review", "waiting_reader", "agreed"}),
        (View.UNCLAIMED, {"received"}),
        (View.MINE, {"in_review", "waiting_reader", "agreed"}),
        (View.OVERDUE, set()),
        (View.WAITING, {"waiting_reader"}),
        (View.APPEALS, set()),
        (View.AGREED, {"agreed"}),
        (View.TYPOS, set()),
        (View.QUARANTINE, {"quarantined"}),
        (View.DECIDED, {"corrected", "declined"}),
    ],
)
def test_a_view_holds_what_its_name_says(view: View, expected: set[str]) -> None:
    me = make.staff(Role.EDITOR)
    for status in set(CaseStatus) - {CaseStatus.MERGED}:
        make.case(status, by=me)

    rows = cases.waiting(view, me, SOON, 50)

    assert {row.case.status.value for row in rows} == expected
    assert cases.counts(me, SOON)[view] == len(rows)


def test_a_claim_that_is_over_leaves_the_case_unclaimed() -> None:
    me = make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=me)
    later = make.NOW + timedelta(minutes=30)

    assert [row.case.id for row in cases.waiting(View.UNCLAIMED, me, later, 9)] == [case.id]
    assert cases.waiting(View.MINE, me, later, 9) == []
    assert cases.waiting(View.UNCLAIMED, me, SOON, 9) == []


def test_what_is_past_its_due_date_is_overdue() -> None:
    me, case = make.staff(), make.case()

    before = cases.waiting(View.OVERDUE, me, case.due_at, 9)
    after = cases.waiting(View.OVERDUE, me, case.due_at + timedelta(seconds=1), 9)

    assert before == []
    assert [row.case.id for row in after] == [case.id]


def test_typos_and_appeals_have_views_of_their_own() -> None:
    me = make.staff()
    typo = make.case(kind=ProblemKind.TYPO)
    token = make.token()
    appealed = make.case_with(token, CaseStatus.DECLINED)
    private_links.appeal(token, at=make.NOW, text="The yearbook says so.")

    assert [row.case.id for row in cases.waiting(View.TYPOS, me, SOON, 9)] == [typo.id]
    assert [row.case.id for row in cases.waiting(View.APPEALS, me, SOON, 9)] == [appealed.id]


def test_what_is_due_first_comes_first_and_no_page_repeats_or_leaves_out() -> None:
    me = make.staff()
    ids = [make.case(at=make.NOW - timedelta(hours=number // 2)).id for number in range(7)]

    seen: list[int] = []
    due = []
    after = None
    while page := cases.waiting(View.OPEN, me, SOON, 3, after=after):
        seen += [row.case.id for row in page]
        due += [row.case.due_at for row in page]
        after = (page[-1].case.due_at, page[-1].case.id)

    assert sorted(seen) == sorted(ids)
    assert due == sorted(due)


def test_a_row_shows_the_first_report_and_counts_the_readers() -> None:
    me = make.staff()
    first = make.token(problem="It was 1965.")
    root = make.case_with(first, CaseStatus.RECEIVED)
    on = db.session.get_one(Article, root.article_id)
    second = make.token(on, problem="I agree with the others.")
    case = db.session.get_one(Case, make.report_with(second).case_id)
    case_services.merge(case.id, seen=1, by=me, at=make.NOW, into=root.reference)

    (row,) = cases.waiting(View.OPEN, me, SOON, 9)

    assert (row.quote, row.problem, row.readers) == (make.PASSAGE, "It was 1965.", 2)
    assert (row.headline, row.section) == ("A harbour and its town", "Ports")
    private_links.withdraw(second, at=make.NOW)
    assert cases.waiting(View.OPEN, me, SOON, 9)[0].readers == 1


@pytest.mark.parametrize(
    "words", ["harbour", "YEARBOOK", "1964 with", "eleven", "C-{number}", "{number}", "{reference}"]
)
def test_a_case_is_found_by_words_and_by_references(words: str) -> None:
    me = make.staff()
    make.case(on=make.article(headline="Another"), passage="", problem="Nothing.")
    token = make.token(problem="The yearbook says otherwise.", suggestion="eleven")
    report = make.report_with(token)
    typed = words.format(number=report.case_id, reference=report.reference.lower())

    found = cases.waiting(View.OPEN, me, SOON, 9, words=typed)

    assert [row.case.id for row in found] == [report.case_id]


@pytest.mark.parametrize("words", ["%", "_", "C-", "nowhere", "\\"])
def test_signs_that_mean_something_to_the_database_mean_nothing_here(words: str) -> None:
    make.case()

    assert cases.waiting(View.OPEN, make.staff(), SOON, 9, words=words) == []


def test_a_case_has_one_reference() -> None:
    case = make.case()

    assert cases.with_reference(case.reference).id == case.id
    for typed in (str(case.id), case.reference.lower(), f"C-0{case.reference[2:]}", "C-", ""):
        with pytest.raises(NotFound):
            cases.with_reference(typed)


def test_a_case_comes_with_all_that_belongs_to_it() -> None:
    on, me = make.article(), make.staff(Role.EDITOR)
    case = make.case(CaseStatus.WAITING_READER, on=on, by=me)
    merged = make.case(on=on, passage="")
    case_services.merge(merged.id, seen=1, by=me, at=make.NOW, into=case.reference)
    case_services.note(case.id, by=me, at=make.NOW, text="See the archive.")
    number = make.correction(on)

    page = cases.page(case)

    assert page.holder == me
    assert (page.reported.number, page.current.number) == (1, 2)
    assert [found.report.case_id for found in page.reports] == [case.id, merged.id]
    assert [message.text for message in page.reports[0].messages] == ["Where did you read that?"]
    assert [event.action.value for event in page.events] == ["ask", "claim"]
    assert [note.text for note in page.notes] == ["See the archive."]
    assert [entry.number for entry in page.entries] == [number]
    assert [other.id for other in page.others] == [merged.id]
    assert page.root is None
    merged_page = cases.page(merged)
    assert merged_page.root is not None
    assert merged_page.root.id == case.id
