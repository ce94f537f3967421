"""The API's description, for programs and for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.web.access import public
from app.web.api import about_api

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked of the API, as the page describes it."""

    method: str
    path: str
    summary: str
    token: str
    parameters: list[dict[str, Any]]
    body: str
    answer: str


@about_api.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """Give the API's description (OpenAPI 3.1)."""
    return jsonify(_described())


@about_api.get("/docs")
@public
def docs() -> ResponseReturnValue:
    """Show what the API offers, and how it is asked."""
    described = _described()
    return render_template(
        "public/api.html",
        groups=[
            (name, [each for each in _operations(described) if _token_of(each) == token])
            for name, token in (("reading", ""), ("reports", "report"), ("desk", "bearer"))
        ],
        schemas=described["components"]["schemas"],
        typeset=_typeset,
    )


def _typeset(text: str) -> Markup:
    """Set a sentence of the description for people: what stands in backticks is code."""
    escaped = str(escape(text.replace("'", "’")))
    return Markup(_CODE.sub(r"<code>\1</code>", escaped))  # noqa: S704 - escaped


def _described() -> dict[str, Any]:
    """Return the description, with the address at which the site is served."""
    described: dict[str, Any] = current_app.extensions["api description"]
    return {**described, "servers": [{"url": current_app.config["SITE_URL"]}]}


def _operations(described: dict[str, Any]) -> list[Operation]:
    return [
        Operation(
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            token=next((name for each in operation.get("security", ()) for name in each), ""),
            parameters=[*operations.get("parameters", ()), *operation.get("parameters", ())],
            body=_schema_name(operation.get("requestBody")),
            answer=_schema_name(_well(operation["responses"])),
        )
        for path, operations in sorted(described["paths"].items())
        for method, operation in operations.items()
        if method in ("get", "post")
    ]


def _token_of(operation: Operation) -> str:
    """Return by which token an operation is asked; sending a report belongs to following it."""
    return "report" if operation.path.endswith("/reports") else operation.token


def _well(responses: dict[str, Any]) -> dict[str, Any]:
    return next(answer for status, answer in responses.items() if status.startswith("2"))


def _schema_name(part: dict[str, Any] | None) -> str:
    """Return the name of the schema that a body or an answer has, if it has one."""
    schema = (part or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]
