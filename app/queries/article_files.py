"""Articles as they are written to files: each with its versions, in the order they came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.models import Article, Correction, Version
from app.rules.declarations import Declaration
from app.rules.histories import ArticleHistory, PastVersion
from app.rules.kinds import CorrectionKind, VersionReason
from app.rules.texts import ArticleDraft

_AT_ONCE = 50
"""How many articles are held in memory at a time."""

_KINDS = {
    VersionReason.CORRECTION: CorrectionKind.CORRECTION,
    VersionReason.UPDATE: CorrectionKind.UPDATE,
    VersionReason.MINOR: CorrectionKind.MINOR,
}


@dataclass(frozen=True, slots=True)
class WholeArticle:
    """An article with all that it has said; ``origin`` is what it was imported from."""

    history: ArticleHistory
    origin: str | None

    def draft(self, past: PastVersion) -> ArticleDraft:
        """Return the article as it read in one of its versions."""
        return ArticleDraft(self.history.slug, past.text, self.history.published_at)


def whole() -> Iterator[WholeArticle]:
    """Yield every article, a few read at a time."""
    after = 0
    while found := _next(after):
        after = found[-1].id
        versions, declared = _versions(found), _declared(found)
        for article in found:
            yield _as_whole(article, versions[article.id], declared.get(article.id, {}))
        db.session.expunge_all()


def _next(after: int) -> Sequence[Article]:
    rows = select(Article).where(Article.id > after).order_by(Article.id).limit(_AT_ONCE)
    return db.session.scalars(rows).all()


def _versions(articles: Sequence[Article]) -> dict[int, list[Version]]:
    ids = [article.id for article in articles]
    rows = select(Version).where(Version.article_id.in_(ids)).order_by(Version.number)
    found: dict[int, list[Version]] = {}
    for version in db.session.scalars(rows):
        found.setdefault(version.article_id, []).append(version)
    return found


def _declared(articles: Sequence[Article]) -> dict[int, dict[int, Declaration]]:
    """Return what the log declares of versions, by article and version."""
    ids = [article.id for article in articles]
    rows = select(Correction).where(
        Correction.article_id.in_(ids), Correction.to_version > Correction.from_version
    )
    found: dict[int, dict[int, Declaration]] = {}
    for entry in db.session.scalars(rows):
        declaration = Declaration(kind=entry.kind, notice=entry.notice)
        found.setdefault(entry.article_id, {})[entry.to_version] = declaration
    return found


def _as_whole(
    article: Article, versions: Sequence[Version], declared: dict[int, Declaration]
) -> WholeArticle:
    past = tuple(
        PastVersion(version.text, version.created_at, _declaration(version, declared))
        for version in versions
    )
    return WholeArticle(ArticleHistory(article.slug, article.published_at, past), article.origin)


def _declaration(version: Version, declared: dict[int, Declaration]) -> Declaration | None:
    kind = _KINDS.get(version.reason)
    unlogged = Declaration(kind=kind, notice="") if kind else None
    return declared.get(version.number, unlogged)
