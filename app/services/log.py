"""The transparency log as those use it who run the site: catching up, redacting, cosigning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Article, Correction, LogCosignature, LogLeaf, Redaction, Staff, Version
from app.queries.log_bodies import Subject, subject
from app.rules.errors import Conflict, NotFound
from app.rules.transparency.notes import Signature
from app.rules.transparency.redactions import RedactionReason
from app.services import _log
from app.services._pings import owe_news_of_correction
from app.services._publication import lock_article
from app.services._redaction import blank, forget_words
from app.services.transaction import scrub, transaction

BATCH = 500
"""How many leaves one checkpoint covers while the log catches up."""


def catch_up() -> Iterator[int]:
    """Enter what was published before there was a log, in the order of time; yield how many."""
    while True:
        with transaction() as session:
            found = session.execute(_missing().limit(BATCH)).all()
            for is_version, row_id in found:
                row: Subject = (
                    session.get_one(Version, row_id)
                    if is_version
                    else session.get_one(Correction, row_id)
                )
                _log.enter(session, session.get_one(Article, row.article_id), row)
        if not found:
            return
        yield len(found)


def _missing() -> Select[bool, int]:
    """Select what is not in the log yet: versions, and entries after the versions they made."""
    versions = (
        select(literal(True).label("is_version"), Version.id, Version.created_at.label("at"))
        .outerjoin(LogLeaf, LogLeaf.version_id == Version.id)
        .where(LogLeaf.version_id.is_(None))
    )
    corrections = (
        select(literal(False), Correction.id, Correction.published_at)
        .outerjoin(LogLeaf, LogLeaf.correction_id == Correction.id)
        .where(LogLeaf.correction_id.is_(None))
    )
    both = union_all(versions, corrections).subquery()
    return select(both.c.is_version, both.c.id).order_by(
        both.c.at, both.c.is_version.desc(), both.c.id
    )


def redact(targets: Sequence[int], *, reason: RedactionReason, by: Staff | None) -> list[str]:
    """Take away the bodies of leaves for good: what stays is that they were there, and why not.

    Returns the names of the files in the mail folder that may quote them: whoever calls this
    removes them. Raises ``NotFound`` for a leaf that is not there, and ``Conflict`` for one that
    has no body, or none any more, or whose text readers see now.
    """
    with transaction() as session:
        rows = {target: _with_body(session, target) for target in sorted(set(targets))}
        article_ids = {row.article_id for row in rows.values()}
        articles = {number: lock_article(session, number) for number in sorted(article_ids)}
        for target, row in rows.items():
            _refuse(session, target, row, articles[row.article_id])
        _log.redact(session, list(rows), reason=reason, by=by)
        for row in rows.values():
            blank(session, row, reason)
        for article in articles.values():
            owe_news_of_correction(session, article, now())
        files = forget_words(session, article_ids)
    scrub()
    return files


def _with_body(session: Session, target: int) -> Subject:
    """Return what a leaf is about that has a body."""
    leaf = session.get(LogLeaf, target)
    if leaf is None:
        raise NotFound(f"The log has no leaf {target}.")
    row = subject(leaf)
    if row is None:
        raise Conflict(f"Leaf {target} is itself a redaction: it has no body.")
    return row


def _refuse(session: Session, target: int, row: Subject, article: Article) -> None:
    """Refuse what has no words any more, or whose words readers see; its article is locked."""
    if session.get(Redaction, target) is not None:
        raise Conflict(f"Leaf {target} is redacted already.")
    if isinstance(row, Version) and row.number == article.latest_number:
        raise Conflict(
            f"Version {row.number} of “{article.slug}” is what readers see now: publish a "
            "version without these words first, then redact this one."
        )


def cosign(size: int, signatures: Sequence[Signature], *, at: datetime) -> None:
    """Keep the cosignatures that witnesses gave for a checkpoint, each once."""
    with transaction() as session:
        for signature in signatures:
            if session.get(LogCosignature, (size, signature.name)) is None:
                line = str(signature)
                session.add(LogCosignature(size=size, witness=signature.name, line=line, at=at))
