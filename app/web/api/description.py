"""The API's description of itself, in OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from app.web.problems import TYPE

_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong with which field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}

_REFUSED = {
    "description": "It was refused, or went wrong.",
    "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

_SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token, made on the page “Your account” at the desk.",
    },
    "report": {
        "type": "apiKey",
        "in": "header",
        "name": "Report-Token",
        "description": "The token that came back when the report was sent.",
    },
}

BY_TOKEN: list[dict[str, list[str]]] = [{"bearer": []}]
BY_REPORT: list[dict[str, list[str]]] = [{"report": []}]


def complete(described: dict[str, Any]) -> dict[str, Any]:
    """Return a description with our own errors, and with what every operation may answer."""
    parts = described["components"]
    parts["schemas"]["Problem"] = _PROBLEM
    parts["responses"] = {"Problem": _REFUSED}
    parts["securitySchemes"] = _SECURITY
    parts.pop("headers", None)
    for unused in ("Error", "PaginationMetadata"):
        parts["schemas"].pop(unused, None)
    for operations in described["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation["responses"] = _answers(operation["responses"])
    return described


def _answers(responses: dict[str, Any]) -> dict[str, Any]:
    """Return what an operation answers when all goes well, and problems for all else."""
    well = {status: answer for status, answer in responses.items() if status.startswith("2")}
    return {**well, "default": {"$ref": "#/components/responses/Problem"}}
