"""Reports: what one reader submitted. Private and erasable."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.article import Article
from app.models.base import Base, choice
from app.models.case import Case
from app.rules.kinds import ProblemKind
from app.rules.passages import Passage


class Report(Base):
    """One reader's submission, pinned to the version that the reader saw.

    ``token_hash`` is a keyed hash of the private link's token, which itself is not stored.
    It is unique, and the token follows from what was sent and from where, so that sending the
    same twice makes one report; ``mail_token_hash`` is one of the link that mails carry. A report
    without a passage has an empty quote and no position. ``is_seconding`` says that its reader
    only said “mine is the same” of a case; ``suspicion`` says why it went to quarantine.
    """

    __tablename__ = "reports"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "version_number"],
            ["versions.article_id", "versions.number"],
            name="fk_reports_version",
        ),
        Index("ix_reports_received", "received_at", "case_id"),
        Index("ix_reports_reporter", "reporter_email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    version_number: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    received_at: Mapped[datetime]
    kind: Mapped[ProblemKind] = mapped_column(choice(ProblemKind, "kind"))
    quote: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(String(64))
    suffix: Mapped[str] = mapped_column(String(64))
    start: Mapped[int | None]
    end: Mapped[int | None]
    problem: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[str]]
    reporter_name: Mapped[str] = mapped_column(String(200))
    reporter_email: Mapped[str] = mapped_column(String(320))
    wants_credit: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_seconding: Mapped[bool] = mapped_column(default=False, server_default=false())
    suspicion: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    mail_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True, unique=True)
    withdrawn_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship(lazy="raise")
    case: Mapped[Case] = relationship(lazy="raise")

    @property
    def is_live(self) -> bool:
        """Whether its reader still stands by it, and its words are there."""
        return self.withdrawn_at is None and self.erased_at is None

    @property
    def passage(self) -> Passage | None:
        """The passage that it is about, where one was given."""
        if self.start is None or self.end is None:
            return None
        return Passage(self.quote, self.prefix, self.suffix, self.start, self.end)
