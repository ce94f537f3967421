"""The whole log as a file, in the order in which it was written: CSV, and JSON Lines.

Entries are sent while they are read, so that a log of any length fits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from flask import Response, current_app, request, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.http import is_resource_modified

from app.queries import corrections
from app.queries import log as transparency
from app.rules.spreadsheets import csv_lines
from app.web import presenters
from app.web.access import public
from app.web.feeds import feed_pages
from app.web.presenters import Numbered, PublicCorrection

BATCH = 200
_SHAPE = 3
"""Goes up when what is sent of an entry changes, so that nobody keeps the old form."""

COLUMNS = (
    "number url kind label notice published_at article_url headline section from_version "
    "to_version compare_url was now credit amends amended_by"
).split()


class _Stream(Response):
    """A response that is never gathered in memory, not even to count its bytes."""

    implicit_sequence_conversion = False


@feed_pages.get("/corrections.csv")
@public
def corrections_csv() -> ResponseReturnValue:
    """Send the log as a table (RFC 4180), which a spreadsheet can open without harm."""
    rows = (_row(entry) for entry in _log())
    return _sent(csv_lines(COLUMNS, rows), "text/csv; charset=utf-8; header=present", "csv")


@feed_pages.get("/corrections.jsonl")
@public
def corrections_jsonl() -> ResponseReturnValue:
    """Send the log as a line of JSON for each entry."""
    dumped = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in _log())
    return _sent(dumped, "application/jsonl; charset=utf-8", "jsonl")


def _log() -> Iterator[PublicCorrection]:
    last = 0
    while found := corrections.following(last, BATCH):
        yield from map(presenters.correction, found)
        last = found[-1].number


def _row(entry: PublicCorrection) -> list[str | int]:
    def number(of: Numbered | None) -> str | int:
        return of["number"] if of else ""

    return [
        entry["number"],
        entry["url"],
        entry["kind"],
        entry["label"],
        entry["notice"],
        entry["published_at"],
        entry["article"]["url"],
        entry["article"]["headline"],
        entry["article"]["section"],
        entry["from_version"]["number"],
        entry["to_version"]["number"],
        entry["compare_url"] or "",
        entry["was"],
        entry["now"],
        entry["credit"],
        number(entry["amends"]),
        " ".join(str(amender["number"]) for amender in entry["amended_by"]),
    ]


def _sent(body: Iterator[str], content_type: str, ending: str) -> Response:
    """Send a file that is known by how long the transparency log is: nothing changes without it.

    Nothing is read for who has it already.
    """
    response = _Stream(iter(()), content_type=content_type)
    response.headers["Content-Disposition"] = f"attachment; filename=corrections.{ending}"
    response.set_etag(_state(), weak=True)
    if request.method == "GET" and is_resource_modified(request.environ, response.headers["ETag"]):
        response.response = stream_with_context(body)
    return response


def _state() -> str:
    site, language = current_app.config["SITE_URL"], current_app.config["LANGUAGE"]
    seen = f"{_SHAPE} {request.path} {transparency.head_size()} {site} {language}"
    return hashlib.sha256(seen.encode()).hexdigest()[:32]
