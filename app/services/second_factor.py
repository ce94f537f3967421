"""One's own authenticator app (RFC 6238) and recovery codes."""

from __future__ import annotations

from datetime import datetime

import pyotp

from app.rules.credentials import Proof
from app.rules.errors import Conflict, InvalidInput
from app.rules.security import SecurityEventKind
from app.services._accounts import lock_person
from app.services._audit import record
from app.services._factors import (
    begin_second_factor,
    confirm,
    end_second_factor_if_last,
    has_second_factor,
    matching_step,
    new_codes,
    sealed_secret,
)
from app.services._tries import at_proof, trying
from app.services.transaction import transaction


def new_secret() -> str:
    """Return a secret for an app to be set up with: 160 random bits, in Base32."""
    return pyotp.random_base32(32)


def add_app(
    staff_id: int,
    secret: str,
    code: str,
    proof: Proof,
    *,
    session_id: int,
    at: datetime,
    sender: str = "",
) -> list[str]:
    """Set up an app that shows with a code that it holds ``secret``.

    The first second factor ends every other session, and brings recovery codes: they are
    returned, to be shown this once. Raises ``InvalidInput`` for a wrong code or proof.
    """
    with trying(*at_proof(staff_id, sender)), transaction() as session:
        staff = lock_person(session, staff_id)
        confirm(session, staff, proof, at)
        if staff.totp_secret is not None:
            raise Conflict("You have an authenticator app already: remove it first.")
        step = matching_step(secret, "".join(code.split()), at, None)
        if step is None:
            raise InvalidInput("code", "This code is not the one that the app shows now.")
        is_first = not has_second_factor(session, staff)
        staff.totp_secret, staff.totp_last_step = sealed_secret(secret), step
        record(session, SecurityEventKind.APP_ADDED, at=at, by=staff_id, of=staff_id)
        return begin_second_factor(session, staff, session_id, at) if is_first else []


def remove_app(staff_id: int, proof: Proof, *, at: datetime, sender: str = "") -> None:
    """Remove one's app."""
    with trying(*at_proof(staff_id, sender)), transaction() as session:
        staff = lock_person(session, staff_id)
        confirm(session, staff, proof, at)
        if staff.totp_secret is None:
            raise Conflict("You have no authenticator app.")
        staff.totp_secret = staff.totp_last_step = None
        end_second_factor_if_last(session, staff)
        record(session, SecurityEventKind.APP_REMOVED, at=at, by=staff_id, of=staff_id)


def make_codes(staff_id: int, proof: Proof, *, at: datetime, sender: str = "") -> list[str]:
    """Make new recovery codes, to be shown this once; the ones before are worth nothing."""
    with trying(*at_proof(staff_id, sender)), transaction() as session:
        staff = lock_person(session, staff_id)
        confirm(session, staff, proof, at)
        if not has_second_factor(session, staff):
            raise Conflict("Set up a second factor first: the codes are for when it is lost.")
        return new_codes(session, staff, at)
