"""Versions: immutable snapshots of an article's text as it was public."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.article import Article
from app.models.base import Base, choice
from app.rules.kinds import VersionReason
from app.rules.texts import VersionText
from app.rules.transparency.redactions import is_tombstone


class Version(Base):
    """The text of an article from ``created_at`` until the next version, never changed."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint("number >= 1", name="numbered_from_1"),
        # Which section an article is in, found without reading its text on the way.
        Index("ix_versions_place", "article_id", "number", "section"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    reason: Mapped[VersionReason] = mapped_column(choice(VersionReason, "reason"))
    created_at: Mapped[datetime]
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    headline: Mapped[str] = mapped_column(String(300))
    standfirst: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    key_points: Mapped[list[str]]
    byline: Mapped[list[str]]
    section: Mapped[str] = mapped_column(String(80), index=True)
    tags: Mapped[list[str]]
    source_name: Mapped[str] = mapped_column(String(200))
    source_url: Mapped[str] = mapped_column(String(2000))
    ai_disclosure: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35))
    image_url: Mapped[str] = mapped_column(String(2000))
    image_alt: Mapped[str] = mapped_column(Text)
    image_caption: Mapped[str] = mapped_column(Text)

    article: Mapped[Article] = relationship(lazy="raise")

    @property
    def is_redacted(self) -> bool:
        """Whether its words were taken away, and a tombstone stands there."""
        return is_tombstone(self.text)

    @property
    def text(self) -> VersionText:
        """What the version says, as the rules know it."""
        return VersionText(
            headline=self.headline,
            standfirst=self.standfirst,
            body=self.body,
            key_points=tuple(self.key_points),
            byline=tuple(self.byline),
            section=self.section,
            tags=tuple(self.tags),
            source_name=self.source_name,
            source_url=self.source_url,
            ai_disclosure=self.ai_disclosure,
            language=self.language,
            image_url=self.image_url,
            image_alt=self.image_alt,
            image_caption=self.image_caption,
        )
