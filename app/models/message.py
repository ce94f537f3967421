"""Messages between the desk and one reader about a report. Private and erasable."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, choice


class MessageKind(StrEnum):
    """What a message is."""

    QUESTION = "question"
    ANSWER = "answer"
    APPEAL = "appeal"
    ADDITION = "addition"


class Message(Base):
    """A question of the desk (``author_id`` says whose), or what the reader wrote back."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    kind: Mapped[MessageKind] = mapped_column(choice(MessageKind, "kind"))
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
