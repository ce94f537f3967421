"""The people of the desk, and the browsers in which they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.rules.permissions import Role


class Staff(Base):
    """Somebody who works at the desk; ``email`` is kept in lower case.

    ``uses_keys`` says whether single keys do something at the desk. ``totp_secret`` is that of
    the authenticator app (RFC 6238), encrypted, and ``totp_last_step`` the last time step that
    was used up.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    uses_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    totp_last_step: Mapped[int | None]


class StaffSession(Base):
    """One sign-in, which ends when its row is gone; the token itself is in the cookie only."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(200), default="", server_default="")
    has_second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())

    staff: Mapped[Staff] = relationship(lazy="raise")
