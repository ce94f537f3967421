"""What caches may keep: public pages for a moment, and nothing of anybody's own.

A browser asks again after a second, and mostly hears 304: whoever comes back to an article
that was just corrected has to see it corrected. Shared caches keep a page for half a minute.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request
from werkzeug.http import parse_date

from app.web.access import PUBLIC, access_of

_PUBLIC = "public, max-age=1, s-maxage=30, stale-while-revalidate=30"
_KEPT = frozenset({200, 404, 410})
_SMALLEST = 500
"""Below this many bytes compressing is not worth the header."""


def init_app(app: Flask) -> None:
    """Mark every response with how long it may be kept."""
    app.before_request(_forget_impossible_time)
    app.after_request(_mark)


def _forget_impossible_time() -> None:
    """Forget an ``If-Modified-Since`` of a year that no number holds: Werkzeug stumbles over it."""
    try:
        parse_date(request.headers.get("If-Modified-Since"))
    except OverflowError:
        del request.environ["HTTP_IF_MODIFIED_SINCE"]


def _mark(response: Response) -> Response:
    if "Cache-Control" in response.headers:
        return response
    is_public = access_of(request.endpoint) == PUBLIC
    if not is_public or response.status_code not in _KEPT:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = _PUBLIC
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        response.add_etag(weak=True)
        response.make_conditional(request)
        _compress(response)
    return response


def _compress(response: Response) -> None:
    """Compress a public page; others hold tokens, which compression could give away (BREACH)."""
    response.vary.add("Accept-Encoding")
    is_wanted = request.accept_encodings["gzip"] > 0
    if response.status_code != 200 or response.is_streamed or not is_wanted:
        return
    body = response.get_data()
    if len(body) >= _SMALLEST and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
