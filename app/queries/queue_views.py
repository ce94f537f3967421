"""The saved views of the queue, and what narrows them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.models import Article, Case, Staff, Version
from app.rules.kinds import ProblemKind
from app.rules.marks import N_
from app.rules.workflow import DECIDED, OPEN, CaseStatus

Position = tuple[datetime, int]
"""A place in the queue: the time that orders a case, and its number."""

# Written as a comparison, “is there at all” can be looked up in an index of SQLite, too.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class View(StrEnum):
    """The saved views of the queue."""

    OPEN = "open"
    UNCLAIMED = "unclaimed"
    MINE = "mine"
    WAITING = "waiting"
    OVERDUE = "overdue"
    APPEALS = "appeals"
    AGREED = "agreed"
    TYPOS = "typos"
    QUARANTINE = "quarantine"
    DECIDED = "decided"

    @property
    def label(self) -> str:
        """The view's name in the queue's menu."""
        return _LABELS[self]


_LABELS = {
    View.OPEN: N_("All open"),
    View.UNCLAIMED: N_("Unclaimed"),
    View.MINE: N_("Mine"),
    View.WAITING: N_("Waiting for a reader"),
    View.OVERDUE: N_("Overdue"),
    View.APPEALS: N_("Appeals"),
    View.AGREED: N_("Agreed, to publish"),
    View.TYPOS: N_("Typos and links"),
    View.QUARANTINE: N_("Quarantine"),
    View.DECIDED: N_("Decided"),
}


class Age(StrEnum):
    """How long ago a case was reported."""

    DAY = "day"
    WEEK = "week"
    OLDER = "older"
    MUCH_OLDER = "much_older"

    @property
    def label(self) -> str:
        """The age in the filter's words."""
        return _AGES[self][0]

    def condition(self, at: datetime) -> ColumnElement[bool]:
        """Keep the cases of this age at ``at``."""
        _label, days, is_within = _AGES[self]
        since = at - timedelta(days=days)
        return Case.opened_at >= since if is_within else Case.opened_at < since


_AGES = {
    Age.DAY: (N_("In the past day"), 1, True),
    Age.WEEK: (N_("In the past week"), 7, True),
    Age.OLDER: (N_("More than a week ago"), 7, False),
    Age.MUCH_OLDER: (N_("More than a month ago"), 30, False),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a view down; ``article`` is an article's slug. Empty parts narrow nothing."""

    section: str = ""
    kind: ProblemKind | None = None
    age: Age | None = None
    article: str = ""
    words: str = ""

    @property
    def is_looking_through(self) -> bool:
        """Whether cases have to be looked at one by one, because no index knows the answer."""
        return bool(self.section or self.age or self.words)

    def known(self) -> list[ColumnElement[bool]]:
        """Return the conditions that an index knows."""
        conditions: list[ColumnElement[bool]] = []
        if self.kind:
            conditions.append(Case.kind == self.kind)
        if self.article:
            article = select(Article.id).where(Article.slug == self.article).scalar_subquery()
            conditions.append(Case.article_id == article)
        return conditions

    def seen(self, at: datetime) -> list[ColumnElement[bool]]:
        """Return the conditions that take a look at each case and its article's present version."""
        conditions: list[ColumnElement[bool]] = []
        if self.section:
            conditions.append(func.lower(Version.section) == self.section.lower())
        if self.age:
            conditions.append(self.age.condition(at))
        return conditions


@dataclass(frozen=True, slots=True)
class Scope:
    """What a view holds: cases in some states, of which further conditions are true.

    ``is_rare`` says that there are few of them, so that they are better found and then sorted
    than found in their order.
    """

    states: frozenset[CaseStatus]
    conditions: Sequence[ColumnElement[bool]] = ()
    is_newest_first: bool = False
    is_rare: bool = False

    @property
    def key(self) -> Any:
        """The time that orders the view; cases with the same one go by their numbers."""
        return Case.decided_at if self.is_newest_first else Case.rank_at

    def sorting(self, key: Any, number: Any) -> tuple[ColumnElement[Any], ...]:
        """Return the order of the view for two columns that hold its key and the numbers."""
        return (key.desc(), number.desc()) if self.is_newest_first else (key.asc(), number.asc())

    def place(self, case: Case) -> Position:
        """Return where a case stands in the view."""
        at = case.decided_at if self.is_newest_first else case.rank_at
        return at or case.opened_at, case.id

    def narrowed(self, wanted: Filter, after: Position | None) -> Scope:
        """Return what of the view an index knows to be wanted, after a place."""
        conditions = [*self.conditions, *wanted.known()]
        if after:
            conditions.append(self._beyond(*after))
        return replace(self, conditions=conditions, is_rare=self.is_rare or bool(wanted.article))

    def _beyond(self, at: datetime, number: int) -> ColumnElement[bool]:
        # In this form, the comparison is one that an index can be searched with.
        if self.is_newest_first:
            return and_(self.key <= at, or_(self.key < at, Case.id < number))
        return and_(self.key >= at, or_(self.key > at, Case.id > number))


def scope(view: View, staff: Staff, at: datetime) -> Scope:
    """Return what a view holds for somebody at ``at``."""
    is_free = or_(Case.claimed_until.is_(None), Case.claimed_until <= at)
    undecided = frozenset({CaseStatus.RECEIVED, CaseStatus.IN_REVIEW})
    return {
        View.OPEN: Scope(OPEN),
        View.UNCLAIMED: Scope(undecided, [is_free]),
        View.MINE: Scope(OPEN, _claimed_by(staff, at), is_rare=True),
        View.WAITING: Scope(frozenset({CaseStatus.WAITING_READER})),
        View.OVERDUE: Scope(OPEN, [_is_overdue(at)]),
        View.APPEALS: Scope(OPEN, [Case.appealed_at > _EVER], is_rare=True),
        View.AGREED: Scope(frozenset({CaseStatus.AGREED})),
        View.TYPOS: Scope(OPEN, [Case.kind == ProblemKind.TYPO]),
        View.QUARANTINE: Scope(frozenset({CaseStatus.QUARANTINED})),
        View.DECIDED: Scope(DECIDED, is_newest_first=True),
    }[view]


def _claimed_by(staff: Staff, at: datetime) -> list[ColumnElement[bool]]:
    return [Case.claimed_by_id == staff.id, Case.claimed_until > at]


def _is_overdue(at: datetime) -> ColumnElement[bool]:
    # There is always a due time: saying so in this way leaves the planner no choice but to read
    # the queue in its order, which ends with the page where many cases are overdue.
    return func.coalesce(Case.due_at, at) < at
