"""Reading every address there is, in parts, with when each changed last.

Part 1 holds the first articles by their ids, or the first entries by their numbers, so what is
in a part stays in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Article, Correction, Version

_amended = aliased(Correction)


_LARGEST = 2**31 - 1
"""The largest number that PostgreSQL compares with an integer."""


@dataclass(frozen=True, slots=True)
class Place:
    """An article by its slug, or an entry by its number, and when it changed last."""

    name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """An article that has just appeared."""

    slug: str
    headline: str
    language: str
    published_at: datetime


def articles(part: int, size: int) -> list[Place]:
    """Return the articles of a part; each changed with its last version or entry."""
    changed = _latest(
        _last(Version.article_id, Version.created_at, part, size),
        _last(Correction.article_id, Correction.published_at, part, size),
    )
    rows = db.session.execute(
        select(Article.id, Article.slug).where(_within(Article.id, part, size)).order_by(Article.id)
    )
    return [Place(slug, changed[number]) for number, slug in rows]


def corrections(part: int, size: int) -> list[Place]:
    """Return the entries of a part; one changes when another one amends it."""
    changed = _latest(
        _last(Correction.number, Correction.published_at, part, size),
        db.session.execute(
            select(_amended.number, func.max(Correction.published_at))
            .join(_amended, _amended.id == Correction.amends_id)
            .where(_within(_amended.number, part, size))
            .group_by(_amended.number)
        ).all(),
    )
    return [Place(str(number), at) for number, at in sorted(changed.items())]


def article_parts(size: int) -> dict[int, datetime]:
    """Return the parts of the articles, and when anything in each changed last."""
    return _latest(
        _parts(Version.article_id, Version.created_at, size),
        _parts(Correction.article_id, Correction.published_at, size),
    )


def correction_parts(size: int) -> dict[int, datetime]:
    """Return the parts of the log, and when anything in each changed last."""
    part = _part(_amended.number, size)
    amended = db.session.execute(
        select(part, func.max(Correction.published_at))
        .join(_amended, _amended.id == Correction.amends_id)
        .group_by(part)
    )
    return _latest(_parts(Correction.number, Correction.published_at, size), amended.all())


def news(since: datetime, limit: int) -> list[News]:
    """Return the articles that appeared from ``since`` on, newest first."""
    rows = db.session.execute(
        select(Article.slug, Version.headline, Version.language, Article.published_at)
        .join(Version, Version.article_id == Article.id)
        .where(Version.number == Article.latest_number, Article.published_at >= since)
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(limit)
    )
    return [News(*row) for row in rows]


def _last(number: Any, at: Any, part: int, size: int) -> Iterable[Row[int, datetime]]:
    rows = select(number, func.max(at)).where(_within(number, part, size)).group_by(number)
    return db.session.execute(rows).all()


def _parts(number: Any, at: Any, size: int) -> Iterable[Row[int, datetime]]:
    part = _part(number, size)
    return db.session.execute(select(part, func.max(at)).group_by(part)).all()


def _part(number: Any, size: int) -> ColumnElement[int]:
    part: ColumnElement[int] = (number - 1) // size + 1
    return part


def _within(number: Any, part: int, size: int) -> ColumnElement[bool]:
    first, last = (min(end, _LARGEST) for end in ((part - 1) * size + 1, part * size))
    inside: ColumnElement[bool] = number.between(first, last)
    return inside


def _latest(*found: Iterable[Row[int, datetime]]) -> dict[int, datetime]:
    latest: dict[int, datetime] = {}
    for key, at in (row for rows in found for row in rows):
        latest[key] = max(latest.get(key, at), at)
    return latest
