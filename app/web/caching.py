"""What caches may keep: public pages for a minute, and nothing of anybody's own."""

from __future__ import annotations

from flask import Flask, Response, request

from app.web.access import PUBLIC, access_of

_PUBLIC = "public, max-age=60, stale-while-revalidate=600"
_FRESH = frozenset({200, 404, 410})


def init_app(app: Flask) -> None:
    """Mark every response with how long it may be kept."""
    app.after_request(_mark)


def _mark(response: Response) -> Response:
    if "Cache-Control" in response.headers:
        return response
    is_public = access_of(request.endpoint) == PUBLIC
    if not is_public or response.status_code not in _FRESH:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = _PUBLIC
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        response.add_etag()
        response.make_conditional(request)
    return response
