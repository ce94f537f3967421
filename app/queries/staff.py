"""Reading who works at the desk, and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Passkey, SecurityEvent, Staff, StaffSession
from app.rules.errors import NotFound
from app.rules.security import SecurityEventKind
from app.tokens import as_token, keyed_hash

PENDING_HOLDS = timedelta(minutes=5)
"""How long a right password waits for the second factor."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the staff, as the list of them shows it."""

    staff: Staff
    passkeys: int
    last_seen_at: datetime | None

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone is not enough for this person."""
        return self.staff.totp_secret is not None or self.passkeys > 0


def session_hash(token: str) -> bytes:
    """Return the keyed hash under which a session is known."""
    return keyed_hash("staff session", token)


def session_with(token: str, at: datetime) -> StaffSession | None:
    """Return the session of ``token``, with its owner, if it has not ended by ``at``."""
    session = db.session.scalars(
        select(StaffSession)
        .where(StaffSession.token_hash == session_hash(token))
        .options(joinedload(StaffSession.staff))
    ).first()
    if session is None or session.expires_at <= at or session.staff.is_disabled:
        return None
    return session


def with_email(email: str) -> Staff:
    """Return somebody by the address; raise ``NotFound`` where there is no such person."""
    staff = db.session.scalars(select(Staff).where(Staff.email == email.strip().lower())).first()
    if staff is None:
        raise NotFound(f"{email} is not on the staff.")
    return staff


def everyone() -> list[Staff]:
    """Return all staff by name, the disabled ones included."""
    return list(db.session.scalars(select(Staff).order_by(Staff.name, Staff.id)))


def members(limit: int, after: int | None = None) -> list[Member]:
    """Return staff by name, the disabled ones included, from after somebody's number on."""
    listed = _members().order_by(Staff.name, Staff.id).limit(limit)
    last = db.session.get(Staff, after) if after else None
    if last is not None:
        is_later = and_(Staff.name == last.name, Staff.id > last.id)
        listed = listed.where(or_(Staff.name > last.name, is_later))
    return [Member(*row) for row in db.session.execute(listed)]


def member(number: int) -> Member:
    """Return somebody by number; raise ``NotFound`` where there is nobody."""
    row = db.session.execute(_members().where(Staff.id == number)).first()
    if row is None:
        raise NotFound("There is nobody with this number on the staff.")
    return Member(*row)


def _members() -> Select[Staff, int, datetime | None]:
    """Select staff with what is counted elsewhere; a session that ended leaves its beginning."""
    passkeys = select(func.count(Passkey.id)).where(Passkey.staff_id == Staff.id)
    seen = select(func.max(StaffSession.last_seen_at)).where(StaffSession.staff_id == Staff.id)
    signed_in = select(func.max(SecurityEvent.at)).where(
        SecurityEvent.subject_id == Staff.id, SecurityEvent.kind == SecurityEventKind.SIGNED_IN
    )
    last = func.coalesce(seen.scalar_subquery(), signed_in.scalar_subquery())
    return select(Staff, passkeys.scalar_subquery(), last)


def sessions_of(staff_id: int, at: datetime, limit: int) -> Sequence[StaffSession]:
    """Return somebody's sessions that have not ended, those seen last first."""
    seen = func.coalesce(StaffSession.last_seen_at, StaffSession.started_at)
    return db.session.scalars(
        select(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.expires_at > at)
        .order_by(seen.desc(), StaffSession.id.desc())
        .limit(limit)
    ).all()


def pending_marker(staff: Staff, at: datetime) -> str:
    """Return what a browser keeps between the right password and the second factor."""
    second = str(int(at.timestamp()))
    return f"{staff.id}.{second}.{_pending_seal(staff, second)}"


def pending(marker: str, at: datetime) -> Staff | None:
    """Return who gave the right password, if that was just now and it still is the right one."""
    number, _dot, rest = marker.partition(".")
    second, _dot, seal = rest.partition(".")
    if not (_is_number(number) and _is_number(second)):
        return None
    staff = db.session.get(Staff, int(number))
    began = datetime.fromtimestamp(int(second), UTC)
    if staff is None or staff.is_disabled or not began <= at < began + PENDING_HOLDS:
        return None
    is_ours = compare_digest(seal.encode(), _pending_seal(staff, second).encode())
    return staff if is_ours else None


def _pending_seal(staff: Staff, second: str) -> str:
    parts = (str(staff.id), second, staff.password_hash)
    return as_token(keyed_hash("pending sign-in", *parts))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10
