"""Owing somebody a letter: a row of the transaction that causes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import (
    Article,
    CaseEvent,
    Correction,
    DeliveryState,
    Follow,
    Letter,
    LetterKind,
    Report,
)
from app.queries.letters import mail_token
from app.rules.errors import TooMany
from app.rules.kinds import CorrectionKind
from app.services._limits import spend
from app.tokens import keyed_hash

UNASKED = frozenset({LetterKind.RECEIVED, LetterKind.FOLLOW})
"""What anybody can have sent to an address, be it their own or not."""

UNASKED_A_DAY = "10 per day"
"""How many of those an address gets; more are not owed."""


def owe_reader(
    session: Session,
    report: Report,
    kind: LetterKind,
    at: datetime,
    *,
    event: CaseEvent | None = None,
    correction: Correction | None = None,
    wait: timedelta = timedelta(),
) -> None:
    """Owe the reader of a report a letter, if the reader left an address, ``wait`` from now."""
    if not report.reporter_email or not report.is_live:
        return
    if not _is_wanted(session, kind, report.reporter_email):
        return
    session.flush()  # what was just added gets its number
    if report.mail_token_hash is None:  # it was sent before there were mails
        report.mail_token_hash = keyed_hash("report token", mail_token(report))
    session.add(
        Letter(
            kind=kind,
            state=DeliveryState.WAITING,
            report_id=report.id,
            event_id=event.id if event else None,
            correction_id=correction.id if correction else None,
            created_at=at,
            next_try_at=at + wait,
        )
    )


def take_back_letters(session: Session, event: CaseEvent) -> bool:
    """Remove the letters that a step owes; say whether none of them had left, or begun to."""
    owed = session.scalars(select(Letter).where(Letter.event_id == event.id).with_for_update())
    letters = owed.all()
    for letter in letters:
        session.delete(letter)
    return all(each.state is DeliveryState.WAITING and not each.tries for each in letters)


def owe_follower(
    session: Session,
    follow: Follow,
    kind: LetterKind,
    at: datetime,
    correction: Correction | None = None,
) -> None:
    """Owe a follower a letter: the confirmation, or the news of a correction."""
    if not _is_wanted(session, kind, follow.email):
        return
    session.flush()
    session.add(
        Letter(
            kind=kind,
            state=DeliveryState.WAITING,
            follow_id=follow.id,
            correction_id=correction.id if correction else None,
            created_at=at,
            next_try_at=at,
        )
    )


def owe_followers(session: Session, article: Article, correction: Correction, at: datetime) -> None:
    """Owe everybody who follows an article the news of a correction, unless it is minor."""
    if correction.kind is CorrectionKind.MINOR:
        return
    owed = {
        Letter.kind: LetterKind.FOLLOWED,
        Letter.state: DeliveryState.WAITING,
        Letter.correction_id: correction.id,
        Letter.created_at: at,
        Letter.next_try_at: at,
    }
    followers = select(
        Follow.id, *(literal(value, column.type) for column, value in owed.items())
    ).where(Follow.article_id == article.id, Follow.confirmed_at.is_not(None))
    session.execute(insert(Letter).from_select(["follow_id", *(c.key for c in owed)], followers))


def forget_letters(session: Session, report: Report) -> list[str]:
    """Remove the letters of a report that is erased; return the names of their files."""
    return _forget(session, [report.id], Letter.report_id)


def forget_followers_letters(session: Session, follow_ids: list[int]) -> list[str]:
    """Remove the letters of follows that end; return the names of their files."""
    return _forget(session, follow_ids, Letter.follow_id)


def _forget(
    session: Session, ids: list[int], owner: InstrumentedAttribute[int | None]
) -> list[str]:
    gone = delete(Letter).where(owner.in_(ids)).returning(Letter.file)
    return [name for name in session.scalars(gone).all() if name]


def _is_wanted(session: Session, kind: LetterKind, email: str) -> bool:
    """Count a letter that nobody at the address need have asked for; say whether it may go.

    The count outlives the letter, so that whoever erases a report right after sending it wins
    nothing. It knows the address by a keyed hash.
    """
    if kind not in UNASKED:
        return True
    try:
        spend(session, UNASKED_A_DAY, "letters", keyed_hash("letters to", mailbox(email)).hex())
    except TooMany:
        return False
    return True


def mailbox(email: str) -> str:
    """Return what is the same for all spellings of an address that may reach one mailbox.

    Many providers ignore capitals, dots and what follows a plus sign.
    """
    local, _at, domain = email.casefold().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"
