"""Second factors: whether somebody has one, whether a code is right, and proving who one is."""

from __future__ import annotations

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
from sqlalchemy import CursorResult, delete, exists, select, update
from sqlalchemy.orm import Session

from app.models import Passkey, RecoveryCode, Staff, StaffSession
from app.rules.credentials import Proof
from app.rules.errors import InvalidInput
from app.rules.references import base32
from app.rules.security import SecurityEventKind
from app.services._audit import record
from app.services._challenges import Purpose
from app.services._passkeys import used_passkey
from app.services._passwords import is_password
from app.tokens import keyed_hash, seal, unseal

_STEP = 30  # seconds, as every authenticator app has it
_HOW_MANY_CODES = 10
_CODE_LENGTH = 10
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_APP = "authenticator app"


def confirm(session: Session, staff: Staff, proof: Proof, at: datetime) -> None:
    """Raise ``InvalidInput`` where it is not shown that it is really this person who acts."""
    if proof.passkey:
        if used_passkey(session, proof.passkey, Purpose.CONFIRM, at, of=staff.id):
            return
        raise InvalidInput(
            "proof", "This passkey was not accepted. Try again, or type your password."
        )
    if not is_password(staff.password_hash, proof.password):
        raise InvalidInput("proof", "This is not your present password.")


def has_second_factor(session: Session, staff: Staff) -> bool:
    """Say whether a password alone is not enough for this person."""
    has_passkey = exists().where(Passkey.staff_id == staff.id)
    return staff.totp_secret is not None or bool(session.scalar(select(has_passkey)))


def sealed_secret(secret: str) -> str:
    """Return an app's secret as it is kept."""
    return seal(_APP, secret)


def matching_step(secret: str, code: str, at: datetime, after: int | None) -> int | None:
    """Return the time step of a code (RFC 6238): this one, or a neighbour for slow clocks.

    A step at or before ``after`` is used up.
    """
    app, now, found = pyotp.HOTP(secret), int(at.timestamp()) // _STEP, None
    for step in (now - 1, now, now + 1):
        is_it = compare_digest(app.at(step).encode(), code.encode())
        if is_it and (after is None or step > after):
            found = step
    return found


def is_code_right(session: Session, staff: Staff, code: str, at: datetime) -> str:
    """Use up a code of somebody whose row is locked; return what it was, or nothing if wrong."""
    digits = "".join(code.split())
    if len(digits) == 6 and digits.isascii() and digits.isdigit():
        return _APP if _is_app_code(staff, digits, at) else ""
    return "recovery code" if _is_recovery_code(session, staff, code, at) else ""


def _is_app_code(staff: Staff, code: str, at: datetime) -> bool:
    secret = unseal(_APP, staff.totp_secret) if staff.totp_secret else None
    step = matching_step(secret, code, at, staff.totp_last_step) if secret else None
    if step is None:
        return False
    staff.totp_last_step = step
    return True


def _is_recovery_code(session: Session, staff: Staff, code: str, at: datetime) -> bool:
    unused = (
        RecoveryCode.staff_id == staff.id,
        RecoveryCode.code_hash == _code_hash(staff.id, code),
        RecoveryCode.used_at.is_(None),
    )
    used = session.execute(update(RecoveryCode).where(*unused).values(used_at=at))
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        return False
    kind = SecurityEventKind.RECOVERY_CODE_USED
    record(session, kind, at=at, by=staff.id, of=staff.id)
    return True


def new_codes(session: Session, staff: Staff, at: datetime) -> list[str]:
    """Make somebody new recovery codes; the ones before are worth nothing from now on."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = [_new_code() for _ in range(_HOW_MANY_CODES)]
    session.add_all(
        RecoveryCode(staff_id=staff.id, code_hash=_code_hash(staff.id, code)) for code in codes
    )
    kind = SecurityEventKind.RECOVERY_CODES_MADE
    record(session, kind, at=at, by=staff.id, of=staff.id)
    return codes


def begin_second_factor(session: Session, staff: Staff, session_id: int, at: datetime) -> list[str]:
    """Do what the first second factor brings: codes, and no session that began without it.

    ``session_id`` is the session in which it was added. Returns the codes, to be shown once.
    """
    others = (StaffSession.staff_id == staff.id, StaffSession.id != session_id)
    session.execute(delete(StaffSession).where(*others))
    mine = StaffSession.id == session_id
    session.execute(update(StaffSession).where(mine).values(has_second_factor=True))
    return new_codes(session, staff, at)


def end_second_factor_if_last(session: Session, staff: Staff) -> None:
    """Do what the last second factor takes along: the codes, and that sessions had one."""
    session.flush()
    if has_second_factor(session, staff):
        return
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    mine = StaffSession.staff_id == staff.id
    session.execute(update(StaffSession).where(mine).values(has_second_factor=False))


def _new_code() -> str:
    code = base32(secrets.randbits(5 * _CODE_LENGTH), _CODE_LENGTH)
    return f"{code[:5]}-{code[5:]}"


def _code_hash(staff_id: int, code: str) -> bytes:
    """Return the keyed hash of a code, however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    return keyed_hash("recovery code", str(staff_id), letters.translate(_READ_AS))
