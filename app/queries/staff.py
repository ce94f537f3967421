"""Reading who works at the desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Staff, StaffSession
from app.tokens import keyed_hash


def signed_in(token: str, at: datetime) -> Staff | None:
    """Return who is signed in with ``token`` at ``at``, if anybody still is."""
    session = db.session.scalars(
        select(StaffSession)
        .where(StaffSession.token_hash == keyed_hash("staff session", token))
        .options(joinedload(StaffSession.staff))
    ).first()
    if session is None or session.expires_at <= at or session.staff.is_disabled:
        return None
    return session.staff


def everyone() -> list[Staff]:
    """Return all staff by name, the disabled ones included."""
    return list(db.session.scalars(select(Staff).order_by(Staff.name, Staff.id)))
