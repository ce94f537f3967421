"""Taking words away for good, inside a transaction: from the record and from all that quotes it."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.models import Article, Correction, Letter, Report, Version, search_index
from app.rules.texts import VersionText
from app.rules.transparency.redactions import RedactionReason, without_words
from app.services._publication import current_version
from app.services._search import find_entry


def blank_version(session: Session, version: Version, reason: RedactionReason) -> None:
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


def blank_correction(session: Session, correction: Correction, reason: RedactionReason) -> None:
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
    reports = select(Report.id).where(Report.article_id.in_(article_ids))
    entries = select(Correction.id).where(Correction.article_id.in_(article_ids))
    quoting = session.scalars(
        select(Letter).where(
            Letter.file != "",
            or_(Letter.report_id.in_(reports), Letter.correction_id.in_(entries)),
        )
    ).all()
    files = [letter.file for letter in quoting]
    for letter in quoting:
        letter.file = ""
    return files
