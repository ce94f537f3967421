"""Recording what happens to accounts, in the transaction in which it happens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.models import SecurityEvent, Staff
from app.rules.security import SecurityEventKind
from app.services._limits import is_within

_LONGEST = 400
REFUSALS = "10 per hour"
"""How many refusals of one sender at one account are recorded; more would say nothing new."""


def record(
    session: Session,
    kind: SecurityEventKind,
    *,
    at: datetime,
    by: int | None,
    of: int | None,
    detail: str = "",
) -> None:
    """Record that ``by`` (nobody signed in: the command line) did something to ``of``."""
    session.add(
        SecurityEvent(at=at, kind=kind, actor_id=by, subject_id=of, detail=detail[:_LONGEST])
    )


def record_refusal(
    session: Session, *, at: datetime, of: Staff | None, why: str, sender: str
) -> None:
    """Record a refused sign-in, but for what one sender does over and over again."""
    account = str(of.id) if of else "nobody"
    if is_within(session, REFUSALS, "refusals", account, sender):
        kind = SecurityEventKind.SIGN_IN_REFUSED
        record(session, kind, at=at, by=None, of=of.id if of else None, detail=why)
