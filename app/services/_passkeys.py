"""What a browser says about a passkey, verified (W3C Web Authentication, Level 3).

Every passkey has to make sure who uses it (user verification), so that one is two factors.
"""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.structs import AuthenticationCredential
from webauthn.registration.verify_registration_response import VerifiedRegistration

from app.models import Passkey
from app.rules.credentials import Answer
from app.services._accounts import lock_person
from app.services._challenges import Purpose, is_answerable
from app.tokens import keyed_hash

_DEFAULT_PORTS = {"http": 80, "https": 443}


def domain() -> str:
    """Return the domain to which passkeys are bound: the site's host, without its port."""
    return urlsplit(current_app.config["SITE_URL"]).hostname or ""


def origin() -> str:
    """Return the site's origin as browsers write it (RFC 6454)."""
    parts = urlsplit(current_app.config["SITE_URL"])
    is_plain = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{domain()}" + ("" if is_plain else f":{parts.port}")


def user_handle(staff_id: int) -> bytes:
    """Return under which name a passkey knows somebody: one that says nothing to others."""
    return keyed_hash("passkey owner", str(staff_id))


def used_passkey(
    session: Session, answer: Answer, purpose: Purpose, at: datetime, *, of: int | None = None
) -> Passkey | None:
    """Return the passkey that answered, locked and counted; ``None`` where the answer is not good.

    With ``of`` it has to be that person's.
    """
    credential = _parsed(answer.sent)
    if credential is None:
        return None
    passkey = _locked(session, credential.raw_id, of)
    if passkey is None:
        return None
    handle = credential.response.user_handle
    if handle and handle != user_handle(passkey.staff_id):
        return None
    challenge = _challenge(answer.sent)
    if not is_answerable(session, challenge, purpose, answer.browser, at):
        return None
    verified = _verified(credential, challenge, passkey)
    if verified is None:
        return None
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, at
    return passkey


def _locked(session: Session, credential_id: bytes, of: int | None) -> Passkey | None:
    """Lock a passkey, after its owner, as whoever removes one does."""
    found = Passkey.credential_id == credential_id
    owner = session.scalar(select(Passkey.staff_id).where(found))
    if owner is None or of not in (None, owner):
        return None
    lock_person(session, owner)
    return session.scalars(
        select(Passkey).where(found).with_for_update().execution_options(populate_existing=True)
    ).first()


def new_passkey(session: Session, answer: Answer, at: datetime) -> VerifiedRegistration | None:
    """Return a passkey that was just made, or ``None`` where the answer is not good."""
    challenge = _challenge(answer.sent)
    if not is_answerable(session, challenge, Purpose.ADD, answer.browser, at):
        return None
    try:
        return verify_registration_response(
            credential=answer.sent,
            expected_challenge=challenge,
            expected_rp_id=domain(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, it is no good answer
        return None


def _verified(
    credential: AuthenticationCredential, challenge: bytes, passkey: Passkey
) -> VerifiedAuthentication | None:
    try:
        return verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=domain(),
            expected_origin=origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, it is no good answer
        return None


def _parsed(sent: str) -> AuthenticationCredential | None:
    try:
        return parse_authentication_credential_json(sent)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, it is no good answer
        return None


def _challenge(sent: str) -> bytes:
    """Return the challenge that an answer says it answers: whether it does is seen later."""
    try:
        client = json.loads(base64url_to_bytes(json.loads(sent)["response"]["clientDataJSON"]))
        return base64url_to_bytes(client["challenge"])
    except Exception:  # noqa: BLE001 - what has no challenge answers none
        return b""
