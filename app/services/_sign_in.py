"""Opening a session: what every way to sign in ends with."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models import Staff, StaffSession
from app.queries.staff import session_hash
from app.rules.credentials import Visitor
from app.rules.security import SecurityEventKind
from app.services._audit import record
from app.tokens import as_token


def open_session(
    session: Session,
    staff: Staff,
    visitor: Visitor,
    at: datetime,
    *,
    by: str,
    has_second_factor: bool = False,
) -> str:
    """Start a session of its own for one browser, record by what, and return its token."""
    token = as_token(secrets.token_bytes(16))
    session.execute(delete(StaffSession).where(StaffSession.expires_at <= at))
    session.add(
        StaffSession(
            token_hash=session_hash(token),
            staff_id=staff.id,
            started_at=at,
            expires_at=at + timedelta(hours=current_app.config["SESSION_HOURS"]),
            last_seen_at=at,
            device=visitor.device,
            has_second_factor=has_second_factor,
        )
    )
    detail = f"{by}, {visitor.device}" if visitor.device else by
    record(session, SecurityEventKind.SIGNED_IN, at=at, by=staff.id, of=staff.id, detail=detail)
    return token
