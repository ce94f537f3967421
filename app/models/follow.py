"""Followers: addresses that want to hear when an article is corrected, and nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Follow(Base):
    """One address that follows one article; nothing is sent before it has confirmed."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("article_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    email: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
