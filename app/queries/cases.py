"""Reading cases, for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Article, Case, CaseEvent, Note, Staff, Version
from app.queries import case_reports
from app.queries.case_reports import ReportOnCase, Tally
from app.queries.corrections import Entry, of_article
from app.rules.errors import NotFound
from app.rules.references import case_number
from app.rules.workflow import CaseStatus


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything about a case on one screen, but of very many reports the first and the newest.

    ``named`` are the references of the reports that its history speaks of.
    """

    case: Case
    holder: Staff | None
    article: Article
    current: Version
    reported: Version
    reports: Sequence[ReportOnCase]
    tally: Tally
    events: Sequence[CaseEvent]
    named: Mapping[int, str]
    notes: Sequence[Note]
    entries: Sequence[Entry]
    others: Sequence[Case]
    root: Case | None


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
    reports, events = case_reports.shown(case), _events(case)
    root = db.session.get(Case, case.merged_into_id) if case.merged_into_id else None
    current = _version(article, article.latest_number)
    number = reports[0].report.version_number
    return CasePage(
        case=case,
        holder=db.session.get(Staff, case.claimed_by_id) if case.claimed_by_id else None,
        article=article,
        current=current,
        reported=current if number == current.number else _version(article, number),
        reports=reports,
        tally=case_reports.tally(case),
        events=events,
        named=case_reports.references(case, {e.report_id for e in events if e.report_id}),
        notes=_notes(case),
        entries=of_article(article.id),
        others=_others(case),
        root=root,
    )


def _version(article: Article, number: int) -> Version:
    return db.session.scalars(
        select(Version).where(Version.article_id == article.id, Version.number == number)
    ).one()


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
    """Return the other cases of the same article: those merged into this one, then the newest."""
    return list(
        db.session.scalars(
            select(Case)
            .where(Case.article_id == case.article_id, Case.id != case.id)
            .options(joinedload(Case.claimed_by))
            .order_by((func.coalesce(Case.merged_into_id, 0) == case.id).desc(), Case.id.desc())
            .limit(20)
        )
    )


def agreed_beside(case: Case) -> list[Case]:
    """Return the other agreed cases of the same article, which one correction may resolve too."""
    return list(
        db.session.scalars(
            select(Case)
            .where(
                Case.article_id == case.article_id,
                Case.status == CaseStatus.AGREED,
                Case.id != case.id,
            )
            .order_by(Case.id)
            .limit(20)
        )
    )
