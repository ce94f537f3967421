"""Reading what happened to the accounts of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import SecurityEvent
from app.rules.security import SecurityEventKind


def page(
    limit: int,
    *,
    person: int | None = None,
    kind: SecurityEventKind | None = None,
    before: tuple[datetime, int] | None = None,
) -> Sequence[SecurityEvent]:
    """Return events, the newest first: of one kind, or by or about one person, if that is asked."""
    events = (
        select(SecurityEvent)
        .options(joinedload(SecurityEvent.actor), joinedload(SecurityEvent.subject))
        .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
        .limit(limit)
    )
    if person is not None:
        is_part = or_(SecurityEvent.actor_id == person, SecurityEvent.subject_id == person)
        events = events.where(is_part)
    if kind is not None:
        events = events.where(SecurityEvent.kind == kind)
    if before is not None:
        at, number = before
        is_same_time = and_(SecurityEvent.at == at, SecurityEvent.id < number)
        events = events.where(or_(SecurityEvent.at < at, is_same_time))
    return db.session.scalars(events).all()
