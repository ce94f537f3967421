"""Inviting people to the desk by a link, which serves once and for a week."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Invitation, Staff
from app.queries.invitations import DEAD_LINK, link_hash, with_link
from app.rules.errors import Conflict, NotFound
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.services._accounts import checked_address, checked_name
from app.services._audit import record
from app.services._passwords import hashed
from app.services._tries import at_link, trying
from app.services.transaction import transaction
from app.tokens import TOKEN_BYTES, as_token

HOLDS = timedelta(days=7)
"""How long an invitation can be taken up."""


def invite(email: str, *, name: str, role: Role, by: int, at: datetime) -> str:
    """Invite somebody; return the token of the link, to be shown this once and passed on.

    Raises ``Conflict`` where the address is on the staff, or is invited, already.
    """
    address, called, token = checked_address(email), checked_name(name), _new_token()
    try:
        with transaction() as session:
            if session.scalar(select(Staff.id).where(Staff.email == address)):
                raise Conflict(f"{address} is on the staff already.")
            session.add(
                Invitation(
                    email=address,
                    name=called,
                    role=role,
                    token_hash=link_hash(token),
                    invited_by_id=by,
                    created_at=at,
                    expires_at=at + HOLDS,
                )
            )
            session.flush()
            detail = f"{address}, {role.value}"
            record(session, SecurityEventKind.INVITED, at=at, by=by, of=None, detail=detail)
    except IntegrityError:
        raise Conflict(f"{address} is invited already: make a new link instead.") from None
    return token


def renew(invitation_id: int, *, by: int, at: datetime) -> str:
    """Give an invitation a new link and a new week; the link before is dead. Return the token."""
    token = _new_token()
    with transaction() as session:
        found = _locked(session, invitation_id)
        found.token_hash, found.expires_at = link_hash(token), at + HOLDS
        detail = f"{found.email}, {found.role.value}, new link"
        record(session, SecurityEventKind.INVITED, at=at, by=by, of=None, detail=detail)
    return token


def withdraw(invitation_id: int, *, by: int, at: datetime) -> None:
    """Withdraw an invitation: its link is dead from now on."""
    with transaction() as session:
        found = _locked(session, invitation_id)
        kind, detail = SecurityEventKind.INVITATION_WITHDRAWN, found.email
        record(session, kind, at=at, by=by, of=None, detail=detail)
        session.delete(found)


def look_up(token: str, *, at: datetime, sender: str = "") -> Invitation:
    """Return the invitation of a link; raise ``NotFound``, or ``TooMany`` after many guesses."""
    with trying(*at_link(sender)):
        return with_link(token, at)


def accept(token: str, *, name: str, password: str, at: datetime, sender: str = "") -> str:
    """Join the desk by a link, which is dead afterwards; return the address to sign in with.

    Raises ``NotFound`` for a link that does not work, whatever the reason.
    """
    with trying(*at_link(sender)):
        with_link(token, at)
    called, kept = checked_name(name), hashed(password)
    try:
        with transaction() as session:
            found = session.scalars(
                select(Invitation)
                .where(Invitation.token_hash == link_hash(token), Invitation.expires_at > at)
                .with_for_update()
            ).first()
            if found is None:
                raise NotFound(DEAD_LINK)
            person = Staff(
                email=found.email, name=called, role=found.role, password_hash=kept, created_at=at
            )
            session.add(person)
            session.delete(found)
            session.flush()
            kind, detail = SecurityEventKind.JOINED, f"{found.role.value}, by an invitation"
            record(session, kind, at=at, by=person.id, of=person.id, detail=detail)
            return person.email
    except IntegrityError:
        raise Conflict("This address is on the staff already: sign in with it.") from None


def _new_token() -> str:
    return as_token(secrets.token_bytes(TOKEN_BYTES))


def _locked(session: Session, invitation_id: int) -> Invitation:
    found = session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("This invitation was taken up or withdrawn meanwhile.")
    return found
