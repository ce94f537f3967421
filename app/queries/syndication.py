"""Reading what goes out to others: articles with their notices, and the log in its own order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Article, Correction, LogLeaf, Redaction, Version
from app.queries.articles import Teaser, latest
from app.rules.kinds import CorrectionKind, Placement, VersionReason

Position = tuple[datetime, int]
"""Where an article stands in the order of publication: its time and its id."""


_amender = aliased(Correction)

# Written once, while there is one thread; see app/models/__init__.py.
_NOTICES = (
    select(
        Correction.article_id,
        Correction.number,
        Correction.kind,
        Correction.notice,
        Correction.published_at,
        exists().where(_amender.amends_id == Correction.id),
        Correction.withholds,
    )
    .where(Correction.kind != CorrectionKind.MINOR)
    .order_by(Correction.number.desc())
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that stands on an article, with the number of its entry."""

    article_id: int
    number: int
    kind: CorrectionKind
    text: str
    published_at: datetime
    is_amended: bool
    withholds: bool


@dataclass(frozen=True, slots=True)
class Syndicated:
    """An article as others take it over; its notices are newest first."""

    teaser: Teaser
    updated_at: datetime
    notices: tuple[Notice, ...]

    @property
    def retraction(self) -> Notice | None:
        """The notice that withdrew the article, when one did and stands."""
        found = (n for n in self.notices if n.kind is CorrectionKind.RETRACTION)
        return next((n for n in found if not n.is_amended), None)

    @property
    def above(self) -> list[Notice]:
        """The notices above the text."""
        return [n for n in self.notices if n.kind.placement is Placement.ABOVE]

    @property
    def below(self) -> list[Notice]:
        """The notices below the text."""
        return [n for n in self.notices if n.kind.placement is Placement.BELOW]


def articles(limit: int, before: Position | None = None) -> list[Syndicated]:
    """Return articles, newest first; ``before`` is where the last page ended."""
    teasers = latest(limit, before)
    ids = [teaser.id for teaser in teasers]
    notices, changed = _notices(ids), changed_at(ids)
    return [
        Syndicated(teaser, changed[teaser.id], tuple(notices.get(teaser.id, ())))
        for teaser in teasers
    ]


def newer(position: Position, limit: int) -> list[Position]:
    """Return the places of the articles from ``position`` on to newer ones, nearest first."""
    at, number = position
    is_newer = or_(
        Article.published_at > at, and_(Article.published_at == at, Article.id >= number)
    )
    rows = db.session.execute(
        select(Article.published_at, Article.id)
        .where(is_newer)
        .order_by(Article.published_at, Article.id)
        .limit(limit)
    )
    return [(published_at, found) for published_at, found in rows]


def changed_at(article_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each article last changed in a way that matters: by more than a minor edit.

    It does, too, when the words of a notice are taken away.
    """
    ids = list(article_ids)
    published = dict(
        db.session.execute(
            select(Article.id, Article.published_at).where(Article.id.in_(ids))
        ).all()
    )
    texts = db.session.execute(
        select(Version.article_id, func.max(Version.created_at))
        .where(Version.article_id.in_(ids), Version.reason != VersionReason.MINOR)
        .group_by(Version.article_id)
    )
    entries = db.session.execute(
        select(Correction.article_id, func.max(Correction.published_at))
        .where(Correction.article_id.in_(ids), Correction.kind != CorrectionKind.MINOR)
        .group_by(Correction.article_id)
    )
    redacted = db.session.execute(
        select(Correction.article_id, func.max(Redaction.at))
        .join(LogLeaf, LogLeaf.correction_id == Correction.id)
        .join(Redaction, Redaction.target == LogLeaf.index)
        .where(Correction.article_id.in_(ids), Correction.kind != CorrectionKind.MINOR)
        .group_by(Correction.article_id)
    )
    for article_id, at in [*texts, *entries, *redacted]:
        published[article_id] = max(published[article_id], at)
    return published


def _notices(article_ids: Sequence[int]) -> dict[int, list[Notice]]:
    rows = db.session.execute(_NOTICES.where(Correction.article_id.in_(article_ids)))
    notices: dict[int, list[Notice]] = {}
    for row in rows:
        notices.setdefault(row[0], []).append(Notice(*row))
    return notices
