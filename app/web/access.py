"""The gate: a view says whom it is for, and one that says nothing is closed to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.rules.errors import NotAllowed
from app.rules.permissions import Permission, is_permitted
from app.web.identity import staff_or_none

V = TypeVar("V", bound=Callable[..., Any])

PUBLIC = "public"
"""For anybody, the same for everybody, and fit to be kept by any cache."""

PERSONAL = "personal"
"""For anybody, but not the same for everybody: forms, and pages behind a private link."""


def public(view: V) -> V:
    """Open a view to anybody; it may set no cookie and read none."""
    return _declare(view, PUBLIC)


def personal(view: V) -> V:
    """Open a view to anybody, and keep what it shows out of every cache."""
    return _declare(view, PERSONAL)


def requires(permission: Permission) -> Callable[[V], V]:
    """Open a view to staff whose role carries ``permission``."""

    def declare(view: V) -> V:
        return _declare(view, permission)

    return declare


def _declare(view: V, access: str) -> V:
    view.access = access  # type: ignore[attr-defined] # a mark that the gate reads
    return view


def access_of(endpoint: str | None) -> str | None:
    """Return what the view of an endpoint declares, or ``None``."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "access", None)


def init_app(app: Flask) -> None:
    """Put the gate before every request."""
    _declare(app.view_functions["static"], PUBLIC)
    app.before_request(_gate)


def _gate() -> ResponseReturnValue | None:
    if "\0" in request.path or "\0" in request.full_path or "%00" in request.full_path:
        abort(404)  # no address of ours holds one, and databases refuse it
    if request.url_rule is None:
        return None  # no view will run: 404 or 405
    access = access_of(request.endpoint)
    if access in (PUBLIC, PERSONAL):
        return None
    if not isinstance(access, Permission):
        abort(403)
    staff = staff_or_none()
    if staff is None:
        return _to_sign_in()
    if not is_permitted(staff.role, access):
        abort(403)
    return None


def _to_sign_in() -> ResponseReturnValue:
    """Send a visitor to the door; what was asked for is opened after it.

    What somebody typed whose session has ended is given back instead of being lost.
    """
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(
            _("You are signed out, and nothing was done. Sign in, then send what you typed again.")
        )
    return redirect(url_for("auth.login", next=request.full_path.rstrip("?")), 303)
