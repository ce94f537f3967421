"""Who asks through the API: whoever holds the bearer token (RFC 6750), and never a cookie.

Browsers send cookies along without anybody meaning it. The API does not read them, so no other
site can make it do anything, and it needs no protection against that.
"""

from __future__ import annotations

from contextlib import suppress

from flask import current_app, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.models import AccessToken, Staff
from app.queries import api_tokens as token_queries
from app.queries import second_factor
from app.rules.errors import NotAllowed, NotIdentified
from app.rules.permissions import Permission
from app.rules.scopes import Scope, opens
from app.services import api_tokens


def is_api() -> bool:
    """Say whether a request is for the API, be there such an address or not."""
    return request.path.startswith("/api/")


def admit(permission: Permission) -> None:
    """Let a request in whose token carries ``permission``; raise ``DeskError`` otherwise."""
    token = _token()
    _refuse_without_second_factor(token.staff)
    scopes = [Scope(name) for name in token.scopes]
    if not opens(token.staff.role, scopes, permission):
        raise NotAllowed(_("This token, or the role of whoever made it, does not permit that."))
    g.calling_staff = token.staff
    at = now()
    if token.last_used_at is None or at - token.last_used_at >= api_tokens.USED_EVERY:
        with suppress(OperationalError):  # a busy database is no reason to refuse
            api_tokens.note_use(token.id, at=at)


def calling_staff() -> Staff:
    """Return in whose name the request is made; the gate has seen to it that there is one."""
    staff: Staff = g.calling_staff
    return staff


def _refuse_without_second_factor(staff: Staff) -> None:
    """Refuse somebody whose role demands a second factor: a token is no way around it."""
    demanding = current_app.config["SECOND_FACTOR_ROLES"]
    if staff.role in demanding and not second_factor.of(staff).is_any:
        raise NotAllowed(
            _("Your role demands a second factor: set one up at the desk, then this token works.")
        )


def _token() -> AccessToken:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotIdentified(_("Send an access token: Authorization: Bearer …"))
    found = token_queries.with_token(token.strip(), now())
    if found is None:
        raise NotIdentified(_("This access token is not known, or over, or revoked."))
    return found
