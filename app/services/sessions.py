"""Signing in and out: by a password, and a second factor where there is one, or by a passkey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from app.extensions import db
from app.models import Staff, StaffSession
from app.queries.staff import pending, pending_marker, session_hash
from app.rules.credentials import ANYBODY, Answer, Visitor
from app.rules.errors import Gone, InvalidInput, NotFound
from app.rules.security import SecurityEventKind
from app.services import _tries
from app.services._accounts import end_sessions, lock_person
from app.services._audit import record, record_refusal
from app.services._challenges import Purpose
from app.services._factors import has_second_factor, is_code_right
from app.services._passkeys import used_passkey
from app.services._passwords import NOBODY, hashed, is_outdated, is_password
from app.services._sign_in import open_session
from app.services.transaction import transaction

SEEN_EVERY = timedelta(minutes=1)
"""How often it is written down that a session is still in use."""

_WRONG = "The address or the password is wrong."
_TOO_LATE = "Signing in took too long. Begin again."


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the right password gives: a session's token, or what waits for the second factor."""

    token: str
    is_complete: bool


def sign_in(email: str, password: str, *, at: datetime, visitor: Visitor = ANYBODY) -> SignIn:
    """Let somebody in, or on to the second factor; which of the two was wrong stays unsaid.

    Raises ``InvalidInput``, and ``TooMany`` after too many tries.
    """
    with _tries.trying(*_tries.at_password(email, visitor.sender)):
        staff = db.session.scalars(
            select(Staff).where(Staff.email == email.strip().lower())
        ).first()
        staff_id, seen_hash = (staff.id, staff.password_hash) if staff else (0, NOBODY)
        is_right = is_password(seen_hash, password)
        with transaction() as session:
            staff = session.get(Staff, staff_id, with_for_update={"key_share": True})
            why = _obstacle(staff, is_right=is_right, seen_hash=seen_hash)
            result = None
            if staff is None or why:
                record_refusal(session, at=at, of=staff, why=why, sender=visitor.sender)
            else:
                if is_outdated(seen_hash):
                    staff.password_hash = hashed(password)
                if has_second_factor(session, staff):
                    result = SignIn(pending_marker(staff, at), is_complete=False)
                else:
                    token = open_session(session, staff, visitor, at, by="password")
                    result = SignIn(token, is_complete=True)
        if result is None:
            raise InvalidInput("password", _WRONG)
    return result


def _obstacle(staff: Staff | None, *, is_right: bool, seen_hash: str) -> str:
    """Say why somebody does not get in, for the audit; nothing where nothing is in the way."""
    if staff is None:
        return "no such address"
    if staff.is_disabled:
        return "disabled"
    return "" if is_right and staff.password_hash == seen_hash else "wrong password"


def complete_with_code(marker: str, code: str, *, at: datetime, visitor: Visitor = ANYBODY) -> str:
    """Open a session after the right password with a code of the app, or a recovery code.

    Raises ``InvalidInput`` for a wrong code, ``Gone`` when the password was given too long ago,
    and ``TooMany`` after too many tries.
    """
    with _tries.trying(*_tries.at_code(_waiting(marker, at), visitor.sender)):
        with transaction() as session:
            staff = lock_person(session, _waiting(marker, at))
            by, token = is_code_right(session, staff, code, at), ""
            if by:
                how = f"password and {by}"
                token = open_session(session, staff, visitor, at, by=how, has_second_factor=True)
            else:
                record_refusal(session, at=at, of=staff, why="wrong code", sender=visitor.sender)
        if not token:
            raise InvalidInput("code", "This code is wrong, or was used before.")
    return token


def complete_with_passkey(
    marker: str, answer: Answer, *, at: datetime, visitor: Visitor = ANYBODY
) -> str:
    """Open a session after the right password with one of the person's passkeys.

    Raises as ``complete_with_code`` does.
    """
    with _tries.trying(*_tries.at_code(_waiting(marker, at), visitor.sender)):
        with transaction() as session:
            staff = lock_person(session, _waiting(marker, at))
            passkey = used_passkey(session, answer, Purpose.SECOND_FACTOR, at, of=staff.id)
            token = ""
            if passkey:
                how = f"password and passkey “{passkey.name}”"
                token = open_session(session, staff, visitor, at, by=how, has_second_factor=True)
            else:
                record_refusal(session, at=at, of=staff, why="wrong passkey", sender=visitor.sender)
        if not token:
            raise InvalidInput("code", "This passkey was not accepted. Try again, or use a code.")
    return token


def _waiting(marker: str, at: datetime) -> int:
    """Return who gave the right password just now; raise ``Gone`` where nobody did any more."""
    staff = pending(marker, at)
    if staff is None:
        raise Gone(_TOO_LATE)
    return staff.id


def sign_in_with_passkey(answer: Answer, *, at: datetime, visitor: Visitor = ANYBODY) -> str:
    """Open a session with a passkey alone, which is two factors; refuse with ``InvalidInput``."""
    with _tries.trying(*_tries.at_passkey(visitor.sender)):
        with transaction() as session:
            passkey = used_passkey(session, answer, Purpose.SIGN_IN, at)
            staff = lock_person(session, passkey.staff_id) if passkey else None
            token = ""
            if passkey and staff and not staff.is_disabled:
                how = f"passkey “{passkey.name}”"
                token = open_session(session, staff, visitor, at, by=how, has_second_factor=True)
            else:
                why = "disabled" if staff else "unknown or wrong passkey"
                record_refusal(session, at=at, of=staff, why=why, sender=visitor.sender)
        if not token:
            raise InvalidInput("password", "This passkey was not accepted.")
    return token


def sign_out(token: str, *, at: datetime) -> None:
    """End a session for good: its cookie is worth nothing from now on, wherever it is."""
    with transaction() as session:
        mine = StaffSession.token_hash == session_hash(token)
        ended = session.execute(
            delete(StaffSession).where(mine).returning(StaffSession.staff_id, StaffSession.device)
        ).first()
        if ended:
            who, device = ended
            kind = SecurityEventKind.SIGNED_OUT
            record(session, kind, at=at, by=who, of=who, detail=device)


def end(session_id: int, *, of: int, by: int, at: datetime) -> None:
    """End one session of somebody; raise ``NotFound`` where it is not theirs, or has ended."""
    with transaction() as session:
        theirs = (StaffSession.id == session_id, StaffSession.staff_id == of)
        device = session.scalar(delete(StaffSession).where(*theirs).returning(StaffSession.device))
        if device is None:
            raise NotFound("This session has ended already.")
        record(session, SecurityEventKind.SIGNED_OUT, at=at, by=by, of=of, detail=device)


def end_all(*, of: int, by: int, at: datetime) -> None:
    """Sign somebody out everywhere."""
    with transaction() as session:
        lock_person(session, of)
        end_sessions(session, of)
        record(session, SecurityEventKind.SIGNED_OUT_EVERYWHERE, at=at, by=by, of=of)


def see(session_id: int, *, at: datetime) -> None:
    """Write down that a session is in use, unless that was done within the last minute."""
    with transaction() as session:
        is_old = or_(
            StaffSession.last_seen_at.is_(None), StaffSession.last_seen_at <= at - SEEN_EVERY
        )
        mine = StaffSession.id == session_id
        session.execute(update(StaffSession).where(mine, is_old).values(last_seen_at=at))
