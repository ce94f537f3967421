"""What the API shows of the desk: the queue, and a case with its reports and notes."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from app.delivery.messages import address_of
from app.models import Message, Note
from app.queries.case_reports import ReportOnCase
from app.queries.cases import CasePage
from app.queries.queue import QueueRow
from app.web.filters import iso
from app.web.presenters import ArticleName, article_url


class MessageShape(TypedDict):
    """What a reader and the desk wrote to each other."""

    kind: str
    at: str
    text: str


class ReportShape(TypedDict):
    """A report on a case; its reader's address is no part of it."""

    reference: str
    received_at: str
    version: int
    kind: str
    passage: str
    problem: str
    suggestion: str
    evidence: list[str]
    name: str
    can_be_answered: bool
    is_live: bool
    messages: list[MessageShape]


class Reports(TypedDict):
    """A page of the reports on a case, the first one first."""

    items: list[ReportShape]
    next_cursor: str | None
    next_url: str | None


class NoteShape(TypedDict):
    """What one person at the desk tells the others."""

    author: str
    at: str
    text: str


class CaseLine(TypedDict):
    """A case in the queue."""

    reference: str
    url: str
    version: int
    status: str
    kind: str
    article_headline: str
    passage: str
    problem: str
    readers: int
    opened_at: str
    due_at: str


class Cases(TypedDict):
    """A page of a view of the queue, most pressing first."""

    items: list[CaseLine]
    next_cursor: str | None
    next_url: str | None


class CaseShape(TypedDict):
    """A case with all that belongs to it; ``version`` is the number in its ETag.

    Of very many reports, ``report_count`` in all, ``reports`` has the first and the newest.
    """

    reference: str
    url: str
    version: int
    status: str
    kind: str
    article: ArticleName
    article_version: int
    claimed_by: str | None
    claimed_until: str | None
    merged_into: str | None
    opened_at: str
    due_at: str
    report_count: int
    reports: list[ReportShape]
    notes: list[NoteShape]


def case_line(row: QueueRow) -> CaseLine:
    """Present a case in the queue."""
    case = row.case
    return {
        "reference": case.reference,
        "url": address_of("desk.case", reference=case.reference),
        "version": case.version,
        "status": case.status.value,
        "kind": case.kind.value,
        "article_headline": row.headline,
        "passage": row.quote,
        "problem": row.problem,
        "readers": row.readers,
        "opened_at": iso(case.opened_at),
        "due_at": iso(case.due_at),
    }


def case_shape(page: CasePage, at: datetime) -> CaseShape:
    """Present a case with all that belongs to it, as it is at ``at``."""
    case, slug = page.case, page.article.slug
    is_claimed = page.holder is not None and case.holder_at(at) is not None
    return {
        "reference": case.reference,
        "url": address_of("desk.case", reference=case.reference),
        "version": case.version,
        "status": case.status.value,
        "kind": case.kind.value,
        "article": {
            "slug": slug,
            "url": article_url(slug),
            "headline": page.current.headline,
            "section": page.current.section,
        },
        "article_version": page.current.number,
        "claimed_by": page.holder.name if is_claimed and page.holder else None,
        "claimed_until": iso(case.claimed_until) if is_claimed and case.claimed_until else None,
        "merged_into": page.root.reference if page.root else None,
        "opened_at": iso(case.opened_at),
        "due_at": iso(case.due_at),
        "report_count": page.tally.reports,
        "reports": [report_shape(each) for each in page.reports],
        "notes": [_note(note) for note in page.notes],
    }


def report_shape(each: ReportOnCase) -> ReportShape:
    """Present a report on a case."""
    report = each.report
    return {
        "reference": report.reference,
        "received_at": iso(report.received_at),
        "version": report.version_number,
        "kind": report.kind.value,
        "passage": report.quote,
        "problem": report.problem,
        "suggestion": report.suggestion,
        "evidence": list(report.evidence),
        "name": report.reporter_name,
        "can_be_answered": bool(report.reporter_email),
        "is_live": report.is_live,
        "messages": [_message(message) for message in each.messages],
    }


def _message(message: Message) -> MessageShape:
    return {"kind": message.kind.value, "at": iso(message.at), "text": message.text}


def _note(note: Note) -> NoteShape:
    return {"author": note.author.name, "at": iso(note.at), "text": note.text}
