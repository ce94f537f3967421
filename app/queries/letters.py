"""Reading letters: for the worker that delivers them, and for the desk that looks after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.extensions import db
from app.models import (
    Article,
    Case,
    CaseEvent,
    Correction,
    DeliveryState,
    Follow,
    Letter,
    Report,
    Version,
)
from app.queries.corrections import Entry, numbered
from app.rules.errors import NotFound
from app.rules.references import case_reference
from app.tokens import as_token, keyed_hash

_AT_ONCE = 500
"""How many names are asked for in one query."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter with all that its words are made of, and the address that it goes to."""

    letter: Letter
    address: str
    slug: str
    headline: str
    report: Report | None = None
    case: Case | None = None
    follow: Follow | None = None
    event: CaseEvent | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter in the desk's list; a report's has a reference and a case."""

    letter: Letter
    slug: str
    headline: str
    reference: str
    case: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended."""

    state: DeliveryState
    at: datetime
    id: int


ORDER = (DeliveryState.PARKED, DeliveryState.WAITING, DeliveryState.DELIVERED)
"""What needs somebody comes first."""


def mail_token(report: Report) -> str:
    """Return the token of the private link that mails about a report carry."""
    return as_token(keyed_hash("report mail link", str(report.id), report.reference))


def outgoing(letter_id: int) -> Outgoing | None:
    """Return a letter that is to be sent, or ``None`` where nobody wants it any more."""
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        return None
    return _to_follower(letter) if letter.follow_id else _to_reader(letter)


def _to_reader(letter: Letter) -> Outgoing | None:
    report = db.session.get(Report, letter.report_id) if letter.report_id else None
    if report is None or not report.reporter_email or not report.is_live:
        return None
    slug, headline = _article(report.article_id)
    return Outgoing(
        letter,
        report.reporter_email,
        slug,
        headline,
        report=report,
        case=_deciding(report.case_id),
        event=db.session.get(CaseEvent, letter.event_id) if letter.event_id else None,
        entry=_entry(letter),
    )


def _deciding(case_id: int) -> Case:
    """Return the case that decides on a report: that into which its own is merged, if it is."""
    case = db.session.get_one(Case, case_id)
    return db.session.get_one(Case, case.merged_into_id) if case.merged_into_id else case


def _to_follower(letter: Letter) -> Outgoing | None:
    follow = db.session.get(Follow, letter.follow_id)
    if follow is None:
        return None
    slug, headline = _article(follow.article_id)
    return Outgoing(letter, follow.email, slug, headline, follow=follow, entry=_entry(letter))


def _article(article_id: int) -> tuple[str, str]:
    row = db.session.execute(
        select(Article.slug, Version.headline)
        .join(Version, _is_latest())
        .where(Article.id == article_id)
    ).one()
    return row.slug, row.headline


def _is_latest() -> ColumnElement[bool]:
    return and_(Version.article_id == Article.id, Version.number == Article.latest_number)


def _entry(letter: Letter) -> Entry | None:
    if letter.correction_id is None:
        return None
    return numbered(db.session.get_one(Correction, letter.correction_id).number)


def page(limit: int, after: Place | None = None) -> list[LetterRow]:
    """Return letters: the parked ones, then what waits, then what is gone, newest first."""
    rows: list[LetterRow] = []
    for state in ORDER[ORDER.index(after.state) if after else 0 :]:
        ended = after if after and after.state is state else None
        rows += _in_state(state, limit - len(rows), ended)
    return rows


def _in_state(state: DeliveryState, limit: int, after: Place | None) -> list[LetterRow]:
    rows = (
        select(Letter, Article.slug, Version.headline, Report.reference, Report.case_id)
        .outerjoin(Report, Report.id == Letter.report_id)
        .outerjoin(Follow, Follow.id == Letter.follow_id)
        .join(Article, Article.id == func.coalesce(Report.article_id, Follow.article_id))
        .join(Version, _is_latest())
        .where(Letter.state == state)
        .order_by(Letter.next_try_at.desc(), Letter.id.desc())
        .limit(limit)
    )
    if after:
        is_same = and_(Letter.next_try_at == after.at, Letter.id < after.id)
        rows = rows.where(or_(Letter.next_try_at < after.at, is_same))
    return [
        LetterRow(letter, slug, headline, reference or "", case_reference(case) if case else "")
        for letter, slug, headline, reference, case in db.session.execute(rows)
    ]


def numbers() -> dict[DeliveryState, int]:
    """Return how many letters there are in each state."""
    counted = db.session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    found = {state: number for state, number in counted}  # noqa: C416 - a row is no pair to mypy
    return {state: found.get(state, 0) for state in ORDER}


def with_number(letter_id: int) -> Letter:
    """Return a letter; raise ``NotFound``."""
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        raise NotFound("There is no such letter.")
    return letter


def known_files(names: Sequence[str]) -> set[str]:
    """Return which of some names in the mail folder belong to a letter."""
    known: set[str] = set()
    for start in range(0, len(names), _AT_ONCE):
        some: Iterable[str] = names[start : start + _AT_ONCE]
        known.update(db.session.scalars(select(Letter.file).where(Letter.file.in_(some))))
    return known
