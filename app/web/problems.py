"""Errors as programs read them: problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, json
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from app.rules.errors import DeskError, InvalidInput, StaleCase

TYPE = "application/problem+json"

Errors = Mapping[str, Sequence[str]]
"""What is wrong with which field of what was sent."""

_STALE = 412
"""Precondition failed: the case is not the one any more that ``If-Match`` names."""


def problem(status: int, detail: str = "", errors: Errors | None = None) -> Response:
    """Return a problem; its title is the status's own, as the RFC asks of ``about:blank``."""
    body: dict[str, Any] = {"type": "about:blank", "title": _title(status), "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = {name: list(said) for name, said in errors.items()}
    response = Response(json.dumps(body), status, mimetype=TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Corrigenda"'
    return response


def of_desk_error(error: DeskError) -> Response:
    """Return the problem that a refusal of a service is."""
    errors = {error.field: [error.message]} if isinstance(error, InvalidInput) else None
    status = _STALE if isinstance(error, StaleCase) else error.status
    return problem(status, error.message, errors)


def of_http_error(error: HTTPException) -> Response:
    """Return the problem that a request is which no view took, or whose parts do not fit."""
    found: dict[str, Any] = getattr(error, "data", {})
    by_part = found.get("messages", {})
    errors = {
        str(name): _sentences(said)
        for part in by_part.values()
        if isinstance(part, Mapping)
        for name, said in part.items()
    }
    return problem(error.code or 500, _detail(by_part), errors)


def _detail(by_part: Mapping[str, Any]) -> str:
    """Return what is wrong with a part as a whole, such as a body that is no JSON."""
    whole = [said for said in by_part.values() if not isinstance(said, Mapping)]
    return " ".join(sentence for said in whole for sentence in _sentences(said))


def _sentences(said: Any) -> list[str]:
    if isinstance(said, Mapping):
        return [f"{name}: {each}" for name, part in said.items() for each in _sentences(part)]
    return [str(each) for each in said] if isinstance(said, list) else [str(said)]


def _title(status: int) -> str:
    return HTTP_STATUS_CODES.get(status, "")
