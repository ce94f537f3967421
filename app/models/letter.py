"""Letters: the outbox, that is mails that are owed to somebody, kept until they have gone."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, choice
from app.models.owed import Owed
from app.rules.marks import N_


class LetterKind(StrEnum):
    """What a letter tells its reader."""

    RECEIVED = "received"
    QUESTION = "question"
    DECISION = "decision"
    CORRECTION = "correction"
    APPEAL = "appeal"
    FOLLOW = "follow"
    FOLLOWED = "followed"

    @property
    def label(self) -> str:
        """The kind in the desk's words."""
        return _LABELS[self]


_LABELS = {
    LetterKind.RECEIVED: N_("Report received"),
    LetterKind.QUESTION: N_("Question to the reader"),
    LetterKind.DECISION: N_("Report declined"),
    LetterKind.CORRECTION: N_("Correction published"),
    LetterKind.APPEAL: N_("Appeal received"),
    LetterKind.FOLLOW: N_("Confirm following"),
    LetterKind.FOLLOWED: N_("Followed article corrected"),
}


class Letter(Owed, Base):
    """One mail that is owed to somebody; its words are made when it is sent.

    It holds no address and no text, so that erasing a report leaves nothing behind here.
    ``file`` names the copy in the instance folder where there is no mail server.
    """

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_due", "state", "next_try_at", "id"),)

    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind, "kind"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    follow_id: Mapped[int | None] = mapped_column(ForeignKey("follows.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("case_events.id"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"))
    file: Mapped[str] = mapped_column(String(100), default="")
