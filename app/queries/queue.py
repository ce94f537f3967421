"""The queue: the cases of a view, in their order, a page at a time.

A page costs the same however long the queue is. Each state of a view is read from an index in
the queue's order, and only as far as the page goes. What no index knows (words, a section, an
age) is looked for among the next ``LOOKED_THROUGH`` cases of the view, and one can go on from
where that ended. Counts stop at ``MOST_COUNTED``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Article, Case, CaseEvent, Report, Staff, Version
from app.queries.queue_views import Filter, Position, Scope, View, scope
from app.queries.queue_words import holding, named_by
from app.queries.readers import distinct_readers
from app.rules.workflow import CaseStatus

MOST_COUNTED = 999
"""Where counting stops: one more means that there are more than these."""

LOOKED_THROUGH = 2000
"""How many cases of a view one page looks through for what no index knows."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in the queue; ``readers`` are distinct ones, as the ranking counts them."""

    case: Case
    headline: str
    section: str
    quote: str
    problem: str
    readers: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue; ``end`` is the place after which the next one begins, if one does.

    ``is_cut`` says that looking through stopped at ``end``, before the page was full.
    """

    rows: Sequence[QueueRow]
    end: Position | None = None
    is_cut: bool = False


def page(
    view: View,
    staff: Staff,
    at: datetime,
    size: int,
    *,
    wanted: Filter | None = None,
    after: Position | None = None,
) -> QueuePage:
    """Return the cases of a view that come after a place, most pressing first.

    Decided cases come by their decision, newest first.
    """
    wanted = wanted or Filter()
    within = scope(view, staff, at).narrowed(wanted, after)
    if wanted.is_looking_through:
        named = _named(within, wanted.words) if wanted.words and not after else []
        return _looked_through(within, wanted, at, size, named)
    places = _first(within, size + 1)
    rows = _rows(within, [Case.id.in_([number for _, number in places[:size]])], size)
    return QueuePage(rows, places[size - 1] if len(places) > size else None)


def _looked_through(
    within: Scope, wanted: Filter, at: datetime, size: int, named: Sequence[int]
) -> QueuePage:
    """Return a page of what is found among the next cases of a view, and of what is named."""
    places = _first(within, LOOKED_THROUGH)
    ids = [number for _, number in places]
    if wanted.words:
        ids = [*holding(ids, wanted.words), *named]
    rows = _rows(within, [Case.id.in_(ids), *wanted.seen(at)], size + 1)
    if len(rows) > size:
        return QueuePage(rows[:size], within.place(rows[size - 1].case))
    is_cut = len(places) == LOOKED_THROUGH
    return QueuePage(rows, places[-1] if is_cut else None, is_cut)


def waiting(view: View, staff: Staff, at: datetime, size: int) -> Sequence[QueueRow]:
    """Return the first cases of a view."""
    return page(view, staff, at, size).rows


def chosen(case_ids: Sequence[int]) -> list[QueueRow]:
    """Return some cases, whatever has become of them, in the order of the queue."""
    within = Scope(frozenset(CaseStatus))
    return _rows(within, [Case.id.in_(case_ids)], len(case_ids))


def _named(within: Scope, words: str) -> Sequence[int]:
    """Return the case of a view that words are the reference of, wherever in it that stands."""
    is_named = named_by(words)
    if is_named is None:
        return []
    return db.session.scalars(
        select(Case.id).where(Case.status.in_(within.states), *within.conditions, is_named)
    ).all()


def _first(within: Scope, most: int) -> list[Position]:
    """Return where the first cases of a view stand."""
    if within.is_rare:
        every = select(within.key, Case.id).where(
            Case.status.in_(within.states), *within.conditions
        )
        found = [(key, number) for key, number in db.session.execute(every)]
        return sorted(found, reverse=within.is_newest_first)[:most]
    first = union_all(*(_first_in(status, within, most) for status in within.states)).subquery()
    rows = select(first.c.key, first.c.id).order_by(*within.sorting(first.c.key, first.c.id))
    return [(key, number) for key, number in db.session.execute(rows.limit(most))]


def _first_in(status: CaseStatus, within: Scope, most: int) -> Select[Any]:
    """Return the first cases of a view in one state: as many of them as of them all are wanted."""
    cases = select(Case.id, within.key.label("key")).where(
        Case.status == status, *within.conditions
    )
    sorted_cases = cases.order_by(*within.sorting(within.key, Case.id)).limit(most)
    return select(sorted_cases.subquery())


def _rows(within: Scope, conditions: Sequence[ColumnElement[bool]], most: int) -> list[QueueRow]:
    """Return the first cases of which conditions are true, each with what its row shows."""
    rows = db.session.execute(
        select(Case, Version.headline, Version.section)
        .join(Article, Article.id == Case.article_id)
        .join(
            Version,
            and_(Version.article_id == Article.id, Version.number == Article.latest_number),
        )
        .where(*conditions)
        .options(joinedload(Case.claimed_by))
        .order_by(*within.sorting(within.key, Case.id))
        .limit(most)
    ).all()
    reported = _reported([case.id for case, *_ in rows])
    nothing = ("", "", 0)
    return [QueueRow(c, head, section, *reported.get(c.id, nothing)) for c, head, section in rows]


def _reported(case_ids: Sequence[int]) -> dict[int, tuple[str, str, int]]:
    """Return each case's first passage, its reader's words, and how many readers reported it."""
    root = func.coalesce(Case.merged_into_id, Case.id)
    figures = (
        select(
            root.label("case_id"),
            func.min(Report.id).filter(Case.merged_into_id.is_(None)).label("first_id"),
            distinct_readers().filter(Report.withdrawn_at.is_(None)).label("readers"),
        )
        .join(Report, Report.case_id == Case.id)
        .where(or_(Case.id.in_(case_ids), Case.merged_into_id.in_(case_ids)))
        .group_by(root)
        .subquery()
    )
    rows = db.session.execute(
        select(figures.c.case_id, Report.quote, Report.problem, figures.c.readers).join(
            Report, Report.id == figures.c.first_id
        )
    )
    return {case_id: (quote, problem, readers) for case_id, quote, problem, readers in rows}


def counts(staff: Staff, at: datetime) -> dict[View, int]:
    """Return how many cases each view holds, counted up to one more than ``MOST_COUNTED``."""
    row = db.session.execute(select(*(_count(view, staff, at) for view in View))).one()
    return dict(zip(View, row, strict=True))


def _count(view: View, staff: Staff, at: datetime) -> ScalarSelect[int]:
    within = scope(view, staff, at)
    some = (
        select(Case.id)
        .where(Case.status.in_(within.states), *within.conditions)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


def stamp(view: View, staff: Staff, at: datetime) -> str:
    """Return a text that changes when something in the queue does, or a view's count."""
    newest = (select(func.max(kind.id)).scalar_subquery() for kind in (CaseEvent, Case, Report))
    row = db.session.execute(select(*newest, _count(view, staff, at))).one()
    return ".".join(str(part or 0) for part in row)


def sections() -> list[str]:
    """Return the sections that articles have had, by name: a step in the index for each."""
    first: Select[Any] = select(func.min(Version.section).label("name")).where(Version.section > "")
    found = first.cte("sections", recursive=True)
    following = (
        select(func.min(Version.section)).where(Version.section > found.c.name).scalar_subquery()
    )
    found = found.union_all(select(following).where(found.c.name.is_not(None)))
    named = select(found.c.name).where(found.c.name.is_not(None)).order_by(found.c.name)
    return list(db.session.scalars(named))
