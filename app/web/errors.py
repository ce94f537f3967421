"""Errors, mapped once: what went wrong becomes a page of its own, for people or for programs."""

from __future__ import annotations

from flask import Flask, Response, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.extensions import db
from app.logs import log_exception
from app.rules.errors import Conflict, DeskError
from app.web import problems
from app.web.bearer import is_api
from app.web.identity import staff_or_none

_NOT_TYPED = frozenset(
    "csrf_token seen seen_version version do kind password old new proof code passkey made".split()
)
_PAGES = frozenset({400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DeskError, _desk_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unexpected)


def _error_page(status: int, message: str = "") -> tuple[str | Response, int]:
    """Return the page of an error, or its JSON where the address is a program's.

    What was typed is given back, so that an error loses nothing.
    """
    if request_ctx.url_adapter is None:
        # No address can be built for a host that is not ours: say so without a template.
        return Response(f"{status} {message or 'This host is not served here.'}\n", status), status
    if is_api():
        return problems.problem(status, message), status
    template = f"errors/{status if status in _PAGES else 400}.html"
    page = render_template(template, message=message, kept=_typed(), layout=_layout(status))
    return page, status


def _typed() -> list[tuple[str, str]]:
    """Return what the request brought in fields that people fill in, with a name for each."""
    if request.method != "POST" or request.content_length is None:
        return []
    try:
        fields = request.form.items()
    except RequestEntityTooLarge:
        return []
    return [
        (name.rpartition("-")[2].replace("_", " ").capitalize(), text)
        for name, text in fields
        if text.strip() and name not in _NOT_TYPED
    ]


def _layout(status: int) -> str | None:
    """Return the desk's frame for an error at the desk, if that can be drawn at all."""
    is_at_desk = request.path.startswith("/desk/") and status < 500
    return "layouts/desk.html" if is_at_desk and staff_or_none() else None


def _desk_error(error: DeskError) -> ResponseReturnValue:
    if is_api():
        return problems.of_desk_error(error)
    return _error_page(error.status, error.message)


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    message = _(
        "This page was open for too long, or your browser keeps no cookies. Nothing was done."
    )
    return _error_page(400, message)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()  # a redirect
    kept = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    if is_api() and request_ctx.url_adapter is not None:
        return problems.of_http_error(error), error.code, kept
    page, status = _error_page(error.code)
    return page, status, kept


def _stale(error: StaleDataError) -> ResponseReturnValue:
    return _desk_error(Conflict("Somebody else changed this at the same moment. Look again."))


def _busy(error: OperationalError) -> ResponseReturnValue:
    """The database cannot be reached, or is busy for longer than anybody should wait."""
    log_exception(error)
    db.session.rollback()
    return _error_page(503)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log_exception(error)
    db.session.rollback()
    return _error_page(500)
