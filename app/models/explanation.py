"""Canned explanations: what the desk often has to explain to readers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, choice
from app.rules.kinds import DeclineReason


class Explanation(Base):
    """A text to begin an explanation with, for one reason or for any; edited before it is sent."""

    __tablename__ = "explanations"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100), unique=True)
    reason: Mapped[DeclineReason | None] = mapped_column(choice(DeclineReason, "reason"))
    text: Mapped[str] = mapped_column(Text)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    edited_at: Mapped[datetime]
