"""Security events: what happened to the accounts of the desk, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.staff import Staff
from app.rules.security import SecurityEventKind


class SecurityEvent(Base):
    """One thing that happened: ``actor_id`` did it, or somebody not signed in; to ``subject_id``.

    ``detail`` says which role, which passkey or which device; never a secret.
    """

    __tablename__ = "security_events"
    __table_args__ = (Index("ix_security_events_at", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[SecurityEventKind] = mapped_column(choice(SecurityEventKind, "kind"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    detail: Mapped[str] = mapped_column(String(400), default="")

    actor: Mapped[Staff | None] = relationship(foreign_keys=actor_id, lazy="raise")
    subject: Mapped[Staff | None] = relationship(foreign_keys=subject_id, lazy="raise")
