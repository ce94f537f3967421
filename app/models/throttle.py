"""Counters of how often something was tried, shared by all processes of the site."""

from __future__ import annotations

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Throttle(Base):
    """How often ``key`` was counted in the window that ends at ``expires_at`` (Unix seconds)."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[float] = mapped_column(Float, index=True)
