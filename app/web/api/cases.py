"""The desk for programs: the queue, its cases, and what is done to them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.clock import now
from app.queries import case_reports, queue
from app.queries import cases as case_queries
from app.queries.queue_views import View
from app.rules.kinds import DeclineReason
from app.rules.permissions import Permission
from app.services import cases
from app.services import undo as undo_services
from app.web.access import requires
from app.web.api import api_pages
from app.web.api.acting import Acting, Answer, action, answered
from app.web.api.case_shapes import Cases, CaseShape, Reports, case_line, report_shape
from app.web.api.description import BY_TOKEN
from app.web.api.parts import NumberedPageQuery, PageQuery, after, next_url
from app.web.api.schemas import Body, schema_of, text
from app.web.bearer import calling_staff
from app.web.pagination import cursor


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


class Rejection(Body):
    """What the reader is told of a report that is declined as abusive or spam."""

    explanation = text(4000)


class Note(Body):
    """A note for colleagues."""

    text = text(4000)


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


@api_pages.get("/cases/<reference>/reports")
@api_pages.doc(security=BY_TOKEN)
@api_pages.arguments(NumberedPageQuery, location="query")
@api_pages.response(200, schema_of(Reports))
@requires(Permission.VIEW_DESK)
def list_case_reports(query: dict[str, Any], reference: str) -> Reports:
    """List the reports on a case and on those merged into it, as they came in."""
    case, place = case_queries.with_reference(reference), int(query.get("cursor", 0))
    found = case_reports.page(case, query["limit"] + 1, place)
    shown = found[: query["limit"]]
    further = str(shown[-1].report.id) if len(found) > len(shown) else None
    items = [report_shape(each) for each in shown]
    return {"items": items, "next_cursor": further, "next_url": next_url(further)}


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


@action("quarantine", Permission.TRIAGE, Reason)
def quarantine(acting: Acting) -> None:
    """Set a case aside that looks like abuse."""
    cases.quarantine(acting.case.id, **acting.who, reason=acting.sent["reason"])


@action("restore", Permission.TRIAGE)
def restore(acting: Acting) -> None:
    """Take a case out of quarantine."""
    cases.restore(acting.case.id, **acting.who)


@action("reject", Permission.DECIDE, Rejection)
def reject(acting: Acting) -> None:
    """Decline a case in quarantine as abusive or spam."""
    cases.reject(acting.case.id, **acting.who, explanation=acting.sent["explanation"])


@action("reopen", Permission.DECIDE, Reason)
def reopen(acting: Acting) -> None:
    """Take a decided case up again."""
    cases.reopen(acting.case.id, **acting.who, reason=acting.sent["reason"])


@action("undo", Permission.TRIAGE)
def undo(acting: Acting) -> None:
    """Undo one's own latest step, within 30 seconds and as long as no reader knows of it."""
    undo_services.undo(acting.case.id, **acting.who)


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
