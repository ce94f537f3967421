"""Doing something to a case through the API: one way for every action, as at the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from app.clock import now
from app.extensions import db
from app.models import Case, Staff
from app.queries import cases as case_queries
from app.rules.permissions import Permission
from app.web.access import requires
from app.web.api import api_pages
from app.web.api.case_shapes import CaseShape, case_shape
from app.web.api.description import BY_TOKEN
from app.web.api.parts import PRECONDITION_REQUIRED, IfMatch, seen_version
from app.web.api.schemas import Body, Nothing, schema_of
from app.web.bearer import calling_staff

Answer = tuple[CaseShape, int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on a case, having seen which version of it, when, and what was sent."""

    case: Case
    seen: int
    by: Staff
    at: datetime
    sent: dict[str, Any]

    @property
    def who(self) -> dict[str, Any]:
        """What every service for a case is told besides what it does."""
        return {"seen": self.seen, "by": self.by, "at": self.at}


Act = Callable[[Acting], str | None]
"""Does something to a case; returns the reference of another one that came of it, if one did."""


def action(name: str, permission: Permission, body: type[Body] = Nothing) -> Callable[[Act], Act]:
    """Register what can be done to a case as an operation of its own."""

    def register(act: Act) -> Act:
        @api_pages.post(f"/cases/<reference>/{name}", endpoint=f"case_{name}")
        @api_pages.doc(security=BY_TOKEN)
        @api_pages.arguments(IfMatch, location="headers", error_status_code=PRECONDITION_REQUIRED)
        @api_pages.arguments(body, required=body is not Nothing)
        @api_pages.response(200, schema_of(CaseShape))
        @requires(permission)
        @wraps(act)
        def view(headers: dict[str, str], sent: dict[str, Any], reference: str) -> Answer:
            case = case_queries.with_reference(reference)
            other = act(Acting(case, seen_version(headers), calling_staff(), now(), sent))
            return answered(case_queries.with_reference(other) if other else case)

        return act

    return register


def answered(case: Case, status: int = 200) -> Answer:
    """Answer with a case as it is now."""
    db.session.refresh(case)
    shown = case_shape(case_queries.page(case), now())
    return shown, status, {"ETag": f'"{case.version}"'}
