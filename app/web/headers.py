"""Headers that every response carries."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from app.web.access import PUBLIC, access_of

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https: data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-site",
}
_OF_PAGES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What governs a page; with style sheets, scripts and pictures it would only weigh."""

_TWO_YEARS = 63_072_000


def init_app(app: Flask) -> None:
    """Add the headers to every response."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    wanted = _HEADERS if request.endpoint == "assets.serve" else {**_HEADERS, **_OF_PAGES}
    for name, value in wanted.items():
        response.headers.setdefault(name, value)
    if access_of(request.endpoint) != PUBLIC:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    if current_app.config["IS_HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_TWO_YEARS}")
    return response
