"""How many entries of the correction log there are, of each kind, in each section, at each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, select

from app.extensions import db
from app.models import Correction, Version
from app.queries.corrections import Filter
from app.rules.kinds import CorrectionKind


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are alike to every filter, and how many there are.

    ``since`` is the last of the edges that were given at or before which they were published.
    """

    kind: CorrectionKind
    section: str
    since: datetime | None
    number: int

    def fits(self, wanted: Filter) -> bool:
        """Say whether a filter that begins and ends at edges lets them through."""
        return (
            wanted.kind in (None, self.kind)
            and wanted.section in ("", self.section)
            and (wanted.since is None or (self.since is not None and self.since >= wanted.since))
            and (wanted.until is None or self.since is None or self.since < wanted.until)
        )


def groups(edges: Sequence[datetime]) -> list[Group]:
    """Count the whole log by kind, section and time between ``edges``, which are in order.

    The log is read once for all that a page wants to know of it.
    """
    alike = (
        select(Correction.kind, Version.section, _edges_before(edges).label("edges"))
        .join(
            Version,
            and_(
                Version.article_id == Correction.article_id,
                Version.number == Correction.to_version,
            ),
        )
        .subquery()
    )
    kind, section, place = alike.c
    rows = db.session.execute(
        select(kind, section, place, func.count()).group_by(kind, section, place)
    )
    return [Group(row[0], row[1], edges[row[2] - 1] if row[2] else None, row[3]) for row in rows]


def _edges_before(edges: Sequence[datetime]) -> ColumnElement[int]:
    """Say how many of the edges lie at or before an entry's publication."""
    if not edges:
        return literal(0, Integer)
    newest_first = reversed(list(enumerate(edges, start=1)))  # most entries are of late
    return case(
        *((Correction.published_at >= edge, place) for place, edge in newest_first), else_=0
    )
