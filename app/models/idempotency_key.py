"""Idempotency keys: by which a program may send a request again without doing it again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class IdempotencyKey(Base):
    """A key that was used: for which request, and whether that is done.

    Key and request are kept as keyed hashes. While ``done_at`` is empty the request is under
    way, until ``held_until``: after that, whoever was at it has died.
    """

    __tablename__ = "idempotency_keys"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    begun_at: Mapped[datetime] = mapped_column(index=True)
    held_until: Mapped[datetime]
    done_at: Mapped[datetime | None]
