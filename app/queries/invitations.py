"""Reading who is invited to join the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Invitation
from app.rules.errors import NotFound
from app.tokens import keyed_hash

DEAD_LINK = (
    "This invitation does not work, or does not work any more. "
    "Ask whoever sent it to you for a new link."
)


def link_hash(token: str) -> bytes:
    """Return the keyed hash under which the link of an invitation is known."""
    return keyed_hash("invitation", token)


def waiting(limit: int) -> Sequence[Invitation]:
    """Return the invitations that nobody took up yet, the newest first, the expired ones too."""
    return db.session.scalars(
        select(Invitation)
        .options(joinedload(Invitation.invited_by))
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(limit)
    ).all()


def with_link(token: str, at: datetime) -> Invitation:
    """Return the invitation of a link; raise ``NotFound``, in the same words for every reason."""
    found = db.session.scalars(
        select(Invitation).where(Invitation.token_hash == link_hash(token))
    ).first()
    if found is None or found.expires_at <= at:
        raise NotFound(DEAD_LINK)
    return found
