"""Articles come in here, from importers and from the demo, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Article, Staff
from app.rules.errors import Conflict
from app.rules.kinds import CorrectionKind, VersionReason
from app.rules.texts import ArticleDraft
from app.services._publication import (
    append_correction,
    append_version,
    current_version,
    lock_article,
)
from app.services.transaction import transaction


class Outcome(StrEnum):
    """What became of an article that was brought in."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REVISED = "revised"


class UndeclaredChange(Conflict):
    """The text differs from what is public, and nobody declared why."""


def publish(draft: ArticleDraft, *, at: datetime, by: Staff | None = None) -> int:
    """Publish a new article as its version 1; return its id."""
    with transaction() as session:
        return _create(session, draft, VersionReason.PUBLISHED, at, by, origin=None).id


def bring_in(
    draft: ArticleDraft,
    *,
    origin: str,
    at: datetime,
    declared: CorrectionKind | None = None,
    notice: str = "",
) -> Outcome:
    """Import an article: new, unchanged, or changed with a declared reason.

    An article is known again by ``origin``, the name of its file. Raises ``UndeclaredChange``
    where the text differs and ``declared`` is empty: never a silent edit.
    """
    with transaction() as session:
        known = session.scalars(select(Article).where(Article.origin == origin)).first()
        if known is None:
            free = replace(draft, slug=_free_slug(session, draft.slug))
            _create(session, free, VersionReason.IMPORTED, at, None, origin)
            return Outcome.CREATED
        article = lock_article(session, known.id)
        if current_version(session, article).text == draft.text:
            return Outcome.UNCHANGED
        if declared is None:
            raise UndeclaredChange(
                f"The text differs from what is public as “{article.slug}”: "
                "declare why with --reason."
            )
        append_correction(
            session,
            article,
            draft.text,
            seen_version=article.latest_number,
            kind=declared,
            notice=notice,
            at=at,
            by=None,
        )
        return Outcome.REVISED


def _free_slug(session: Session, wanted: str) -> str:
    """Return ``wanted``, with a number behind it where another article has that address."""
    further = (f"{wanted}-{number}" for number in count(2))
    return next(
        slug
        for slug in chain([wanted], further)
        if session.scalar(select(Article.id).where(Article.slug == slug)) is None
    )


def _create(
    session: Session,
    draft: ArticleDraft,
    reason: VersionReason,
    at: datetime,
    by: Staff | None,
    origin: str | None,
) -> Article:
    published_at = draft.published_at or at
    article = Article(slug=draft.slug, published_at=published_at, origin=origin)
    article.latest_number = 1
    session.add(article)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(f"There is an article at the address “{draft.slug}” already.") from None
    append_version(session, article, draft.text, reason=reason, at=published_at, by=by)
    return article
