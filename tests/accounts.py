"""Accounts as tests use them: signed in, with an app, with a passkey; and what the audit says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select

from app.extensions import db
from app.models import SecurityEvent, Staff, StaffSession
from app.queries import staff as staff_queries
from app.rules.credentials import Answer, Proof
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.services import passkeys, second_factor, sessions
from tests import make
from tests.authenticator import Authenticator

PROOF = Proof(make.PASSWORD)
BROWSER = "a secret of the browser"


def signed_in(person: Staff, at: datetime = make.NOW) -> str:
    """Sign somebody in by the password alone, and return the session's token."""
    result = sessions.sign_in(person.email, make.PASSWORD, at=at)
    assert result.is_complete
    return result.token


def is_in(token: str, at: datetime = make.NOW) -> bool:
    """Say whether a token's session is alive."""
    return staff_queries.session_with(token, at) is not None


def session_of(token: str, at: datetime = make.NOW) -> StaffSession:
    """Return the session of a token."""
    found = staff_queries.session_with(token, at)
    assert found is not None
    return found


def code(secret: str, at: datetime = make.NOW) -> str:
    """Return what an app that holds ``secret`` shows at a time."""
    return pyotp.TOTP(secret).at(at)


def with_app(role: Role = Role.EDITOR, at: datetime = make.NOW) -> tuple[Staff, str, list[str]]:
    """Return somebody with an app, its secret, and the recovery codes; last used a minute ago."""
    person, before = make.staff(role), at - timedelta(minutes=1)
    number = session_of(signed_in(person, before), before).id
    secret = second_factor.new_secret()
    shown = code(secret, before)
    codes = second_factor.add_app(person.id, secret, shown, PROOF, session_id=number, at=before)
    return person, secret, codes


def add_passkey(
    person: Staff, key: Authenticator, name: str = "A laptop", at: datetime = make.NOW
) -> list[str]:
    """Let somebody add a passkey that ``key`` makes."""
    answer = Answer(key.make(passkeys.asked_to_add(person, BROWSER, at)), BROWSER)
    return passkeys.add(person.id, name, answer, PROOF, session_id=0, at=at)


def events() -> list[SecurityEventKind]:
    """Return what the audit holds, in the order in which it happened."""
    return list(db.session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)))


def last_event() -> SecurityEvent:
    """Return what happened last."""
    return db.session.scalars(
        select(SecurityEvent).order_by(SecurityEvent.id.desc()).limit(1)
    ).one()
