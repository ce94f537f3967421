"""Access tokens: making one, revoking one, and noting that one was used."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import AccessToken, Staff
from app.queries.api_tokens import token_hash
from app.rules.credentials import Proof
from app.rules.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.rules.scopes import Scope, open_to
from app.rules.security import SecurityEventKind
from app.services._accounts import lock_person
from app.services._audit import record
from app.services._factors import confirm, has_second_factor
from app.services._tries import at_proof, trying
from app.services.transaction import transaction
from app.tokens import TOKEN_BYTES, as_token

PREFIX = "cgd_"
"""What every token begins with, so that one that leaked is known for what it is."""

MOST = 20
"""How many tokens one person may have."""

LONGEST_LIFE = timedelta(days=366)
USED_EVERY = timedelta(minutes=5)
"""How often it is written down that a token was used."""


def make(
    staff_id: int,
    name: str,
    scopes: Collection[Scope],
    proof: Proof,
    *,
    lasts: timedelta,
    at: datetime,
    sender: str = "",
) -> str:
    """Make a token and return it, to be shown this once.

    Raises ``InvalidInput`` for a wrong proof, for no scope, and for one beyond the role, and
    ``NotAllowed`` where the role demands a second factor that is not set up.
    """
    token = PREFIX + as_token(secrets.token_bytes(TOKEN_BYTES))
    with trying(*at_proof(staff_id, sender)), transaction() as session:
        staff = lock_person(session, staff_id)
        confirm(session, staff, proof, at)
        _require_second_factor(session, staff)
        if not scopes or not set(scopes) <= set(open_to(staff.role)):
            raise InvalidInput("scopes", "Choose what the token is for.")
        _require_room(session, staff_id)
        made = AccessToken(
            staff_id=staff_id,
            name=name,
            token_hash=token_hash(token),
            scopes=sorted(scope.value for scope in scopes),
            created_at=at,
            expires_at=at + min(lasts, LONGEST_LIFE),
        )
        session.add(made)
        detail = f"{name}: {', '.join(made.scopes)}"
        record(
            session,
            SecurityEventKind.TOKEN_MADE,
            at=at,
            by=staff_id,
            of=staff_id,
            detail=detail,
        )
    return token


def _require_second_factor(session: Session, staff: Staff) -> None:
    demanding = current_app.config["SECOND_FACTOR_ROLES"]
    if staff.role in demanding and not has_second_factor(session, staff):
        raise NotAllowed("Your role demands a second factor: set one up first.")


def _require_room(session: Session, staff_id: int) -> None:
    held = session.scalar(
        select(func.count(AccessToken.id)).where(AccessToken.staff_id == staff_id)
    )
    if (held or 0) >= MOST:
        raise Conflict(f"You have {MOST} tokens: revoke one that is not used any more.")


def revoke(number: int, *, of: int, by: int, at: datetime) -> None:
    """End a token for good; raise ``NotFound`` where ``of`` has no such token."""
    with transaction() as session:
        found = session.scalars(
            select(AccessToken).where(AccessToken.id == number, AccessToken.staff_id == of)
        ).first()
        if found is None:
            raise NotFound("There is no such token.")
        session.delete(found)
        record(session, SecurityEventKind.TOKEN_REVOKED, at=at, by=by, of=of, detail=found.name)


def note_use(number: int, *, at: datetime) -> None:
    """Write down that a token was used just now."""
    with transaction() as session:
        found = session.get(AccessToken, number)
        if found is not None:
            found.last_used_at = at
