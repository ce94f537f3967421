"""Articles come in here, from importers and from the demo, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Article, Staff, Version
from app.rules.declarations import Declaration
from app.rules.errors import Conflict, DeskError, InvalidInput
from app.rules.histories import NOTICES, ArticleHistory, PastVersion
from app.rules.kinds import CorrectionKind, VersionReason, version_reason
from app.rules.texts import ArticleDraft, VersionText
from app.rules.transparency.redactions import is_tombstone
from app.services._publication import (
    add_article,
    append_correction,
    append_entry,
    append_version,
    current_version,
    lock_article,
)
from app.services._search import find_entry
from app.services.transaction import lock_correction_log, transaction


class Outcome(StrEnum):
    """What became of an article that was brought in."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REVISED = "revised"


class UndeclaredChange(Conflict):
    """The text differs from what is public, and nobody declared why."""


class AnotherPast(Conflict):
    """The article is public already, with versions that are not how its history begins."""


def publish(draft: ArticleDraft, *, at: datetime, by: Staff | None = None) -> int:
    """Publish a new article as its version 1; return its id."""
    with transaction() as session:
        published_at = draft.published_at or at
        article = add_article(session, draft.slug, published_at, origin=None)
        reason = VersionReason.PUBLISHED
        append_version(session, article, 1, draft.text, reason=reason, at=published_at, by=by)
        return article.id


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that comes in, as it reads now or with its past, and how it is known again.

    See ``bring_in`` and ``bring_in_history``; ``declared`` and ``notice`` are for the former.
    """

    article: ArticleDraft | ArticleHistory
    origin: str | None
    declared: CorrectionKind | None = None
    notice: str = ""


def bring_in_all(arrivals: Sequence[Arrival], *, at: datetime) -> list[Outcome | DeskError]:
    """Import several articles in one transaction; return what became of each, or why nothing did.

    One that is refused keeps none of the others out. All come under one checkpoint of the
    transparency log.
    """
    with transaction() as session:
        return [_tried(session, arrival, at) for arrival in arrivals]


def _tried(session: Session, arrival: Arrival, at: datetime) -> Outcome | DeskError:
    try:
        with session.begin_nested():
            if isinstance(arrival.article, ArticleHistory):
                return _bring_in_history(session, arrival.article, arrival.origin)
            return _bring_in(session, arrival.article, arrival, at)
    except DeskError as refusal:
        return refusal


def bring_in(
    draft: ArticleDraft,
    *,
    origin: str | None,
    at: datetime,
    declared: CorrectionKind | None = None,
    notice: str = "",
) -> Outcome:
    """Import an article: new, unchanged, or changed with a declared reason.

    An article is known again by ``origin``, the name of its file; where that is ``None``, by its
    address. Raises ``UndeclaredChange`` where the text differs and ``declared`` is empty: never
    a silent edit.
    """
    with transaction() as session:
        return _bring_in(session, draft, Arrival(draft, origin, declared, notice), at)


def _bring_in(session: Session, draft: ArticleDraft, arrival: Arrival, at: datetime) -> Outcome:
    known = _known(session, draft.slug, arrival.origin)
    if known is None:
        published_at = draft.published_at or at
        first = PastVersion(draft.text, published_at)
        _create(session, ArticleHistory(draft.slug, published_at, (first,)), arrival.origin)
        return Outcome.CREATED
    article = lock_article(session, known.id)
    if current_version(session, article).text == draft.text:
        return Outcome.UNCHANGED
    if arrival.declared is None:
        raise UndeclaredChange(
            f"The text differs from what is public as “{article.slug}”: declare why with --reason."
        )
    declaration = Declaration(kind=arrival.declared, notice=arrival.notice)
    _change(session, article, draft.text, declaration, at)
    return Outcome.REVISED


def bring_in_history(history: ArticleHistory, *, origin: str | None) -> Outcome:
    """Import an article with all its versions, each with its time and the reason it declares.

    A past is never put before what is public: an article that is here already is left alone
    where its versions are the history's, and continued where they are how the history begins;
    what continues it is in the log, as every change of a public text. Raises ``AnotherPast``
    where they are neither. What came before the article was here is in the log where it
    declared a notice of its own.
    """
    with transaction() as session:
        return _bring_in_history(session, history, origin)


def _bring_in_history(session: Session, history: ArticleHistory, origin: str | None) -> Outcome:
    known = _known(session, history.slug, origin)
    if known is None:
        _create(session, history, origin)
        return Outcome.CREATED
    article = lock_article(session, known.id)
    public = session.scalars(
        select(Version).where(Version.article_id == article.id).order_by(Version.number)
    ).all()
    further = _further(article, [version.text for version in public], history)
    latest = public[-1].created_at
    for past in further:
        latest = max(latest, past.at)
        _change(session, article, past.text, _said(past), latest)
    return Outcome.REVISED if further else Outcome.UNCHANGED


def _known(session: Session, slug: str, origin: str | None) -> Article | None:
    is_it = Article.slug == slug if origin is None else Article.origin == origin
    return session.scalars(select(Article).where(is_it)).first()


def _further(
    article: Article, public: Sequence[VersionText], history: ArticleHistory
) -> Sequence[PastVersion]:
    """Return the versions of a history that come after those that are public."""
    both = zip(public, history.versions, strict=False)
    parted = next(
        (
            at
            for at, (text, past) in enumerate(both, 1)
            if text != past.text and not is_tombstone(text)
        ),
        None,
    )
    if parted is not None:
        raise AnotherPast(
            f"“{article.slug}” is public already, and its version {parted} reads otherwise than "
            f"version {parted} of this history. A past is not put before what is public: import "
            "histories first, and single articles after them."
        )
    return history.versions[len(public) :]


def _said(past: PastVersion) -> Declaration:
    """Return what a version declares, in words for the log where it has none of its own."""
    declaration = past.declaration or Declaration(kind=CorrectionKind.UPDATE, notice="")
    notice = declaration.notice or NOTICES.get(declaration.kind, "")
    if not notice:
        message = f"A “{declaration.kind.label}” needs a notice: what was wrong, what is right."
        raise InvalidInput("notice", message)
    return replace(declaration, notice=notice)


def _change(
    session: Session, article: Article, text: VersionText, declaration: Declaration, at: datetime
) -> None:
    seen = article.latest_number
    append_correction(session, article, text, declaration, seen_version=seen, at=at, by=None)


def _create(session: Session, history: ArticleHistory, origin: str | None) -> None:
    """Add an article with its versions, and entries for those that declare a notice."""
    slug, latest = _free_slug(session, history.slug), len(history.versions)
    article = add_article(session, slug, history.published_at, origin, latest=latest)
    for number, past in enumerate(history.versions, start=1):
        reason = version_reason(_said(past).kind) if number > 1 else VersionReason.IMPORTED
        append_version(session, article, number, past.text, reason=reason, at=past.at, by=None)
        session.flush()
        if number > 1 and past.declaration and past.declaration.notice:
            lock_correction_log(session)
            entry = append_entry(
                session, article, past.declaration, number, seen=number - 1, at=past.at, by=None
            )
            find_entry(session, article, past.text, entry)


def _free_slug(session: Session, wanted: str) -> str:
    """Return ``wanted``, with a number behind it where another article has that address."""
    further = (f"{wanted}-{number}" for number in count(2))
    return next(
        slug
        for slug in chain([wanted], further)
        if session.scalar(select(Article.id).where(Article.slug == slug)) is None
    )
