"""Noting that a session is in use, after the page is made and at most once a minute."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, Response, request
from flask_login import current_user
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.rules.permissions import Permission
from app.services import sessions
from app.web.access import access_of
from app.web.bearer import is_api


def init_app(app: Flask) -> None:
    """Note it after every request of somebody who is signed in."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    """Write down when somebody was last seen; a busy database is no reason to lose the page."""
    if isinstance(access_of(request.endpoint), Permission) and not is_api():
        with suppress(OperationalError):
            _see()
    return response


def _see() -> None:
    if current_user.is_authenticated:
        at, seen = now(), current_user.seen_at
        if seen is None or at - seen >= sessions.SEEN_EVERY:
            sessions.see(current_user.session_id, at=at)
