"""The queue: its views, its order, its pages, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.extensions import db
from app.models import Article, Case, Staff
from app.queries import queue
from app.queries.queue import QueuePage
from app.queries.queue_views import Age, Filter, View
from app.rules.kinds import DeclineReason, ProblemKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases as case_services
from app.services import private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

SOON = make.NOW + timedelta(minutes=5)
DAY = timedelta(days=1)


def ids(page: QueuePage) -> list[int]:
    """Return the numbers of the cases on a page."""
    return [row.case.id for row in page.rows]


def found(me: Staff, view: View = View.OPEN, **wanted: Any) -> list[int]:
    """Return the cases of a view that fit a filter."""
    return ids(queue.page(view, me, SOON, 9, wanted=Filter(**wanted)))


def every_page(view: View, me: Staff, size: int, **wanted: Any) -> list[list[int]]:
    """Return the cases on each page of a view, to its end."""
    pages: list[list[int]] = []
    page = queue.page(view, me, SOON, size, wanted=Filter(**wanted))
    while True:
        pages.append(ids(page))
        if page.end is None:
            return pages
        page = queue.page(view, me, SOON, size, wanted=Filter(**wanted), after=page.end)


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

    rows = queue.waiting(view, me, SOON, 50)

    assert {row.case.status.value for row in rows} == expected
    assert queue.counts(me, SOON)[view] == len(rows)


def test_a_claim_that_is_over_leaves_the_case_unclaimed() -> None:
    me = make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=me)
    later = make.NOW + timedelta(minutes=30)

    unclaimed = [queue.page(View.UNCLAIMED, me, at, 9) for at in (SOON, later)]

    assert [ids(page) for page in unclaimed] == [[], [case.id]]
    assert ids(queue.page(View.MINE, me, later, 9)) == []


def test_what_is_past_its_due_date_is_overdue() -> None:
    me, case = make.staff(), make.case()

    before = queue.page(View.OVERDUE, me, case.due_at, 9)
    after = queue.page(View.OVERDUE, me, case.due_at + timedelta(seconds=1), 9)

    assert (ids(before), ids(after)) == ([], [case.id])


def test_typos_and_appeals_have_views_of_their_own() -> None:
    me = make.staff()
    typo = make.case(kind=ProblemKind.TYPO)
    token = make.token()
    appealed = make.case_with(token, CaseStatus.DECLINED)
    private_links.appeal(token, at=make.NOW, text="The yearbook says so.")

    assert found(me, View.TYPOS) == [typo.id]
    assert found(me, View.APPEALS) == [appealed.id]


def test_what_presses_most_stands_on_top() -> None:
    me, on = make.staff(), make.article()
    typo = make.case(on=on, kind=ProblemKind.TYPO, at=make.NOW - DAY)
    plain = make.case(on=on, kind=ProblemKind.OTHER)
    fact = make.case(on=on, kind=ProblemKind.FACTUAL)
    proven = make.case(on=on, kind=ProblemKind.FACTUAL, evidence=("https://port.example",))

    order = found(me)

    assert order == [proven.id, fact.id, plain.id, typo.id]


def test_what_was_decided_last_stands_first() -> None:
    me = make.staff(Role.EDITOR)
    late, early = (make.case(CaseStatus.DECLINED, by=me, at=make.NOW - DAY * n) for n in (1, 2))

    pages = every_page(View.DECIDED, me, 1)

    assert pages == [[late.id], [early.id]]


@pytest.mark.parametrize("view", [View.OPEN, View.MINE, View.DECIDED])
def test_no_page_repeats_or_leaves_out(view: View) -> None:
    me, on = make.staff(Role.EDITOR), make.article()
    status = CaseStatus.DECLINED if view is View.DECIDED else CaseStatus.IN_REVIEW
    made = [make.case(status, by=me, on=on, at=make.NOW - DAY * (n // 3)).id for n in range(7)]
    if view is View.MINE:
        for case in db.session.query(Case):
            case.claimed_until = SOON + DAY
        db.session.commit()

    pages = every_page(view, me, 3)

    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(number for page in pages for number in page) == made


def test_a_page_holds_still_while_cases_come_and_go() -> None:
    me, on = make.staff(Role.EDITOR), make.article()
    made = [make.case(on=on, at=make.NOW - timedelta(hours=9 - n)) for n in range(6)]
    first = queue.page(View.OPEN, me, SOON, 2)
    case_services.decline(
        made[1].id,
        seen=1,
        by=me,
        at=SOON,
        reason=DeclineReason.OPINION,
        explanation="It is a matter of taste.",
    )
    make.case(on=on, at=make.NOW - timedelta(hours=20))

    second = queue.page(View.OPEN, me, SOON, 2, after=first.end)

    assert ids(first) == [made[0].id, made[1].id]
    assert ids(second) == [made[2].id, made[3].id]


def test_a_row_shows_the_first_report_and_counts_the_readers() -> None:
    me = make.staff()
    first = make.token(problem="It was 1965.")
    root = make.case_with(first, CaseStatus.RECEIVED)
    on = db.session.get_one(Article, root.article_id)
    second = make.token(on, problem="I agree with the others.")
    case = db.session.get_one(Case, make.report_with(second).case_id)
    case_services.merge(case.id, seen=1, by=me, at=make.NOW, into=root.reference)

    (row,) = queue.waiting(View.OPEN, me, SOON, 9)

    assert (row.quote, row.problem, row.readers) == (make.PASSAGE, "It was 1965.", 2)
    assert (row.headline, row.section) == ("A harbour and its town", "Ports")
    private_links.withdraw(second, at=make.NOW)
    assert queue.waiting(View.OPEN, me, SOON, 9)[0].readers == 1


# Filters


def test_a_view_is_narrowed_down_by_section_kind_age_and_article() -> None:
    me = make.staff()
    ports, sea = make.article("ports"), make.article("sea", section="Sea")
    old = make.case(on=ports, at=make.NOW - DAY * 40, kind=ProblemKind.QUOTE)
    new = make.case(on=ports)
    other = make.case(on=sea, at=make.NOW - DAY * 3)

    assert found(me, section="sea") == [other.id]
    assert found(me, kind=ProblemKind.QUOTE) == [old.id]
    assert found(me, article="ports") == [old.id, new.id]
    assert found(me, article="nowhere") == []
    ages = {age: set(found(me, age=age)) for age in Age}
    assert ages == {
        Age.DAY: {new.id},
        Age.WEEK: {new.id, other.id},
        Age.OLDER: {old.id},
        Age.MUCH_OLDER: {old.id},
    }


def test_filters_hold_together_and_in_every_view() -> None:
    me = make.staff(Role.EDITOR)
    on = make.article("ports")
    right = make.case(CaseStatus.DECLINED, by=me, on=on, problem="The yearbook differs.")
    make.case(CaseStatus.DECLINED, by=me, on=on, problem="It was 1965.")
    make.case(CaseStatus.DECLINED, by=me, problem="The yearbook differs.")
    make.case(on=on, problem="The yearbook differs.")

    wanted: dict[str, Any] = {"article": "ports", "words": "yearbook", "section": "Ports"}

    assert found(me, View.DECIDED, **wanted, kind=ProblemKind.NAME_NUMBER_DATE) == [right.id]
    assert found(me, View.DECIDED, **wanted, kind=ProblemKind.QUOTE) == []


@pytest.mark.parametrize(
    "words", ["harbour", "YEARBOOK", "1964 with", "eleven", "C-{number}", "{number}", "{reference}"]
)
def test_a_case_is_found_by_words_and_by_references(words: str) -> None:
    me = make.staff()
    make.case(on=make.article(headline="Another"), passage="", problem="Nothing.")
    token = make.token(problem="The yearbook says otherwise.", suggestion="eleven")
    report = make.report_with(token)
    typed = words.format(number=report.case_id, reference=report.reference.lower())

    assert found(me, words=typed) == [report.case_id]


def test_a_case_is_found_by_what_was_merged_into_it_and_by_what_was_answered() -> None:
    me, on = make.staff(Role.EDITOR), make.article()
    root = make.case(on=on)
    token = make.token(on, problem="An eyewitness told me.")
    report = make.report_with(token)
    case_services.merge(report.case_id, seen=1, by=me, at=make.NOW, into=root.reference)
    private_links.add(token, at=make.NOW, text="The lighthouse keeper, it was.")

    assert found(me, words="eyewitness") == [root.id]
    assert found(me, words="lighthouse") == [root.id]
    assert found(me, words=report.reference) == [root.id]


def test_a_question_of_the_desk_is_not_what_readers_wrote() -> None:
    me = make.staff()
    make.case(CaseStatus.WAITING_READER, by=me)

    assert found(me, words="Where did you read") == []


@pytest.mark.parametrize("words", ["%", "_", "C-", "nowhere", "\\"])
def test_signs_that_mean_something_to_the_database_mean_nothing_here(words: str) -> None:
    make.case()

    assert found(make.staff(), words=words) == []


def test_a_search_ends_somewhere_and_can_be_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LOOKED_THROUGH", 3)
    me, on = make.staff(), make.article()
    made = [make.case(on=on, at=make.NOW - timedelta(hours=9 - n)).id for n in range(7)]
    last = make.case(on=on, problem="A needle.").id

    first = queue.page(View.OPEN, me, SOON, 9, wanted=Filter(words="needle"))

    assert (ids(first), first.is_cut) == ([], True)
    assert every_page(View.OPEN, me, 9, words="needle") == [[], [], [last]]
    assert found(me, words=f"C-{made[5]}") == [made[5]]
    assert every_page(View.OPEN, me, 2, words="1965")[0] == made[:2]


# What it costs


def test_a_count_stops_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    me, on = make.staff(), make.article()
    for _ in range(5):
        make.case(on=on)

    counts = queue.counts(me, SOON)

    assert (counts[View.OPEN], counts[View.DECIDED]) == (3, 0)


def statements(act: Callable[[], object]) -> int:
    """Return how many statements something sends to the database."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


@pytest.mark.parametrize("words", ["", "harbour"])
def test_a_page_takes_the_same_number_of_queries_however_many_rows_it_has(words: str) -> None:
    me, on = make.staff(), make.article()
    taken = []
    for more in (1, 6):
        for _ in range(more):
            make.case(on=on)
        taken.append(
            statements(lambda: queue.page(View.OPEN, me, SOON, 50, wanted=Filter(words=words)))
        )

    assert taken[0] == taken[1] <= 5


# What is new


def test_the_stamp_changes_with_whatever_happens_and_with_a_claim_that_ends() -> None:
    me = make.staff(Role.EDITOR)
    case = make.case()
    stamps = [queue.stamp(View.UNCLAIMED, me, SOON)]
    make.report(db.session.get_one(Article, case.article_id), same_as=case.reference)
    stamps.append(queue.stamp(View.UNCLAIMED, me, SOON))
    case_services.claim(case.id, seen=1, by=me, at=SOON)
    stamps.append(queue.stamp(View.UNCLAIMED, me, SOON))

    again = queue.stamp(View.UNCLAIMED, me, SOON)
    stamps.append(queue.stamp(View.UNCLAIMED, me, SOON + timedelta(minutes=31)))

    assert again == stamps[2]
    assert len(set(stamps)) == 4


def test_the_sections_are_those_that_articles_have_had() -> None:
    for section in ("Sea", "Ports", "Sea", ""):
        make.article(section=section)

    assert queue.sections() == ["Ports", "Sea"]
    assert queue.sections() == queue.sections()
