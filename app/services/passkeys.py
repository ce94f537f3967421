"""Passkeys (W3C Web Authentication, Level 3): asking a browser for one, adding and removing."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.models import Passkey, Staff
from app.queries.second_factor import MOST_PASSKEYS, passkeys_of
from app.rules.credentials import Answer, Proof
from app.rules.errors import Conflict, InvalidInput
from app.rules.security import SecurityEventKind
from app.services._accounts import lock_person
from app.services._audit import record
from app.services._challenges import Purpose, challenge
from app.services._factors import (
    begin_second_factor,
    confirm,
    end_second_factor_if_last,
    has_second_factor,
)
from app.services._passkeys import domain, new_passkey, user_handle
from app.services._tries import at_proof, trying
from app.services.transaction import transaction

_LONGEST_NAME = 100
_LONGEST_ID = 1023


def can_be_used() -> bool:
    """Say whether browsers allow passkeys here: on a domain, over HTTPS or on one's own machine."""
    try:
        ipaddress.ip_address(domain())
    except ValueError:
        return bool(current_app.config["IS_HTTPS"]) or domain() == "localhost"
    return False


def asked_to_sign_in(browser: str, at: datetime) -> str:
    """Return what a browser is asked (JSON) to sign in with any passkey of this site."""
    return _asked(Purpose.SIGN_IN, browser, at, ())


def asked_for_second_factor(staff: Staff, browser: str, at: datetime) -> str:
    """Return what a browser is asked (JSON) after the right password of somebody."""
    return _asked(Purpose.SECOND_FACTOR, browser, at, passkeys_of(staff.id))


def asked_to_confirm(staff: Staff, browser: str, at: datetime) -> str:
    """Return what a browser is asked (JSON) to show again that somebody is there."""
    return _asked(Purpose.CONFIRM, browser, at, passkeys_of(staff.id))


def asked_to_add(staff: Staff, browser: str, at: datetime) -> str:
    """Return what a browser is asked (JSON) to make a new passkey of somebody."""
    options = generate_registration_options(
        rp_id=domain(),
        rp_name=current_app.config["PUBLICATION_NAME"],
        user_id=user_handle(staff.id),
        user_name=staff.email,
        user_display_name=staff.name,
        challenge=challenge(Purpose.ADD, browser, at),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(passkeys_of(staff.id)),
    )
    return options_to_json(options)


def _asked(purpose: Purpose, browser: str, at: datetime, allowed: Sequence[Passkey]) -> str:
    options = generate_authentication_options(
        rp_id=domain(),
        challenge=challenge(purpose, browser, at),
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def _described(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]


def add(
    staff_id: int,
    name: str,
    answer: Answer,
    proof: Proof,
    *,
    session_id: int,
    at: datetime,
    sender: str = "",
) -> list[str]:
    """Keep a passkey that a browser has just made, under a name.

    The first second factor ends every other session, and brings recovery codes: they are
    returned, to be shown this once. Raises ``InvalidInput`` for a wrong answer or proof.
    """
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise InvalidInput("name", f"Give it a name, of at most {_LONGEST_NAME} characters.")
    try:
        with trying(*at_proof(staff_id, sender)), transaction() as session:
            staff = lock_person(session, staff_id)
            confirm(session, staff, proof, at)
            made = new_passkey(session, answer, at)
            if made is None or len(made.credential_id) > _LONGEST_ID:
                raise InvalidInput("name", "Your browser's passkey was not accepted. Try again.")
            number = select(func.count(Passkey.id)).where(Passkey.staff_id == staff_id)
            if (session.scalar(number) or 0) >= MOST_PASSKEYS:
                raise Conflict(f"{MOST_PASSKEYS} passkeys are the most: remove one first.")
            is_first = not has_second_factor(session, staff)
            session.add(
                Passkey(
                    staff_id=staff_id,
                    credential_id=made.credential_id,
                    public_key=made.credential_public_key,
                    sign_count=made.sign_count,
                    name=name.strip(),
                    created_at=at,
                )
            )
            session.flush()
            kind = SecurityEventKind.PASSKEY_ADDED
            record(session, kind, at=at, by=staff_id, of=staff_id, detail=name.strip())
            return begin_second_factor(session, staff, session_id, at) if is_first else []
    except IntegrityError:
        raise Conflict("This passkey has been added already.") from None


def remove(staff_id: int, passkey_id: int, proof: Proof, *, at: datetime, sender: str = "") -> None:
    """Remove one's passkey, so that it opens nothing any more."""
    with trying(*at_proof(staff_id, sender)), transaction() as session:
        staff = lock_person(session, staff_id)
        confirm(session, staff, proof, at)
        mine = (Passkey.id == passkey_id, Passkey.staff_id == staff_id)
        passkey = session.scalars(select(Passkey).where(*mine)).first()
        if passkey is None:
            raise Conflict("This passkey has been removed already.")
        kind = SecurityEventKind.PASSKEY_REMOVED
        record(session, kind, at=at, by=staff_id, of=staff_id, detail=passkey.name)
        session.delete(passkey)
        end_second_factor_if_last(session, staff)
