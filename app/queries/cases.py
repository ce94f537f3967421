"""Reading cases, for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Article, Case, CaseEvent, Message, Note, Report, Staff, Version
from app.queries.corrections import Entry, of_article
from app.queries.merged import on_case
from app.rules.errors import NotFound
from app.rules.kinds import ProblemKind
from app.rules.marks import N_
from app.rules.references import case_number, typed_reference
from app.rules.workflow import DECIDED, OPEN, CaseStatus


class View(StrEnum):
    """The saved views of the queue."""

    OPEN = "open"
    UNCLAIMED = "unclaimed"
    MINE = "mine"
    OVERDUE = "overdue"
    WAITING = "waiting"
    APPEALS = "appeals"
    AGREED = "agreed"
    TYPOS = "typos"
    QUARANTINE = "quarantine"
    DECIDED = "decided"

    @property
    def label(self) -> str:
        """The view's name in the queue's menu."""
        return _LABELS[self]


_LABELS = {
    View.OPEN: N_("All open"),
    View.UNCLAIMED: N_("Unclaimed"),
    View.MINE: N_("Mine"),
    View.OVERDUE: N_("Overdue"),
    View.WAITING: N_("Waiting for a reader"),
    View.APPEALS: N_("Appeals"),
    View.AGREED: N_("Agreed, to publish"),
    View.TYPOS: N_("Typos and links"),
    View.QUARANTINE: N_("Quarantine"),
    View.DECIDED: N_("Decided"),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in the queue."""

    case: Case
    headline: str
    section: str
    quote: str
    problem: str
    readers: int


@dataclass(frozen=True, slots=True)
class ReportOnCase:
    """A report with what its reader and the desk wrote to each other."""

    report: Report
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything about a case on one screen."""

    case: Case
    holder: Staff | None
    article: Article
    current: Version
    reported: Version
    reports: Sequence[ReportOnCase]
    events: Sequence[CaseEvent]
    notes: Sequence[Note]
    entries: Sequence[Entry]
    others: Sequence[Case]
    root: Case | None

    @property
    def thanked(self) -> str:
        """The names of the readers who agreed to be thanked by name, as one text."""
        live = (each.report for each in self.reports if not each.report.withdrawn_at)
        return ", ".join(dict.fromkeys(r.reporter_name for r in live if r.wants_credit))


def _condition(view: View, staff: Staff, at: datetime) -> ColumnElement[bool]:
    is_open = Case.status.in_(OPEN)
    is_claimed = and_(Case.claimed_until.is_not(None), Case.claimed_until > at)
    conditions: dict[View, ColumnElement[bool]] = {
        View.OPEN: is_open,
        View.UNCLAIMED: and_(
            Case.status.in_((CaseStatus.RECEIVED, CaseStatus.IN_REVIEW)), ~is_claimed
        ),
        View.MINE: and_(is_open, is_claimed, Case.claimed_by_id == staff.id),
        View.OVERDUE: and_(is_open, Case.due_at < at),
        View.WAITING: Case.status == CaseStatus.WAITING_READER,
        View.APPEALS: and_(is_open, Case.appealed_at.is_not(None)),
        View.AGREED: Case.status == CaseStatus.AGREED,
        View.TYPOS: and_(is_open, Case.kind == ProblemKind.TYPO),
        View.QUARANTINE: Case.status == CaseStatus.QUARANTINED,
        View.DECIDED: Case.status.in_(DECIDED),
    }
    return conditions[view]


def counts(staff: Staff, at: datetime) -> dict[View, int]:
    """Return how many cases each view holds, in one query."""
    columns = [func.count().filter(_condition(view, staff, at)) for view in View]
    row = db.session.execute(select(*columns).select_from(Case)).one()
    return dict(zip(View, row, strict=True))


def waiting(
    view: View,
    staff: Staff,
    at: datetime,
    limit: int,
    *,
    words: str = "",
    after: tuple[datetime, int] | None = None,
) -> list[QueueRow]:
    """Return the cases of a view, what is due first on top.

    ``after`` is the due time and number that the last page ended with; ``words`` keeps cases
    whose report or headline holds them.
    """
    rows = (
        select(Case, Version.headline, Version.section)
        .join(Article, Article.id == Case.article_id)
        .join(
            Version,
            and_(Version.article_id == Article.id, Version.number == Article.latest_number),
        )
        .where(_condition(view, staff, at))
        .options(joinedload(Case.claimed_by))
        .order_by(Case.due_at, Case.id)
        .limit(limit)
    )
    if words:
        rows = rows.where(_holds(words))
    if after:
        due, number = after
        rows = rows.where(or_(Case.due_at > due, and_(Case.due_at == due, Case.id > number)))
    found = db.session.execute(rows).all()
    first = _first_reports([case.id for case, *_ in found])
    return [
        QueueRow(case, headline, section, *first.get(case.id, ("", "", 0)))
        for case, headline, section in found
    ]


def _holds(words: str) -> ColumnElement[bool]:
    number = case_number(words)
    reference = typed_reference(words)
    in_reports = select(Report.case_id).where(
        or_(
            Report.problem.icontains(words, autoescape=True),
            Report.quote.icontains(words, autoescape=True),
            Report.suggestion.icontains(words, autoescape=True),
            Report.reference == reference,
        )
    )
    return or_(
        Version.headline.icontains(words, autoescape=True),
        Case.id.in_(in_reports),
        Case.id == number,
    )


def _first_reports(case_ids: Sequence[int]) -> dict[int, tuple[str, str, int]]:
    """Return each case's first passage, its reader's words, and how many readers reported it."""
    rows = db.session.execute(
        select(Case.id, Case.merged_into_id, Report.quote, Report.problem, Report.withdrawn_at)
        .join(Report, Report.case_id == Case.id)
        .where(or_(Case.id.in_(case_ids), Case.merged_into_id.in_(case_ids)))
        .order_by(Case.merged_into_id.is_not(None), Report.id)
    )
    found: dict[int, tuple[str, str, int]] = {}
    for case_id, root_id, quote, problem, withdrawn_at in rows:
        key = root_id or case_id
        first = found.get(key, (quote, problem, 0))
        found[key] = (first[0], first[1], first[2] + (withdrawn_at is None))
    return found


def with_reference(reference: str) -> Case:
    """Return a case; raise ``NotFound``."""
    number = case_number(reference)
    case = db.session.get(Case, number) if number is not None else None
    if case is None or case.reference != reference:
        raise NotFound("There is no such case.")
    return case


def page(case: Case) -> CasePage:
    """Return everything that is to be seen of a case."""
    article = db.session.get_one(Article, case.article_id)
    reports = _reports(case)
    root = db.session.get(Case, case.merged_into_id) if case.merged_into_id else None
    return CasePage(
        case=case,
        holder=db.session.get(Staff, case.claimed_by_id) if case.claimed_by_id else None,
        article=article,
        current=_version(article, article.latest_number),
        reported=_version(article, reports[0].report.version_number),
        reports=reports,
        events=_events(case),
        notes=_notes(case),
        entries=of_article(article.id),
        others=_others(case),
        root=root,
    )


def _version(article: Article, number: int) -> Version:
    return db.session.scalars(
        select(Version).where(Version.article_id == article.id, Version.number == number)
    ).one()


def _reports(case: Case) -> list[ReportOnCase]:
    reports = db.session.scalars(
        select(Report).where(on_case(case.id)).order_by(Report.case_id != case.id, Report.id)
    ).all()
    messages: dict[int, list[Message]] = {report.id: [] for report in reports}
    for message in db.session.scalars(
        select(Message).where(Message.report_id.in_(messages)).order_by(Message.id)
    ):
        messages[message.report_id].append(message)
    return [ReportOnCase(report, messages[report.id]) for report in reports]


def _events(case: Case) -> list[CaseEvent]:
    return list(
        db.session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id == case.id)
            .options(joinedload(CaseEvent.actor))
            .order_by(CaseEvent.id.desc())
        )
    )


def _notes(case: Case) -> list[Note]:
    return list(
        db.session.scalars(
            select(Note)
            .where(Note.case_id == case.id)
            .options(joinedload(Note.author))
            .order_by(Note.id)
        )
    )


def _others(case: Case) -> list[Case]:
    """Return the other cases of the same article, newest first."""
    return list(
        db.session.scalars(
            select(Case)
            .where(Case.article_id == case.article_id, Case.id != case.id)
            .options(joinedload(Case.claimed_by))
            .order_by(Case.id.desc())
            .limit(20)
        )
    )
