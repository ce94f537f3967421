"""What the API answers beside the public record: lists, differences, and a report's way."""

from __future__ import annotations

from typing import Literal, TypedDict

from flask_babel import gettext as _

from app.delivery.messages import Declined, address_of
from app.models import Report
from app.queries.known import Known, OpenCase
from app.queries.reports import ReportPage
from app.rules.differences import Change, Row, Unchanged
from app.rules.workflow import CaseStatus
from app.web.filters import iso
from app.web.presenters import (
    Numbered,
    PublicArticleLine,
    PublicCorrection,
    PublicVersionLine,
    article_url,
    correction_url,
    version_url,
)


class Articles(TypedDict):
    """A page of the articles, newest first."""

    items: list[PublicArticleLine]
    next_cursor: str | None
    next_url: str | None


class Corrections(TypedDict):
    """A page of the correction log, newest first."""

    items: list[PublicCorrection]
    next_cursor: str | None
    next_url: str | None


class Versions(TypedDict):
    """The history of an article, newest first."""

    items: list[PublicVersionLine]


class DifferencePiece(TypedDict):
    """A run of words that stayed, went or came."""

    kind: Literal["equal", "delete", "insert"]
    text: str


class DifferenceNote(TypedDict):
    """What changed beside the words, such as where a link leads."""

    kind: str
    text: str
    was: str
    now: str


class DifferenceRow(TypedDict):
    """Paragraphs that read alike in both versions (``blocks``), or a change (``pieces``)."""

    is_change: bool
    blocks: list[str]
    pieces: list[DifferencePiece]
    notes: list[DifferenceNote]


class Difference(TypedDict):
    """What differs between two versions of an article, in reading order."""

    before: Numbered
    after: Numbered
    rows: list[DifferenceRow]


class KnownCase(TypedDict):
    """An open case about a passage, without anybody's words; a report can say it is the same."""

    reference: str
    state: Literal["received", "in_review", "waiting_reader", "agreed"]
    since: str
    readers: int


class KnownMatters(TypedDict):
    """What is known of a passage: entries of the log that changed it, and open cases."""

    corrections: list[Numbered]
    cases: list[KnownCase]


class Receipt(TypedDict):
    """A report that was stored; the token follows it, and is shown here only."""

    reference: str
    token: str
    url: str


class Decision(TypedDict):
    """What was decided on a report, and why."""

    outcome: Literal["corrected", "declined"]
    reason: str
    explanation: str


class ReportStatus(TypedDict):
    """How far a report has come, for whoever sent it; ``actions`` says what can be done now."""

    reference: str
    received_at: str
    state: Literal[
        "received", "in_review", "waiting_reader", "agreed", "corrected", "declined", "withdrawn"
    ]
    article_url: str
    version: Numbered
    passage: str
    problem: str
    suggestion: str
    question: str | None
    decision: Decision | None
    corrections: list[Numbered]
    actions: list[str]


def difference(slug: str, a: int, b: int, rows: tuple[Row, ...]) -> Difference:
    """Present what differs between two versions."""
    return {
        "before": {"number": a, "url": version_url(slug, a)},
        "after": {"number": b, "url": version_url(slug, b)},
        "rows": [_row(row) for row in rows],
    }


def _row(row: Row) -> DifferenceRow:
    if isinstance(row, Unchanged):
        return {"is_change": False, "blocks": list(row.blocks), "pieces": [], "notes": []}
    return _change(row)


def _change(row: Change) -> DifferenceRow:
    return {
        "is_change": True,
        "blocks": [],
        "pieces": [{"kind": piece.kind, "text": piece.text} for piece in row.pieces],
        "notes": [
            {"kind": note.kind, "text": note.text, "was": note.was, "now": note.now}
            for note in row.notes
        ],
    }


def known_matters(known: Known) -> KnownMatters:
    """Present what is known of a passage."""
    return {
        "corrections": [
            {"number": entry.number, "url": correction_url(entry.number)} for entry in known.entries
        ],
        "cases": [_known_case(case) for case in known.cases],
    }


def _known_case(case: OpenCase) -> KnownCase:
    states: dict[CaseStatus, Literal["in_review", "waiting_reader", "agreed"]] = {
        CaseStatus.IN_REVIEW: "in_review",
        CaseStatus.WAITING_READER: "waiting_reader",
        CaseStatus.AGREED: "agreed",
    }
    return {
        "reference": case.reference,
        "state": states.get(case.status, "received"),
        "since": iso(case.since),
        "readers": case.readers,
    }


def receipt(report: Report, token: str) -> Receipt:
    """Present a report that was stored."""
    url = address_of("public.report_status", token=token)
    return {"reference": report.reference, "token": token, "url": url}


def report_status(found: ReportPage, declined: Declined | None) -> ReportStatus:
    """Present a report to whoever sent it."""
    report, question = found.report, found.question
    return {
        "reference": report.reference,
        "received_at": iso(report.received_at),
        "state": _STATES.get(found.case.status, "received") if report.is_live else "withdrawn",
        "article_url": article_url(found.article.slug),
        "version": {
            "number": report.version_number,
            "url": version_url(found.article.slug, report.version_number),
        },
        "passage": report.quote,
        "problem": report.problem,
        "suggestion": report.suggestion,
        "question": question.text if question else None,
        "decision": _decision(found, declined),
        "corrections": [
            {"number": entry.number, "url": correction_url(entry.number)} for entry in found.entries
        ],
        "actions": _actions(found),
    }


# What the desk keeps to itself, such as quarantine, is “received” to a reader.
_STATES: dict[
    CaseStatus,
    Literal["in_review", "waiting_reader", "agreed", "corrected", "declined", "withdrawn"],
] = {
    CaseStatus.IN_REVIEW: "in_review",
    CaseStatus.WAITING_READER: "waiting_reader",
    CaseStatus.AGREED: "agreed",
    CaseStatus.CORRECTED: "corrected",
    CaseStatus.DECLINED: "declined",
    CaseStatus.WITHDRAWN: "withdrawn",
}


def _decision(found: ReportPage, declined: Declined | None) -> Decision | None:
    if declined is not None:
        reason, explanation = _(declined.label), declined.explanation
        return {"outcome": "declined", "reason": reason, "explanation": explanation}
    if found.case.status is CaseStatus.CORRECTED:
        return {"outcome": "corrected", "reason": "", "explanation": ""}
    return None


def _actions(found: ReportPage) -> list[str]:
    open_to_reader = {
        "answer": found.question is not None,
        "addition": found.can_add,
        "appeal": found.can_appeal,
        "withdraw": found.can_withdraw,
        "erase": found.report.erased_at is None,
    }
    return [name for name, is_open in open_to_reader.items() if is_open]
