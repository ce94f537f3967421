"""Appending a version and an entry of the log, inside a transaction that a service opened."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Article, Correction, Staff, Version
from app.rules.declarations import Declaration
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.kinds import CorrectionKind, VersionReason, version_reason
from app.rules.texts import LONGEST, VersionText, too_long
from app.services._letters import owe_followers
from app.services._log import enter
from app.services._pings import owe_news_of_article, owe_news_of_correction
from app.services._search import find_article, find_entry
from app.services.transaction import lock_correction_log

_NEEDS_A_CHANGE = frozenset(
    {CorrectionKind.CORRECTION, CorrectionKind.UPDATE, CorrectionKind.MINOR}
)


def add_article(
    session: Session,
    slug: str,
    published_at: datetime,
    origin: str | None,
    *,
    latest: int = 1,
    number: int | None = None,
) -> Article:
    """Add an article whose versions follow in this transaction; ``latest`` is how many.

    Those before the last are its past: they were public elsewhere. ``number`` is its id where it
    had one before. Raises ``Conflict`` where there is an article at the address already.
    """
    article = Article(
        id=number, slug=slug, published_at=published_at, origin=origin, latest_number=latest
    )
    session.add(article)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(f"There is an article at the address “{slug}” already.") from None
    owe_news_of_article(session, published_at)
    return article


def append_version(
    session: Session,
    article: Article,
    number: int,
    text: VersionText,
    *,
    reason: VersionReason,
    at: datetime,
    by: Staff | None,
) -> Version:
    """Add ``text`` to an article as its next version; the article's row is locked already.

    Raises ``InvalidInput`` where a part of it is longer than it may be.
    """
    version = put_version(session, article, number, text, reason=reason, at=at, by=by)
    enter(session, article, version)
    if number >= article.latest_number:  # and not one of the past, which nobody looks for
        find_article(session, article, text)
    return version


def put_version(
    session: Session,
    article: Article,
    number: int,
    text: VersionText,
    *,
    reason: VersionReason,
    at: datetime,
    by: Staff | None,
) -> Version:
    """Make the row of a version, and nothing of what follows from it; see ``append_version``."""
    part = too_long(text)
    if part is not None:
        raise InvalidInput(part, f"{part}: at most {LONGEST[part]} characters.")
    lists = {"key_points", "byline", "tags"}
    values = {
        field.name: list(value) if field.name in lists else value
        for field in fields(text)
        if (value := getattr(text, field.name)) is not None
    }
    version = Version(
        article_id=article.id,
        number=number,
        reason=reason,
        created_at=at,
        declared_by_id=by.id if by else None,
        **values,
    )
    session.add(version)
    return version


def lock_article(session: Session, article_id: int) -> Article:
    """Lock an article for this transaction."""
    article = session.get(Article, article_id, with_for_update=True, populate_existing=True)
    if article is None:
        raise NotFound("There is no such article.")
    return article


def current_version(session: Session, article: Article) -> Version:
    """Return the version that is public now."""
    return session.scalars(
        select(Version).where(
            Version.article_id == article.id, Version.number == article.latest_number
        )
    ).one()


def append_correction(
    session: Session,
    article: Article,
    text: VersionText,
    declaration: Declaration,
    *,
    seen_version: int,
    at: datetime,
    by: Staff | None,
) -> Correction:
    """Append an entry to the log and, where the text changes, the version it brings about.

    ``seen_version`` is the version that the editor worked on; raises ``Conflict`` where another
    has been published since, and ``InvalidInput`` where the kind demands a change and there is
    none, or where the entry that it amends is none of this article's.
    """
    _refuse_overtaken(article, seen_version)
    is_changed = current_version(session, article).text != text
    _refuse_idle(declaration, is_changed)
    amended = _amended(session, article, declaration.amends)
    lock_correction_log(session)
    number = article.latest_number + is_changed
    if is_changed:
        reason = version_reason(declaration.kind)
        append_version(session, article, number, text, reason=reason, at=at, by=by)
        session.flush()
    correction = append_entry(
        session, article, declaration, number, amends=amended, at=at, by=by, seen=seen_version
    )
    # Last, for the database lets no version become the public one before it is in the log.
    move_on(article, number)
    find_entry(session, article, text, correction)
    owe_followers(session, article, correction, at)
    return correction


def move_on(article: Article, number: int) -> None:
    """Make a later version the one that readers see; the database asks the log why."""
    article.latest_number = number


def append_entry(
    session: Session,
    article: Article,
    declaration: Declaration,
    to_version: int,
    *,
    seen: int,
    at: datetime,
    by: Staff | None,
    amends: Correction | None = None,
) -> Correction:
    """Append an entry to the log, which is locked: that version ``seen`` became ``to_version``."""
    correction = Correction(
        number=_next_number(session),
        article_id=article.id,
        kind=declaration.kind,
        notice=declaration.notice,
        from_version=seen,
        to_version=to_version,
        published_at=at,
        published_by_id=by.id if by else None,
        amends_id=amends.id if amends else None,
        credit=declaration.credit,
        withholds=declaration.withholds,
    )
    session.add(correction)
    session.flush()
    enter(session, article, correction)
    owe_news_of_correction(session, article, at)
    return correction


def _refuse_overtaken(article: Article, seen_version: int) -> None:
    if article.latest_number != seen_version:
        raise Conflict(
            f"Version {article.latest_number} was published while you worked on version "
            f"{seen_version}. Compare the two, take over what is new, and publish again."
        )


def _refuse_idle(declaration: Declaration, is_changed: bool) -> None:
    kind = declaration.kind
    if kind in _NEEDS_A_CHANGE and not is_changed:
        raise InvalidInput(
            "text", f"A “{kind.label}” changes the text, and nothing is changed yet."
        )
    if declaration.withholds and kind is not CorrectionKind.RETRACTION:
        raise InvalidInput("withholds", "Only a retraction withholds earlier versions.")


def _next_number(session: Session) -> int:
    return (session.scalar(select(func.max(Correction.number))) or 0) + 1


def _amended(session: Session, article: Article, number: int | None) -> Correction | None:
    if number is None:
        return None
    found = session.scalars(
        select(Correction).where(Correction.number == number, Correction.article_id == article.id)
    ).first()
    if found is None:
        raise InvalidInput("amends", f"This article has no entry {number} in the log.")
    return found
