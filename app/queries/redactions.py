"""Reading redactions: what was taken away, by whom and why, and where it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.extensions import db
from app.models import Article, Correction, LogLeaf, Redaction, Staff, Version
from app.rules.transparency.redactions import RedactionReason


@dataclass(frozen=True, slots=True)
class Redacted:
    """That words were taken away: why, when, and which leaf of the log says so."""

    reason: RedactionReason
    at: datetime
    leaf: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A redaction in the list of all: of ``version``, or of the entry ``correction``.

    ``target`` is the leaf whose body is gone. Nobody is named where a recovery repeated it.
    """

    redacted: Redacted
    target: int
    slug: str
    headline: str
    version: int | None
    correction: int | None
    by: str | None


_taken = aliased(Version)


def of_versions(ids: Collection[int]) -> dict[int, Redacted]:
    """Return the redactions of those versions that have one, by their ids."""
    return _of(LogLeaf.version_id, ids)


def of_corrections(ids: Collection[int]) -> dict[int, Redacted]:
    """Return the redactions of those entries of the correction log that have one, by their ids."""
    return _of(LogLeaf.correction_id, ids)


def _of(column: InstrumentedAttribute[int | None], ids: Collection[int]) -> dict[int, Redacted]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(column, Redaction.reason, Redaction.at, Redaction.leaf_index)
        .join(Redaction, Redaction.target == LogLeaf.index)
        .where(column.in_(ids))
    )
    return {key: Redacted(why, at, leaf) for key, why, at, leaf in rows if key is not None}


def page(limit: int, below: int | None = None) -> list[Taken]:
    """Return redactions, the newest first; ``below`` is the leaf that the last page ended with."""
    rows = (
        select(
            Redaction, Article.slug, Version.headline, _taken.number, Correction.number, Staff.name
        )
        .join(LogLeaf, LogLeaf.index == Redaction.target)
        .outerjoin(_taken, _taken.id == LogLeaf.version_id)
        .outerjoin(Correction, Correction.id == LogLeaf.correction_id)
        .join(Article, Article.id == func.coalesce(_taken.article_id, Correction.article_id))
        .join(Version, is_current())
        .outerjoin(Staff, Staff.id == Redaction.by_id)
        .order_by(Redaction.leaf_index.desc())
        .limit(limit)
    )
    if below is not None:
        rows = rows.where(Redaction.leaf_index < below)
    return [
        Taken(
            Redacted(it.reason, it.at, it.leaf_index), it.target, slug, headline, version, entry, by
        )
        for it, slug, headline, version, entry, by in db.session.execute(rows)
    ]


def is_current() -> ColumnElement[bool]:
    """Join an article to the version that readers see."""
    return and_(Version.article_id == Article.id, Version.number == Article.latest_number)
