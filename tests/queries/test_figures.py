"""The figures are right: by example, and against the same sums done by hand, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Case, Report, Version
from app.queries import figures
from app.queries.elapsed import Measure, took
from app.rules.figures import Took, Week, weeks
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import DECIDED, OPEN, CaseStatus
from app.services import cases, private_links
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.usefixtures("in_app")

WEEKS = weeks(NOW + timedelta(days=3), 4, ZoneInfo("Asia/Singapore"))
WHOLE = Week(WEEKS[0].start, WEEKS[-1].end)
DAY = timedelta(days=1)


def decline(case: Case, at: datetime, reason: DeclineReason = DeclineReason.OPINION) -> None:
    """Decline a case at a time, for a reason that needs no detail."""
    who: dict[str, Any] = {"seen": case.version, "by": make.staff(Role.EDITOR), "at": at}
    cases.decline(case.id, **who, reason=reason, explanation="We looked.")


def test_without_a_report_every_figure_is_nothing() -> None:
    found = figures.by_week(WEEKS)

    assert [(w.reports, w.opened, w.decided, w.entries) for w in found] == [(0, 0, 0, 0)] * 4
    assert took(WEEKS) == {measure: [Took()] * 4 for measure in Measure}
    assert figures.outcomes(WHOLE.start, WHOLE.end) == Counter()
    assert figures.standing(WHOLE.start, WHOLE.end) == Counter()
    assert figures.by_section(WHOLE.start, WHOLE.end) == []
    assert figures.held(NOW) == []
    assert figures.set_aside() == 0
    backlog = figures.backlog(NOW)
    assert (backlog.open, backlog.overdue, backlog.oldest_at) == (0, 0, None)


def test_what_comes_in_is_decided_and_corrected_counts_in_its_week() -> None:
    monday = WEEKS[2].start
    make.case(CaseStatus.CORRECTED, at=monday)
    make.case(at=monday - timedelta(microseconds=1))
    decline(make.case(at=monday + DAY), monday + 8 * DAY)
    make.correction(at=monday + 2 * DAY)

    found = figures.by_week(WEEKS)

    assert [week.reports for week in found] == [0, 1, 2, 0]
    assert [week.opened for week in found] == [0, 1, 2, 0]
    assert [week.decided for week in found] == [0, 0, 1, 1]
    assert [week.corrected for week in found] == [0, 0, 1, 0]
    assert [week.entries for week in found] == [0, 0, 2, 0]


def test_abuse_and_spam_are_counted_by_themselves() -> None:
    make.case(CaseStatus.QUARANTINED)
    decline(make.case(), NOW + DAY, DeclineReason.ABUSE)
    make.report(suspicion=("Too many links.",), is_quarantined=True)
    make.case()

    found = figures.by_week(WEEKS)

    assert (found[-1].reports, found[-1].opened, found[-1].decided) == (1, 1, 0)
    assert found[-1].set_aside == 3
    assert figures.set_aside() == 2
    assert figures.outcomes(WHOLE.start, WHOLE.end) == Counter()
    assert [each.opened for each in figures.by_section(WHOLE.start, WHOLE.end)] == [1]
    assert took([WHOLE])[Measure.DECISION] == [Took()]


def test_a_report_on_a_merged_case_counts_with_the_case_that_it_was_merged_into() -> None:
    merged = make.case(CaseStatus.MERGED)
    root = db.session.get_one(Case, merged.merged_into_id)
    decline(root, NOW + DAY, DeclineReason.ABUSE)

    found = figures.by_week(WEEKS)[-1]

    assert (found.reports, found.set_aside, found.decided) == (0, 2, 0)


def test_a_case_that_was_opened_again_is_not_decided_until_it_is_decided_again() -> None:
    token = make.token()
    made = make.case_with(token, CaseStatus.DECLINED)
    private_links.appeal(token, at=NOW + DAY, text="Here is the proof.")

    while_open = figures.by_week(WEEKS)[-1].decided
    decline(db.session.get_one(Case, made.id, populate_existing=True), NOW + 2 * DAY)

    assert while_open == 0
    assert figures.by_week(WEEKS)[-1].decided == 1
    assert figures.outcomes(WHOLE.start, WHOLE.end) == {DeclineReason.OPINION: 1}


def test_times_run_from_the_opening_to_what_the_desk_did() -> None:
    editor = make.staff(Role.EDITOR)
    made = make.case()
    cases.claim(made.id, seen=made.version, by=editor, at=NOW + timedelta(hours=1))
    made = db.session.get_one(Case, made.id, populate_existing=True)
    cases.agree(made.id, seen=made.version, by=editor, at=NOW + timedelta(hours=5))
    made = db.session.get_one(Case, made.id, populate_existing=True)
    make.publish(made, by=editor, at=NOW + timedelta(hours=30))

    found = took(WEEKS)

    assert [found[measure][-1].median for measure in Measure] == [
        timedelta(hours=1),
        timedelta(hours=5),
        timedelta(hours=30),
    ]
    assert found[Measure.TOUCH][-1].cases == 1


def test_a_declined_case_has_no_time_to_a_correction() -> None:
    decline(make.case(), NOW + timedelta(hours=7))

    found = took([WHOLE])

    assert found[Measure.DECISION] == [Took(1, timedelta(hours=7), timedelta(hours=7))]
    assert found[Measure.CORRECTION] == [Took()]


def test_the_backlog_is_what_is_open_by_age_with_what_is_overdue() -> None:
    make.case(at=NOW - timedelta(hours=2))
    make.case(CaseStatus.WAITING_READER, at=NOW - 8 * DAY)
    make.case(CaseStatus.AGREED, at=NOW - 60 * DAY)
    make.case(CaseStatus.DECLINED, at=NOW - 90 * DAY)

    found = figures.backlog(NOW)

    assert [each.open for each in found.ages] == [1, 0, 0, 1, 0, 1]
    assert [each.overdue for each in found.ages] == [0, 0, 0, 1, 0, 1]
    assert (found.open, found.overdue) == (3, 2)
    assert found.by_status[CaseStatus.AGREED] == 1
    assert found.oldest_at == NOW - 60 * DAY


def test_sections_are_those_that_the_articles_are_in_now() -> None:
    chips = make.article(section="Chips")
    decline(make.case(on=chips), NOW + DAY)
    make.case(CaseStatus.CORRECTED, on=make.article(section="Ports"))
    make.case(on=chips)

    found = figures.by_section(WHOLE.start, WHOLE.end)

    shown = [(each.section, each.opened, each.decided, each.corrected) for each in found]
    assert shown == [("Chips", 2, 1, 0), ("Ports", 1, 1, 1)]


def test_where_cases_stand_that_were_opened_in_a_span_of_time() -> None:
    make.case(CaseStatus.WITHDRAWN)
    make.case(CaseStatus.DECLINED)
    make.case(at=WHOLE.start - DAY)

    found = figures.standing(WHOLE.start, WHOLE.end)

    assert found == {CaseStatus.WITHDRAWN: 1, CaseStatus.DECLINED: 1}


def test_what_is_held_is_what_is_claimed_and_open_now() -> None:
    edda, tomas = (make.staff(Role.EDITOR, name=name) for name in ("Edda", "Tomás"))
    make.case(CaseStatus.IN_REVIEW, by=edda)
    make.case(CaseStatus.IN_REVIEW, by=edda)
    make.case(CaseStatus.IN_REVIEW, by=tomas, at=NOW - timedelta(minutes=29))

    held = figures.held(NOW + timedelta(minutes=5))

    assert held == [figures.Held("Edda", 2, 0)]


# --- against the same sums done by hand ---------------------------------------------------


@pytest.fixture
def many() -> list[Case]:
    """Put a few hundred cases into the database, with every status and odd times."""
    draw = Random(4)  # noqa: S311 - a sample, not a secret
    articles = [make.article(section=name) for name in ("Ports", "Chips", "")]
    rows = [_drawn(draw, draw.choice(articles).id) for _ in range(300)]
    db.session.add_all(rows)
    db.session.flush()
    for number, row in enumerate(rows):
        if row.status is CaseStatus.MERGED:
            row.merged_into_id = draw.choice([r for r in rows if r.status in OPEN]).id
        for extra in range(draw.choice([1, 1, 1, 4])):
            db.session.add(_report(row, f"{number}-{extra}"))
    db.session.commit()
    return rows


def _drawn(draw: Random, article: int) -> Case:
    opened = WHOLE.start + timedelta(seconds=draw.uniform(-900_000, 3_000_000))
    status = draw.choice(list(CaseStatus))
    touched = opened + timedelta(seconds=draw.choice([60, draw.uniform(0, 500_000)]))
    agreed = touched + timedelta(seconds=draw.uniform(0, 90_000))
    is_declined = status is CaseStatus.DECLINED
    return Case(
        article_id=article,
        status=status,
        kind="factual",
        opened_at=opened,
        due_at=opened + 3 * DAY,
        rank_at=opened,
        touched_at=touched,
        agreed_at=agreed if status is CaseStatus.CORRECTED else None,
        decided_at=agreed + DAY if status in DECIDED or draw.random() < 0.1 else None,
        decline_reason=draw.choice(list(DeclineReason)) if is_declined else None,
    )


def _report(case: Case, reference: str) -> Report:
    return Report(
        reference=reference,
        token_hash=reference.encode(),
        article_id=case.article_id,
        version_number=1,
        case_id=case.id,
        received_at=case.opened_at,
        kind=case.kind,
        quote="",
        prefix="",
        suffix="",
        problem="",
        suggestion="",
        evidence=[],
        reporter_name="",
        reporter_email="",
    )


def is_spam(case: Case) -> bool:
    """Say whether a case is abuse or spam."""
    is_abuse = case.decline_reason is DeclineReason.ABUSE
    return case.status is CaseStatus.QUARANTINED or is_abuse


def decided_in(week: Week, rows: Sequence[Case]) -> list[Case]:
    """Return the cases whose decision stands and fell in a week."""
    decided = [row for row in rows if row.status in DECIDED and not is_spam(row)]
    return [row for row in decided if row.decided_at and week.start <= row.decided_at < week.end]


def test_the_counts_of_many_cases_are_those_counted_one_by_one(many: list[Case]) -> None:
    roots = {row.id: row for row in many}
    reports = [
        (r.received_at, is_spam(roots[roots[r.case_id].merged_into_id or r.case_id]))
        for r in db.session.scalars(select(Report))
    ]

    found = figures.by_week(WEEKS)

    for week, shown in zip(WEEKS, found, strict=True):
        arrived = [spam for at, spam in reports if week.start <= at < week.end]
        opened = [row for row in many if week.start <= row.opened_at < week.end]
        decided = decided_in(week, many)
        assert (shown.reports, shown.set_aside) == (arrived.count(False), arrived.count(True))
        assert shown.opened == len([row for row in opened if not is_spam(row)])
        assert shown.decided == len(decided)
        assert shown.corrected == len([r for r in decided if r.status is CaseStatus.CORRECTED])
    assert sum(week.decided for week in found) > 30


def test_the_times_of_many_cases_are_those_picked_by_hand(many: list[Case]) -> None:
    for week, shown in zip([*WEEKS, WHOLE], _times(), strict=True):
        decided = decided_in(week, many)
        corrected = [row for row in decided if row.status is CaseStatus.CORRECTED]
        decision = [(row.opened_at, row.agreed_at or row.decided_at) for row in decided]
        assert shown[Measure.TOUCH] == by_hand([(r.opened_at, r.touched_at) for r in decided])
        assert shown[Measure.DECISION] == by_hand(decision)
        assert shown[Measure.CORRECTION] == by_hand(
            [(row.opened_at, row.decided_at) for row in corrected]
        )


def _times() -> list[dict[Measure, Took]]:
    weekly, whole = took(WEEKS), took([WHOLE])
    return [{m: weekly[m][n] for m in Measure} for n in range(4)] + [
        {m: whole[m][0] for m in Measure}
    ]


def by_hand(spans: Sequence[tuple[datetime, datetime | None]]) -> Took:
    """Return what ``took`` should say of these spans of time."""
    lengths = sorted(_whole(end) - _whole(start) for start, end in spans if end)
    if not lengths:
        return Took()
    half, most = ceil(len(lengths) * 0.5), ceil(len(lengths) * 0.9)
    return Took(len(lengths), lengths[half - 1], lengths[most - 1])


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def test_the_sections_of_many_cases_are_those_counted_one_by_one(many: list[Case]) -> None:
    rows = db.session.execute(select(Version.article_id, Version.section)).all()
    section = {row[0]: row[1] for row in rows}

    found = {each.section: each for each in figures.by_section(WHOLE.start, WHOLE.end)}

    decided = Counter(section[row.article_id] for row in decided_in(WHOLE, many))
    assert {name: each.decided for name, each in found.items() if each.decided} == decided
    assert sum(figures.outcomes(WHOLE.start, WHOLE.end).values()) == decided.total()
