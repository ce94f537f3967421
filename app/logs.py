"""Logs: lines of JSON in production, readable ones in development.

No report's text, address or token is ever given to a logger: an error is logged by its class
and place, a request by its route and not by its address.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("corrigenda")


def init_app(app: Flask) -> None:
    """Set up logging and give every request an id, which its response carries."""
    level = logging.getLevelName(str(app.config["LOG_LEVEL"]).upper())
    _configure(is_production=app.config["ENV"] == "production", level=level)
    app.before_request(_begin)
    app.after_request(_end)


def _configure(*, is_production: bool, level: int) -> None:
    renderer: structlog.types.Processor = structlog.processors.JSONRenderer()
    if not is_production:
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _begin() -> None:
    g.request_id = uuid4().hex
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    rule = request.url_rule.rule if request.url_rule else "(none)"
    elapsed = time.perf_counter() - g.get("started", time.perf_counter())
    log.info(
        "request",
        method=request.method if request.method in _METHODS else "(other)",
        route=rule,
        status=response.status_code,
        milliseconds=round(elapsed * 1000, 1),
    )
    return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def log_exception(error: BaseException) -> None:
    """Log where an error came from, without its message, which may quote what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[-6:]]
    log.error("error", error=type(error).__name__, at=places)
