"""The history of a case: who did what, when, from which state to which, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.staff import Staff
from app.rules.workflow import Action, CaseStatus


class CaseEvent(Base):
    """One step of a case, never changed.

    ``actor_id`` is empty when a reader, or the passing of time, took the step. ``explanation``
    is what the reader is told, in staff's words; readers' own words stand in messages, which
    can be erased.
    """

    __tablename__ = "case_events"
    __table_args__ = (Index("ix_case_events_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    case_version: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    action: Mapped[Action] = mapped_column(choice(Action, "action"))
    from_status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus, "from_status"))
    to_status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus, "to_status"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    explanation: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[Staff | None] = relationship(lazy="raise")
