"""Taking words away for good, inside a transaction: from the record and from all that quotes it."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app.models import (
    Article,
    Correction,
    DeliveryState,
    Follow,
    Letter,
    Report,
    Version,
    search_index,
)
from app.queries.log_bodies import Subject
from app.rules.texts import VersionText
from app.rules.transparency.redactions import RedactionReason, without_words
from app.services._publication import current_version
from app.services._search import find_entry


def blank(session: Session, row: Subject, reason: RedactionReason) -> None:
    """Put a tombstone in the place of a version's text or of an entry's notice."""
    if isinstance(row, Version):
        _blank_version(session, row, reason)
    else:
        _blank_correction(session, row, reason)


def _blank_version(session: Session, version: Version, reason: RedactionReason) -> None:
    """Put a tombstone in the place of a version's text, and take it out of reports' quotes."""
    left = without_words(version.text, reason)
    values = {field.name: getattr(left, field.name) for field in fields(VersionText)}
    lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    session.execute(update(Version).where(Version.id == version.id).values(values | lists))
    session.execute(
        update(Report)
        .where(Report.article_id == version.article_id, Report.version_number == version.number)
        .values(quote="", prefix="", suffix="", start=None, end=None)
    )


def _blank_correction(session: Session, correction: Correction, reason: RedactionReason) -> None:
    """Put a tombstone in the place of an entry's notice, and take its credit and its words away."""
    session.execute(
        update(Correction)
        .where(Correction.id == correction.id)
        .values(notice=reason.tombstone, credit="")
    )
    session.refresh(correction)
    article = session.get_one(Article, correction.article_id)
    find_entry(session, article, current_version(session, article).text, correction)


def forget_words(session: Session, article_ids: set[int]) -> list[str]:
    """Take what was blanked out of the search's index and out of the letters' files.

    Returns the names of the files in the mail folder that may quote it: whoever called the
    service removes them.
    """
    search_index.forget_deleted(session.connection())
    may_quote = or_(Letter.file != "", Letter.held_until.is_not(None))
    about = select(Letter).where(_is_about(article_ids), may_quote).with_for_update()
    letters = session.scalars(about).all()
    files = [letter.file for letter in letters if letter.file]
    for letter in letters:
        letter.file = ""
        if letter.held_until is not None:
            _owe_anew(session, letter)
    return files


def _is_about(article_ids: set[int]) -> ColumnElement[bool]:
    """Keep the letters about some articles: to those who reported or follow them."""
    return or_(
        *(
            owner.in_(select(kind.id).where(kind.article_id.in_(article_ids)))
            for owner, kind in (
                (Letter.report_id, Report),
                (Letter.correction_id, Correction),
                (Letter.follow_id, Follow),
            )
        )
    )


def _owe_anew(session: Session, letter: Letter) -> None:
    """Put another letter in the place of one that a worker has in hand, perhaps with the words.

    The worker finds that its own is not wanted any more, and removes the file that it made.
    """
    session.delete(letter)
    session.add(
        Letter(
            kind=letter.kind,
            state=DeliveryState.WAITING,
            report_id=letter.report_id,
            follow_id=letter.follow_id,
            event_id=letter.event_id,
            correction_id=letter.correction_id,
            created_at=letter.created_at,
            next_try_at=letter.next_try_at,
        )
    )
