"""Invitations: a link by which somebody joins the desk, once and for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.staff import Staff
from app.rules.permissions import Role


class Invitation(Base):
    """Somebody who is to join; the link's token is kept as a keyed hash.

    The row goes when the invitation is taken up or withdrawn: what happened stands in the audit.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    invited_by: Mapped[Staff] = relationship(lazy="raise")
