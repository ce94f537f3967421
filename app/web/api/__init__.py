"""The API: the public record as data, a report's way, and the desk for programs."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint

from app.extensions import csrf
from app.web.access import PUBLIC, access_of
from app.web.api.description import complete
from app.web.api.parts import Parser


class _Pages(ApiBlueprint):
    """Operations whose input our own parser reads."""

    ARGUMENTS_PARSER = Parser()


api_pages = _Pages("api", __name__, url_prefix="/api/v1")
about_api = Blueprint("about_api", __name__, url_prefix="/api/v1")

# The modules register their views on the blueprints above.
from app.web.api import cases, docs, grouping, publishing, reading, reports  # noqa: E402, F401

_READ_FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class _Api(Api):
    """Flask-smorest without its own errors: ours are mapped once, in ``web/errors.py``."""

    def _register_error_handlers(self) -> None:
        """Register none."""


def init_app(app: Flask) -> None:
    """Serve the API, and describe it."""
    app.config.update(API_TITLE="Corrigenda", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    api = _Api(app)
    # It reads no cookie, so nobody's browser can be made to use it.
    csrf.exempt(api_pages)
    api.register_blueprint(api_pages)
    app.register_blueprint(about_api)
    app.extensions["api description"] = complete(api.spec.to_dict())


@api_pages.after_request
@about_api.after_request
def _open_to_reading(response: Response) -> Response:
    """Let pages of any site read what is public, and nothing else."""
    if access_of(request.endpoint) == PUBLIC:
        response.headers.update(_READ_FROM_ANYWHERE)
    return response
