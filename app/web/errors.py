"""Errors, mapped once: what went wrong becomes a page of its own, for people or for programs."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.extensions import db
from app.logs import log_exception
from app.rules.errors import Conflict, DeskError

_PAGES = frozenset({400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DeskError, _desk_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, message: str = "") -> tuple[str | Response, int]:
    """Return the page of an error, or its JSON where the address is a program's."""
    if request.path.startswith("/api/"):
        return jsonify(status=status, title=message), status
    template = f"errors/{status if status in _PAGES else 400}.html"
    return render_template(template, message=message), status


def _desk_error(error: DeskError) -> ResponseReturnValue:
    return error_page(error.status, error.message)


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    return error_page(400, "")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()  # a redirect
    kept = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    page, status = error_page(error.code)
    return page, status, kept


def _stale(error: StaleDataError) -> ResponseReturnValue:
    return _desk_error(Conflict("Somebody else changed this at the same moment. Look again."))


def _unexpected(error: Exception) -> ResponseReturnValue:
    log_exception(error)
    db.session.rollback()
    return error_page(500)
