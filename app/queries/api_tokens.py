"""Reading access tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import AccessToken
from app.tokens import keyed_hash


def token_hash(token: str) -> bytes:
    """Return the keyed hash under which a token is known."""
    return keyed_hash("access token", token)


def with_token(token: str, at: datetime) -> AccessToken | None:
    """Return what is known of a token, with its owner, if it is good for anything at ``at``."""
    found = db.session.scalars(
        select(AccessToken)
        .where(AccessToken.token_hash == token_hash(token))
        .options(joinedload(AccessToken.staff))
    ).first()
    if found is None or found.expires_at <= at or found.staff.is_disabled:
        return None
    return found


def of(staff_id: int) -> list[AccessToken]:
    """Return somebody's tokens, the expired ones included, newest first."""
    return list(
        db.session.scalars(
            select(AccessToken)
            .where(AccessToken.staff_id == staff_id)
            .order_by(AccessToken.id.desc())
        )
    )
