"""Pings: hubs that are owed the news that a feed has changed (WebSub)."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.owed import Owed


class Ping(Owed, Base):
    """One feed that has changed; ``topic`` is its path on the site."""

    __tablename__ = "pings"
    __table_args__ = (
        Index("ix_pings_due", "state", "next_try_at", "id"),
        Index("ix_pings_topic", "topic", "state"),
    )

    topic: Mapped[str] = mapped_column(String(200))
