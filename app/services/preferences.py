"""How somebody on the staff likes to work."""

from __future__ import annotations

from sqlalchemy import update

from app.models import Staff
from app.services.transaction import transaction


def use_keys(staff_id: int, *, uses_keys: bool) -> None:
    """Say whether single keys do something at somebody's desk."""
    with transaction() as session:
        session.execute(update(Staff).where(Staff.id == staff_id).values(uses_keys=uses_keys))
