"""Articles: an address that stays for good, under which versions of a text are public."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Article(Base):
    """One article; what it says stands in its versions, numbered from 1."""

    __tablename__ = "articles"
    __table_args__ = (
        CheckConstraint("latest_number >= 1", name="has_a_version"),
        Index("ix_articles_published", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    published_at: Mapped[datetime]
    latest_number: Mapped[int] = mapped_column(default=1)
    origin: Mapped[str | None] = mapped_column(String(500), unique=True)
    """Where it was imported from: the file's name, so that a second import finds it again."""
