"""Reading what witnesses are owed: for the worker that asks them, and for the desk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.extensions import db
from app.models import Cosigning, DeliveryState, LogCosignature


def witness(cosigning_id: int) -> str | None:
    """Return the name of the witness that is owed a checkpoint, if it still is."""
    return db.session.scalar(select(Cosigning.witness).where(Cosigning.id == cosigning_id))


def seen_by(witness: str) -> int:
    """Return the size of the largest log that a witness cosigned for us; 0 where it never did."""
    found = db.session.scalar(
        select(func.max(LogCosignature.size)).where(LogCosignature.witness == witness)
    )
    return found or 0


def parked() -> Sequence[Cosigning]:
    """Return what nobody tries to send to a witness any more."""
    rows = select(Cosigning).where(Cosigning.state == DeliveryState.PARKED)
    return db.session.scalars(rows.order_by(Cosigning.witness, Cosigning.id)).all()
