"""What several operations share: pages of lists, and the version of a case that was seen."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import current_app, request
from marshmallow import EXCLUDE, RAISE, Schema, fields, validate
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from app.rules.errors import InvalidInput
from app.web.api.schemas import Fits, WholeNumber
from app.web.pagination import position

MOST = 100
"""How many items a page has at most."""

PRECONDITION_REQUIRED = 428


class Parser(FlaskParser):
    """Reads what was sent; nothing that anybody sends is an error of ours.

    What is not known in a query is refused: a misspelt filter would find too much.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs reads it so
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def load_json(self, req: Any, schema: Any) -> Any:
        """Return the body; numbers and nesting past all reason are no JSON to us."""
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):
            raise BadRequest("This is no JSON that anybody needs.") from None


class PageQuery(Schema):
    """Which page of a list is wanted."""

    cursor = fields.String(
        validate=Fits(r"-?[0-9]{1,18}\.[0-9]{1,9}", "It is no cursor of ours."),
        metadata={"description": "Where the page before ended: its `next_cursor`."},
    )
    limit = WholeNumber(
        load_default=20,
        validate=validate.Range(1, MOST),
        metadata={"description": "How many items a page has."},
    )


class NumberedPageQuery(PageQuery):
    """Which page of a list is wanted that is in the order of its numbers."""

    cursor = fields.String(
        validate=Fits("[0-9]{1,9}", "It is no cursor of ours."),
        metadata={"description": "Where the page before ended: its `next_cursor`."},
    )


class IfMatch(Schema):
    """The version of a case that was seen."""

    class Meta:
        """Other headers are none of its business."""

        unknown = EXCLUDE

    seen = fields.String(
        required=True,
        data_key="If-Match",
        validate=Fits('"[0-9]{1,9}"', "Send the ETag of the case as you saw it."),
        metadata={"description": 'The ETag of the case as you saw it, such as `"3"`.'},
    )


def seen_version(headers: dict[str, str]) -> int:
    """Return the version of a case that ``If-Match`` names."""
    return int(headers["seen"].strip('"'))


def after(cursor: str | None) -> Any:
    """Return the place that a cursor names; raise ``InvalidInput`` where it names none."""
    if cursor is None:
        return None
    found = position(cursor)
    if found is None:
        raise InvalidInput("cursor", "It is no cursor of ours.")
    return found


def next_url(cursor: str | None) -> str | None:
    """Return the address of the next page: this one's, from ``cursor`` on."""
    if cursor is None:
        return None
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    site = current_app.config["SITE_URL"]
    return f"{site}{request.path}?{urlencode({**kept, 'cursor': cursor})}"
