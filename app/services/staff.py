"""The people of the desk: who they are, and how they sign in and out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Case, Staff, StaffSession
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.permissions import Role
from app.services.transaction import transaction
from app.tokens import as_token, keyed_hash

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256

_hasher = PasswordHasher(memory_cost=46 * 1024, time_cost=2, parallelism=1)
# Checked when there is no such account, so that the answer takes as long as for one there is.
_NOBODY = _hasher.hash(secrets.token_urlsafe())


def add(email: str, *, name: str, role: Role, password: str, at: datetime) -> None:
    """Take somebody on; raise ``InvalidInput`` for what cannot be used, ``Conflict`` if known."""
    address = _address(email)
    if not name.strip() or len(name) > 200:
        raise InvalidInput("name", "Give the person's name, of at most 200 characters.")
    hashed = _hashed(password)
    try:
        with transaction() as session:
            session.add(
                Staff(
                    email=address,
                    name=name.strip(),
                    role=role,
                    password_hash=hashed,
                    created_at=at,
                )
            )
    except IntegrityError:
        raise Conflict(f"{address} is on the staff already.") from None


def set_password(email: str, password: str) -> None:
    """Set a new password and sign the person out everywhere."""
    hashed = _hashed(password)
    with transaction() as session:
        staff = _known(session, email)
        staff.password_hash = hashed
        _end_sessions(session, staff)


def change_password(staff_id: int, *, old: str, new: str) -> None:
    """Set one's own new password, knowing the old one; ends every session, this one too."""
    hashed = _hashed(new)
    current = db.session.get_one(Staff, staff_id)
    if not _is_password(current.password_hash, old):
        raise InvalidInput("old", "This is not your present password.")
    with transaction() as session:
        staff = session.get_one(Staff, staff_id)
        staff.password_hash = hashed
        _end_sessions(session, staff)


def change_role(email: str, role: Role) -> None:
    """Give somebody another role and sign the person out everywhere."""
    with transaction() as session:
        staff = _known(session, email)
        if staff.role is Role.ADMIN and role is not Role.ADMIN:
            _refuse_last_admin(session, staff)
        staff.role = role
        _end_sessions(session, staff)


def disable(email: str) -> None:
    """Shut somebody out: sign the person out everywhere and let go of what they claimed."""
    with transaction() as session:
        staff = _known(session, email)
        _refuse_last_admin(session, staff)
        staff.is_disabled = True
        _end_sessions(session, staff)
        for case in session.scalars(select(Case).where(Case.claimed_by_id == staff.id)):
            case.claimed_by_id = case.claimed_until = None


def enable(email: str) -> None:
    """Let somebody in again who was disabled."""
    with transaction() as session:
        _known(session, email).is_disabled = False


def sign_in(email: str, password: str, *, at: datetime) -> str | None:
    """Return the token of a new session, or ``None``; which of the two was wrong stays unsaid."""
    staff = db.session.scalars(select(Staff).where(Staff.email == email.strip().lower())).first()
    is_right = _is_password(staff.password_hash if staff else _NOBODY, password)
    if staff is None or staff.is_disabled or not is_right:
        return None
    staff_id, seen_hash = staff.id, staff.password_hash
    token = as_token(secrets.token_bytes(16))
    with transaction() as session:
        staff = session.get_one(Staff, staff_id)
        if staff.is_disabled or staff.password_hash != seen_hash:
            return None
        if _hasher.check_needs_rehash(staff.password_hash):
            staff.password_hash = _hasher.hash(password)
        session.execute(delete(StaffSession).where(StaffSession.expires_at <= at))
        session.add(
            StaffSession(
                token_hash=session_hash(token),
                staff_id=staff_id,
                started_at=at,
                expires_at=at + timedelta(hours=current_app.config["SESSION_HOURS"]),
            )
        )
    return token


def sign_out(token: str) -> None:
    """End a session for good: its cookie is worth nothing from now on, wherever it is."""
    with transaction() as session:
        session.execute(delete(StaffSession).where(StaffSession.token_hash == session_hash(token)))


def session_hash(token: str) -> bytes:
    """Return the keyed hash under which a session is known."""
    return keyed_hash("staff session", token)


def _known(session: Session, email: str) -> Staff:
    staff = session.scalars(select(Staff).where(Staff.email == email.strip().lower())).first()
    if staff is None:
        raise NotFound(f"{email} is not on the staff.")
    return staff


def _end_sessions(session: Session, staff: Staff) -> None:
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))


def _refuse_last_admin(session: Session, staff: Staff) -> None:
    """Lock all admins while one goes: else the last two could shut each other out at once."""
    admins = session.scalars(
        select(Staff.id)
        .where(Staff.role == Role.ADMIN, Staff.is_disabled.is_(False))
        .order_by(Staff.id)
        .with_for_update()
    )
    if staff.role is Role.ADMIN and not set(admins) - {staff.id}:
        raise Conflict(f"{staff.email} is the last admin: make somebody else one first.")


def _address(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidInput("email", f"{email!r} is no e-mail address: {error}") from None
    return found.normalized.lower()


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInput(
            "password",
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
        )
    return _hasher.hash(password)


def _is_password(hashed: str, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher.verify(hashed, password)
    except VerificationError:
        return False
