"""Who is signed in. The cookie holds a session's token, and the session is a row."""

from __future__ import annotations

from flask import Flask
from flask_login import UserMixin, current_user

from app.clock import now
from app.extensions import login
from app.models import Staff
from app.queries import staff as staff_queries


class SignedIn(UserMixin):
    """Somebody on the staff, in one browser."""

    def __init__(self, staff: Staff, token: str) -> None:
        self.staff = staff
        self.token = token

    @classmethod
    def with_token(cls, token: str) -> SignedIn | None:
        """Return who holds ``token``, if its session has not ended."""
        staff = staff_queries.signed_in(token, now())
        return cls(staff, token) if staff else None

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


def current_staff() -> Staff:
    """Return who is signed in; the gate has seen to it that somebody is."""
    staff: Staff = current_user.staff
    return staff
