"""Who is signed in. The cookie holds a session's token, and the session is a row."""

from __future__ import annotations

from flask import Flask, current_app
from flask_login import UserMixin, current_user

from app.clock import now
from app.extensions import login
from app.models import Staff, StaffSession
from app.queries import staff as staff_queries
from app.rules.permissions import Permission, is_permitted


class SignedIn(UserMixin):
    """Somebody on the staff, in one browser."""

    def __init__(self, session: StaffSession, token: str) -> None:
        self.staff = session.staff
        self.token = token
        self.session_id = session.id
        self.seen_at = session.last_seen_at
        self.has_second_factor = session.has_second_factor

    @classmethod
    def with_token(cls, token: str) -> SignedIn | None:
        """Return who holds ``token``, if its session has not ended."""
        session = staff_queries.session_with(token, now())
        return cls(session, token) if session else None

    def get_id(self) -> str:
        """Return what the cookie keeps: the session's token, not the person's number."""
        return self.token


def init_app(app: Flask) -> None:
    """Tell Flask-Login how to find out who is signed in."""
    login.session_protection = None  # sessions are rows that end; addresses of phones change
    login.user_loader(SignedIn.with_token)


def staff_or_none() -> Staff | None:
    """Return who is signed in, if anybody is."""
    return current_user.staff if current_user.is_authenticated else None


def may(permission: str) -> bool:
    """Say whether who is signed in has a permission; templates ask, and the policy answers."""
    staff = staff_or_none()
    return staff is not None and is_permitted(staff.role, Permission(permission))


def lacks_second_factor() -> bool:
    """Say whether who is signed in has to set up a second factor before anything else."""
    demanding = current_app.config["SECOND_FACTOR_ROLES"]
    return current_user.staff.role in demanding and not current_user.has_second_factor


def current_staff() -> Staff:
    """Return who is signed in; the gate has seen to it that somebody is."""
    staff: Staff = current_user.staff
    return staff
