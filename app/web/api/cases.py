"""The desk for programs: the queue, its cases, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from marshmallow import fields, validate

from app.clock import now
from app.extensions import db
from app.models import Case, Staff
from app.queries import cases as case_queries
from app.queries import queue
from app.queries.queue_views import View
from app.rules.kinds import DeclineReason
from app.rules.permissions import Permission
from app.services import cases
from app.web.access import requires
from app.web.api import api_pages
from app.web.api.case_shapes import Cases, CaseShape, case_line, case_shape
from app.web.api.description import BY_TOKEN
from app.web.api.parts import (
    PRECONDITION_REQUIRED,
    IfMatch,
    PageQuery,
    after,
    next_url,
    seen_version,
)
from app.web.api.schemas import Body, Nothing, schema_of, text
from app.web.bearer import calling_staff
from app.web.pagination import cursor

Answer = tuple[CaseShape, int, dict[str, str]]


class QueueQuery(PageQuery):
    """Which cases are wanted."""

    view = fields.String(
        load_default=View.OPEN.value,
        validate=validate.OneOf([view.value for view in View]),
        metadata={"description": "One of the saved views of the queue."},
    )


class Claim(Body):
    """Takes a case; a reason is asked for where it is a colleague's."""

    reason = text(400, load_default="")


class Reason(Body):
    """Why something is done."""

    reason = text(400)


class Question(Body):
    """A question to every reader who reported the case."""

    question = text(2000)


class Decline(Body):
    """A reason, what that reason requires, and what the reader is told."""

    reason = fields.String(
        required=True, validate=validate.OneOf([reason.value for reason in DeclineReason])
    )
    detail = text(400, load_default="")
    explanation = text(4000)


class Merge(Body):
    """The case that this one becomes part of."""

    into = text(20, metadata={"description": "Its reference, such as C-0042."})


class Note(Body):
    """A note for colleagues."""

    text = text(4000)


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


@api_pages.get("/cases")
@api_pages.doc(security=BY_TOKEN)
@api_pages.arguments(QueueQuery, location="query")
@api_pages.response(200, schema_of(Cases))
@requires(Permission.VIEW_DESK)
def list_cases(query: dict[str, Any]) -> Cases:
    """List the cases of a view of the queue, most pressing first."""
    view, place = View(query["view"]), after(query.get("cursor"))
    found = queue.page(view, calling_staff(), now(), query["limit"], after=place)
    further = cursor(*found.end) if found.end else None
    items = [case_line(row) for row in found.rows]
    return {"items": items, "next_cursor": further, "next_url": next_url(further)}


@api_pages.get("/cases/<reference>")
@api_pages.doc(security=BY_TOKEN)
@api_pages.response(200, schema_of(CaseShape))
@requires(Permission.VIEW_DESK)
def get_case(reference: str) -> Answer:
    """Give a case with its reports and notes; its ETag goes into ``If-Match`` of what you do."""
    return answered(case_queries.with_reference(reference))


def answered(case: Case, status: int = 200) -> Answer:
    """Answer with a case as it is now."""
    db.session.refresh(case)
    shown = case_shape(case_queries.page(case), now())
    return shown, status, {"ETag": f'"{case.version}"'}


def action(name: str, permission: Permission, body: type[Body] = Nothing) -> Callable[..., Any]:
    """Register what can be done to a case as an operation of its own."""

    def register(act: Callable[[Acting], None]) -> Callable[[Acting], None]:
        @api_pages.post(f"/cases/<reference>/{name}", endpoint=f"case_{name}")
        @api_pages.doc(security=BY_TOKEN)
        @api_pages.arguments(IfMatch, location="headers", error_status_code=PRECONDITION_REQUIRED)
        @api_pages.arguments(body, required=body is not Nothing)
        @api_pages.response(200, schema_of(CaseShape))
        @requires(permission)
        @wraps(act)
        def view(headers: dict[str, str], sent: dict[str, Any], reference: str) -> Answer:
            case = case_queries.with_reference(reference)
            act(Acting(case, seen_version(headers), calling_staff(), now(), sent))
            return answered(case)

        return act

    return register


@action("claim", Permission.TRIAGE, Claim)
def claim(acting: Acting) -> None:
    """Take a case for half an hour."""
    cases.claim(acting.case.id, **acting.who, reason=acting.sent["reason"])


@action("release", Permission.TRIAGE)
def release(acting: Acting) -> None:
    """Let go of a case."""
    cases.release(acting.case.id, **acting.who)


@action("ask", Permission.DECIDE, Question)
def ask(acting: Acting) -> None:
    """Ask the readers who reported it a question."""
    cases.ask(acting.case.id, **acting.who, question=acting.sent["question"])


@action("resume", Permission.TRIAGE)
def resume(acting: Acting) -> None:
    """Go on without the reader's answer, after 14 days."""
    cases.resume(acting.case.id, **acting.who)


@action("agree", Permission.DECIDE)
def agree(acting: Acting) -> None:
    """Uphold the report."""
    cases.agree(acting.case.id, **acting.who)


@action("decline", Permission.DECIDE, Decline)
def decline(acting: Acting) -> None:
    """Turn the report down."""
    sent = {**acting.sent, "reason": DeclineReason(acting.sent["reason"])}
    cases.decline(acting.case.id, **acting.who, **sent)


@action("merge", Permission.DECIDE, Merge)
def merge(acting: Acting) -> None:
    """Make a case part of another one of the same article."""
    cases.merge(acting.case.id, **acting.who, into=acting.sent["into"])


@action("unmerge", Permission.DECIDE)
def unmerge(acting: Acting) -> None:
    """Make a merged case one of its own again."""
    cases.unmerge(acting.case.id, **acting.who)


@action("quarantine", Permission.TRIAGE, Reason)
def quarantine(acting: Acting) -> None:
    """Set a case aside that looks like abuse."""
    cases.quarantine(acting.case.id, **acting.who, reason=acting.sent["reason"])


@action("restore", Permission.TRIAGE)
def restore(acting: Acting) -> None:
    """Take a case out of quarantine."""
    cases.restore(acting.case.id, **acting.who)


@action("reopen", Permission.DECIDE, Reason)
def reopen(acting: Acting) -> None:
    """Take a decided case up again."""
    cases.reopen(acting.case.id, **acting.who, reason=acting.sent["reason"])


@api_pages.post("/cases/<reference>/notes")
@api_pages.doc(security=BY_TOKEN)
@api_pages.arguments(Note)
@api_pages.response(201, schema_of(CaseShape))
@requires(Permission.TRIAGE)
def add_note(sent: dict[str, str], reference: str) -> Answer:
    """Leave a note for colleagues; it needs no ``If-Match``, for it overwrites nothing."""
    case = case_queries.with_reference(reference)
    cases.note(case.id, by=calling_staff(), at=now(), text=sent["text"])
    return answered(case, 201)
