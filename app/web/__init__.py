"""The site: thin views in page families, behind one gate that is closed by default."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web import (
    access,
    api,
    assets,
    caching,
    errors,
    filters,
    headers,
    identity,
    presence,
    probes,
    sessions,
)
from app.web.auth import auth_pages
from app.web.desk import desk_pages
from app.web.feeds import feed_pages
from app.web.pagination import NumberConverter
from app.web.public import public_pages


def init_app(app: Flask) -> None:
    """Register the pages, and what stands around every one of them."""
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's documented way
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    app.url_map.converters["number"] = NumberConverter
    access.init_app(app)
    headers.init_app(app)
    caching.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    identity.init_app(app)
    presence.init_app(app)
    sessions.init_app(app)
    assets.init_app(app)
    for pages in (public_pages, feed_pages, auth_pages, desk_pages, probes.probe_pages):
        app.register_blueprint(pages)
    api.init_app(app)
