"""The gate: a view says whom it is for, and one that says nothing is closed to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.rules.errors import NotAllowed
from app.rules.permissions import Permission, is_permitted
from app.web import bearer
from app.web.identity import lacks_second_factor, staff_or_none

_ANY_TEXT = frozenset({"public.search"})
"""Views that take what somebody typed from the address, whatever it is, and clean it themselves."""

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


def _has_nul() -> bool:
    return "\0" in request.full_path or "%00" in request.full_path


def _gate() -> ResponseReturnValue | None:
    if "\0" in request.path or (_has_nul() and request.endpoint not in _ANY_TEXT):
        abort(404)  # no address of ours holds one, and databases refuse it
    access = access_of(request.endpoint)
    if request.url_rule is None or access in (PUBLIC, PERSONAL):
        return None  # without a rule no view will run: 404 or 405
    if not isinstance(access, Permission):
        abort(403)
    if bearer.is_api():
        bearer.admit(access)
        return None
    return _admit(access)


def _admit(access: Permission) -> ResponseReturnValue | None:
    """Let in whoever is signed in with a role that carries a permission; show others the way."""
    staff = staff_or_none()
    if staff is None:
        return _to_sign_in()
    if not is_permitted(staff.role, access):
        abort(403)
    if access is not Permission.SECURE_ACCOUNT and lacks_second_factor():
        return _to_set_up()
    return None


def _to_set_up() -> ResponseReturnValue:
    """Send somebody whose role demands a second factor to where one is set up."""
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(_("Your role demands a second factor: set one up first."))
    return redirect(url_for("desk.second_factor"), 303)


def _to_sign_in() -> ResponseReturnValue:
    """Send a visitor to the door; what was asked for is opened after it.

    What somebody typed whose session has ended is given back instead of being lost.
    """
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(
            _("You are signed out, and nothing was done. Sign in, then send what you typed again.")
        )
    return redirect(url_for("auth.login", next=request.full_path.rstrip("?")), 303)
