"""Corrections: the entries of the public, append-only correction log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.article import Article
from app.models.base import Base, choice
from app.rules.kinds import CorrectionKind


class Correction(Base):
    """One entry of the log, never changed; a wrong one is amended by a further entry.

    ``to_version`` equals ``from_version`` where a notice changes nothing in the text.
    ``withholds`` says that a retraction takes the earlier versions from public view, too.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "from_version"],
            ["versions.article_id", "versions.number"],
            name="fk_corrections_from_version",
        ),
        ForeignKeyConstraint(
            ["article_id", "to_version"],
            ["versions.article_id", "versions.number"],
            name="fk_corrections_to_version",
        ),
        CheckConstraint("to_version IN (from_version, from_version + 1)", name="next_version"),
        CheckConstraint("amends_id != id", name="does_not_amend_itself"),
        Index("ix_corrections_article", "article_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    kind: Mapped[CorrectionKind] = mapped_column(choice(CorrectionKind, "kind"))
    notice: Mapped[str] = mapped_column(Text)
    from_version: Mapped[int]
    to_version: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(index=True)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"), index=True)
    credit: Mapped[str] = mapped_column(String(200), default="")
    withholds: Mapped[bool] = mapped_column(default=False, server_default=false())

    article: Mapped[Article] = relationship(lazy="raise")
    amends: Mapped[Correction | None] = relationship(remote_side="Correction.id", lazy="raise")


case_corrections = Table(
    "case_corrections",
    Base.metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("correction_id", ForeignKey("corrections.id"), primary_key=True, index=True),
)
"""Which cases a correction resolved: never changed, like the correction itself."""
