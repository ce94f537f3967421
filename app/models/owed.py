"""What is owed to somebody outside: kept until it has gone, taken by one worker at a time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import choice


class DeliveryState(StrEnum):
    """How far something that is owed has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


class Owed:
    """A row of the outbox, of whatever kind.

    A worker that takes it holds it until ``held_until``; if the worker dies, another takes it
    then. What could not be delivered says why in ``problem``.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState, "state"))
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(200), default="")
    delivered_at: Mapped[datetime | None]
