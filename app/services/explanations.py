"""Keeping the canned explanations that the desk begins its own with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Explanation, Staff
from app.rules.canned import unknown
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.kinds import DeclineReason
from app.services.transaction import transaction


def add(
    *, title: str, text: str, by: Staff, at: datetime, reason: DeclineReason | None = None
) -> None:
    """Keep one more text, for one reason to decline or for any."""
    _refuse_unknown(text)
    with transaction() as session:
        session.add(
            Explanation(title=title, text=text, reason=reason, edited_by_id=by.id, edited_at=at)
        )
        _refuse_second(session, title)


def edit(
    number: int,
    *,
    seen: str,
    title: str,
    text: str,
    by: Staff,
    at: datetime,
    reason: DeclineReason | None = None,
) -> None:
    """Change a text; ``seen`` is when it was last edited, as its author saw it."""
    _refuse_unknown(text)
    with transaction() as session:
        explanation = _locked(session, number, seen)
        explanation.edited_by_id, explanation.edited_at = by.id, at
        explanation.title, explanation.text, explanation.reason = title, text, reason
        _refuse_second(session, title)


def remove(number: int, *, seen: str) -> None:
    """Keep a text no longer; what was sent with its words stays in the histories."""
    with transaction() as session:
        session.delete(_locked(session, number, seen))


def _locked(session: Session, number: int, seen: str) -> Explanation:
    explanation = session.get(Explanation, number, with_for_update=True, populate_existing=True)
    if explanation is None:
        raise NotFound("There is no such text: somebody may have deleted it.")
    if explanation.edited_at.isoformat() != seen:
        raise Conflict("Somebody else has changed this text since you opened it.")
    return explanation


def _refuse_unknown(text: str) -> None:
    found = unknown(text)
    if found:
        raise InvalidInput("text", f"There is no placeholder {', '.join(found)}.")


def _refuse_second(session: Session, title: str) -> None:
    try:
        session.flush()
    except IntegrityError:
        raise InvalidInput("title", f"There is a text named “{title}” already.") from None
