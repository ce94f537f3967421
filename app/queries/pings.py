"""Reading pings: for the worker that sends them, and for the desk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.extensions import db
from app.models import DeliveryState, Ping


def topic(ping_id: int) -> str | None:
    """Return the path of the feed that a ping is about, or ``None`` where it is owed no more."""
    return db.session.scalar(select(Ping.topic).where(Ping.id == ping_id))


def parked() -> Sequence[Ping]:
    """Return the pings that nobody tries to send any more."""
    rows = select(Ping).where(Ping.state == DeliveryState.PARKED).order_by(Ping.topic, Ping.id)
    return db.session.scalars(rows).all()
