"""What the search finds: articles as they read now, and the entries of the log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Findable(Base):
    """An article or, where ``correction_id`` is set, an entry of its log.

    The words under which it is found stand in the index of ``models/search_index.py``.
    """

    __tablename__ = "findables"
    __table_args__ = (
        Index(
            "ix_findables_article",
            "article_id",
            unique=True,
            sqlite_where=text("correction_id IS NULL"),
            postgresql_where=text("correction_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"), unique=True)
    at: Mapped[datetime]
