"""The session cookie, which public pages neither read nor set."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from app.web.access import PUBLIC, access_of


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, kept away from the pages that any cache may hold.

    Extensions look into the session on every request; without this, each public page would
    tell caches that it varies with the cookie.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where it changed, unless the page is a public one."""
        if access_of(request.endpoint) != PUBLIC:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Use these sessions."""
    app.session_interface = Sessions()
