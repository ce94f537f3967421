"""The desk's figures: what came in, and what became of it.

Everything is added up by the database, so that a page brings home a few dozen rows whether a
hundred reports lie behind it or two hundred thousand. What is abuse or spam, by its case being
set aside or declined as that, is counted by itself and distorts nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Article, Case, CaseEvent, Correction, Report, Staff, Version
from app.queries.spans import spans, within
from app.rules.figures import AGES, Age, SectionFigures, Week
from app.rules.kinds import DeclineReason
from app.rules.workflow import DECIDED, OPEN, CaseStatus


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """One week: reports and cases that came in, cases decided, entries of the log published.

    ``set_aside`` are reports that were abuse or spam; the other figures are without them.
    """

    week: Week
    reports: int
    set_aside: int
    opened: int
    decided: int
    corrected: int
    entries: int


@dataclass(frozen=True, slots=True)
class Aged:
    """How many open cases are of an age, and how many of them are past their due time."""

    age: Age
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is open now; ``oldest_at`` is when the oldest open report came in."""

    ages: Sequence[Aged]
    by_status: Counter[CaseStatus]
    oldest_at: datetime | None

    @property
    def open(self) -> int:
        """How many cases are open."""
        return sum(each.open for each in self.ages)

    @property
    def overdue(self) -> int:
        """How many of them are past their due time."""
        return sum(each.overdue for each in self.ages)


@dataclass(frozen=True, slots=True)
class Held:
    """How many cases a colleague has claimed now, and how many of them are past their due time."""

    name: str
    cases: int
    overdue: int


_root = aliased(Case)


def _is_spam(of: type[Case]) -> ColumnElement[bool]:
    is_abuse = and_(of.decline_reason.is_not(None), of.decline_reason == DeclineReason.ABUSE)
    return or_(of.status == CaseStatus.QUARANTINED, is_abuse)


IS_DECIDED = and_(Case.status.in_(DECIDED), ~_is_spam(Case))
"""That a decision on a case stands, other than that it is spam."""


def by_week(weeks: Sequence[Week]) -> list[WeekFigures]:
    """Return what happened in each week.

    A case counts as decided in the week of the decision that stands; one that was opened again
    counts when it is decided again.
    """
    table = spans(weeks)
    columns = [
        _per_week(statement(table), len(weeks))
        for statement in (_reports, _opened, _decided, _entries)
    ]
    return [
        WeekFigures(week, *(number for numbers in columns for number in numbers[n]))
        for n, week in enumerate(weeks)
    ]


def _per_week(statement: Select[Any], weeks: int) -> list[list[int]]:
    """Return the counts that a statement makes for each week, zeros where it finds nothing."""
    nothing = [0] * (len(statement.selected_columns) - 1)
    found = {n: counts for n, *counts in db.session.execute(statement)}
    return [found.get(n, nothing) for n in range(weeks)]


def _reports(table: CTE) -> Select[Any]:
    is_spam = func.count().filter(_is_spam(_root))
    return (
        select(table.c.n, func.count() - is_spam, is_spam)
        .select_from(table)
        .join(Report, within(Report.received_at.expression, table))
        .join(Case, Case.id == Report.case_id)
        .join(_root, _root.id == func.coalesce(Case.merged_into_id, Case.id))
        .group_by(table.c.n)
    )


def _opened(table: CTE) -> Select[Any]:
    return (
        select(table.c.n, func.count())
        .select_from(table)
        .join(Case, within(Case.opened_at.expression, table))
        .where(~_is_spam(Case))
        .group_by(table.c.n)
    )


def _decided(table: CTE) -> Select[Any]:
    return (
        select(table.c.n, func.count(), _corrected())
        .select_from(table)
        .join(Case, within(Case.decided_at.expression, table))
        .where(IS_DECIDED)
        .group_by(table.c.n)
    )


def _corrected() -> ColumnElement[int]:
    return func.count().filter(Case.status == CaseStatus.CORRECTED)


def _entries(table: CTE) -> Select[Any]:
    return (
        select(table.c.n, func.count())
        .select_from(table)
        .join(Correction, within(Correction.published_at.expression, table))
        .group_by(table.c.n)
    )


def stamp() -> tuple[int, ...]:
    """Return numbers that change with whatever the figures count: steps, reports, corrections."""
    newest = (
        select(func.max(each.id)).scalar_subquery() for each in (CaseEvent, Report, Correction)
    )
    return tuple(number or 0 for number in db.session.execute(select(*newest)).one())


def outcomes(start: datetime, end: datetime) -> Counter[DeclineReason | None]:
    """Return how many cases were decided how; ``None`` stands for corrected."""
    rows = db.session.execute(
        select(Case.decline_reason, func.count())
        .where(IS_DECIDED, Case.decided_at >= start, Case.decided_at < end)
        .group_by(Case.decline_reason)
    )
    return Counter({row[0]: row[1] for row in rows})


def standing(start: datetime, end: datetime) -> Counter[CaseStatus]:
    """Return where the cases stand now that were opened in a span of time."""
    rows = db.session.execute(
        select(Case.status, func.count())
        .where(Case.opened_at >= start, Case.opened_at < end)
        .group_by(Case.status)
    )
    return Counter({row[0]: row[1] for row in rows})


def by_section(start: datetime, end: datetime) -> list[SectionFigures]:
    """Return what came in and was decided about the articles of each section, most first."""
    decided = _per_section(
        (func.count(), _corrected()), IS_DECIDED, Case.decided_at >= start, Case.decided_at < end
    )
    opened = _per_section(
        (func.count(),), ~_is_spam(Case), Case.opened_at >= start, Case.opened_at < end
    )
    found = [
        SectionFigures(name, *opened.get(name, [0]), *decided.get(name, [0, 0]))
        for name in decided.keys() | opened.keys()
    ]
    return sorted(found, key=lambda each: (-each.decided, -each.opened, each.section))


def _per_section(
    counts: tuple[ColumnElement[int], ...], *conditions: ColumnElement[bool]
) -> dict[str, list[int]]:
    # The sum keeps SQLite from the index of versions that does not hold their sections: it would
    # read its way through every text.
    is_present = Version.number + 0 == Article.latest_number
    rows = db.session.execute(
        select(Version.section, *counts)
        .select_from(Case)
        .join(Article, Article.id == Case.article_id)
        .join(Version, and_(Version.article_id == Article.id, is_present))
        .where(*conditions)
        .group_by(Version.section)
    )
    return {section: numbers for section, *numbers in rows}


def backlog(at: datetime) -> Backlog:
    """Return what is open at ``at``, by age, and how much of it is overdue."""
    age = case(
        *((Case.opened_at > at - each.until, n) for n, each in enumerate(AGES) if each.until),
        else_=len(AGES) - 1,
    )
    overdue = func.count().filter(Case.due_at < at)
    rows = db.session.execute(
        select(age, Case.status, func.count(), overdue, func.min(Case.opened_at))
        .where(Case.status.in_(OPEN))
        .group_by(age, Case.status)
    ).all()
    open_in, overdue_in, by_status = Counter[int](), Counter[int](), Counter[CaseStatus]()
    for n, status, number, late, _oldest in rows:
        open_in[n] += number
        overdue_in[n] += late
        by_status[status] += number
    return Backlog(
        ages=[Aged(each, open_in[n], overdue_in[n]) for n, each in enumerate(AGES)],
        by_status=by_status,
        oldest_at=min((row[4] for row in rows), default=None),
    )


def oldest_open() -> datetime | None:
    """Return when the oldest report came in that is not decided."""
    return db.session.scalar(select(func.min(Case.opened_at)).where(Case.status.in_(OPEN)))


def set_aside() -> int:
    """Return how many cases are in quarantine now."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Case).where(Case.status == CaseStatus.QUARANTINED)
        )
        or 0
    )


def held(at: datetime) -> list[Held]:
    """Return who has claimed how many open cases, by name."""
    rows = db.session.execute(
        select(Staff.name, func.count(), func.count().filter(Case.due_at < at))
        .join(Case, Case.claimed_by_id == Staff.id)
        .where(Case.claimed_until > at, Case.status.in_(OPEN))
        .group_by(Staff.id, Staff.name)
        .order_by(Staff.name, Staff.id)
    )
    return [Held(name, number, late) for name, number, late in rows]
