"""A report through the API: sent with a key that makes it safe to repeat, followed by its token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from app.clock import now
from app.delivery import files
from app.queries import articles as article_queries
from app.queries import reports as report_queries
from app.rules.errors import DeskError, NotFound, NotIdentified
from app.rules.kinds import ProblemKind
from app.rules.references import typed_token
from app.services import idempotency, private_links, reports
from app.services.reports import ReportDraft
from app.web.access import personal
from app.web.api import api_pages, shapes
from app.web.api.description import BY_REPORT
from app.web.api.schemas import Body, Fits, Nothing, Truth, number, schema_of, text
from app.web.api.shapes import Receipt, ReportStatus
from app.web.forms.fields import is_mail_address, is_web_address, tidy
from app.web.public import suspicion
from app.web.public.following import shown_to_reader
from app.web.public.timeline import declined
from app.web.senders import sender


class KeyHeader(Schema):
    """The key that makes a request safe to repeat."""

    class Meta:
        """Other headers are none of its business."""

        unknown = EXCLUDE

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=Fits(
            '"?[A-Za-z0-9_-]{16,100}"?',
            "Send a key of 16 to 100 letters and digits, such as a UUID.",
        ),
        metadata={"description": "A new secret for each new report, such as a random UUID."},
    )


class NewReport(Body):
    """An error in one version of an article."""

    article = text(200, metadata={"description": "The article's slug."})
    version = number(
        load_default=0, metadata={"description": "The version that was read; 0: the latest."}
    )
    kind = fields.String(
        load_default=ProblemKind.OTHER.value,
        validate=validate.OneOf([kind.value for kind in ProblemKind]),
    )
    same_as = text(
        20,
        load_default="",
        metadata={
            "description": "The reference of an open case, where it is the same error: then "
            "nothing more has to be said."
        },
    )
    passage = text(
        2000,
        load_default="",
        metadata={"description": "The exact words that are wrong, as they stand in the version."},
    )
    problem = text(5000, load_default="", metadata={"description": "What is wrong."})
    suggestion = text(2000, load_default="", metadata={"description": "What it should say."})
    evidence = fields.List(
        text(2000, load_default=""),
        load_default=list,
        validate=validate.Length(max=10),
        metadata={"description": "Web addresses of evidence."},
    )
    name = text(120, load_default="")
    email = text(254, load_default="", metadata={"description": "Where answers go; may be empty."})
    wants_credit = Truth(load_default=False)

    @validates_schema
    def say_what_is_wrong(self, sent: dict[str, Any], **_options: Any) -> None:
        """Refuse a report that says nothing, unless another reader has said it all."""
        if not sent.get("same_as") and not sent.get("problem", "").strip():
            raise ValidationError("Say what is wrong, or of which case it is the same.", "problem")

    @validates_schema
    def hold_together(self, sent: dict[str, Any], **_options: Any) -> None:
        """Refuse an address that is none, and thanks to nobody."""
        if sent.get("email") and not is_mail_address(sent["email"]):
            raise ValidationError("Write one whole address, such as name@example.org.", "email")
        if not all(is_web_address(link) for link in sent.get("evidence", ())):
            raise ValidationError("Evidence is web addresses: https://…", "evidence")
        if sent.get("wants_credit") and not sent.get("name", "").strip():
            raise ValidationError("Write the name that is to be thanked.", "name")


class Words(Body):
    """What a reader writes to the desk."""

    text = text(5000)


@api_pages.post("/reports")
@api_pages.arguments(KeyHeader, location="headers", error_status_code=400)
@api_pages.arguments(NewReport)
@api_pages.response(201, schema_of(Receipt))
@personal
def send_report(headers: dict[str, str], sent: dict[str, Any]) -> Receipt:
    """Report an error; the same key with the same report gives the same answer again."""
    key = headers["key"].strip('"')
    draft = _draft(sent)
    if not idempotency.take_up(key, _fingerprint(), at=now()):
        _submit(draft, key)
    token = reports.token_for(draft, _browser(key))
    return shapes.receipt(report_queries.with_token(token).report, token)


@api_pages.get("/reports/status")
@api_pages.doc(security=BY_REPORT)
@api_pages.response(200, schema_of(ReportStatus))
@personal
def get_report_status() -> ReportStatus:
    """Give how far a report has come."""
    return _status(_token())


@api_pages.post("/reports/answer")
@api_pages.doc(security=BY_REPORT)
@api_pages.arguments(Words)
@api_pages.response(200, schema_of(ReportStatus))
@personal
def answer_question(sent: dict[str, str]) -> ReportStatus:
    """Answer the desk's question."""
    return _written(private_links.answer, sent)


@api_pages.post("/reports/addition")
@api_pages.doc(security=BY_REPORT)
@api_pages.arguments(Words)
@api_pages.response(200, schema_of(ReportStatus))
@personal
def add_to_report(sent: dict[str, str]) -> ReportStatus:
    """Add something to a report that is not decided yet."""
    return _written(private_links.add, sent)


@api_pages.post("/reports/appeal")
@api_pages.doc(security=BY_REPORT)
@api_pages.arguments(Words)
@api_pages.response(200, schema_of(ReportStatus))
@personal
def appeal_against_decision(sent: dict[str, str]) -> ReportStatus:
    """Appeal against a decision, once, with what is new."""
    return _written(private_links.appeal, sent)


@api_pages.post("/reports/withdraw")
@api_pages.doc(security=BY_REPORT)
@api_pages.arguments(Nothing, required=False)
@api_pages.response(200, schema_of(ReportStatus))
@personal
def withdraw_report(_sent: dict[str, str]) -> ReportStatus:
    """Take a report back."""
    token = _token()
    private_links.withdraw(token, at=now())
    return _status(token)


@api_pages.post("/reports/erase")
@api_pages.doc(security=BY_REPORT)
@api_pages.arguments(Nothing, required=False)
@api_pages.response(200, schema_of(ReportStatus))
@personal
def erase_report(_sent: dict[str, str]) -> ReportStatus:
    """Erase the reader's name, address and words for good."""
    token = _token()
    files.remove(private_links.erase(token, at=now()))
    return _status(token)


def _draft(sent: dict[str, Any]) -> ReportDraft:
    """Return what was sent as the service takes it, with what looks suspicious about it."""
    article = article_queries.with_slug(sent["article"])
    found = suspicion.of_program()
    return ReportDraft(
        article_id=article.id,
        version_number=sent["version"] or article.latest_number,
        kind=ProblemKind(sent["kind"]),
        passage=tidy(sent["passage"]),
        problem=tidy(sent["problem"]),
        suggestion=tidy(sent["suggestion"]),
        evidence=tuple(sent["evidence"]),
        name=tidy(sent["name"]),
        email=sent["email"],
        wants_credit=sent["wants_credit"],
        same_as=sent["same_as"],
        suspicion=found.reasons,
        is_quarantined=found.is_enough,
    )


def _submit(draft: ReportDraft, key: str) -> None:
    """Store a report; one that is refused may be sent again with the same key, put right."""
    limits = suspicion.limits(draft.article_id, sender())
    try:
        reports.submit(draft, browser=_browser(key), at=now(), limits=limits)
    except DeskError:
        idempotency.forget(key)
        raise
    idempotency.finish(key, at=now())


def _browser(key: str) -> str:
    """Return the secret from which the token follows, so that no answer has to be kept."""
    return f"api {key}"


def _fingerprint() -> str:
    """Return what makes two requests the same: their JSON, however it was written down."""
    body = json.dumps(request.get_json(), sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _token() -> str:
    """Return the token of the report, if there is such a report; raise ``NotIdentified``."""
    token = typed_token(request.headers.get("Report-Token", ""))
    try:
        report_queries.with_token(token)
    except NotFound:
        raise NotIdentified(_("Send the token of a report: Report-Token: …")) from None
    return token


def _written(act: Callable[..., None], sent: dict[str, str]) -> ReportStatus:
    token = _token()
    act(token, at=now(), text=tidy(sent["text"]))
    return _status(token)


def _status(token: str) -> ReportStatus:
    found = shown_to_reader(token)
    return shapes.report_status(found, declined(found))
