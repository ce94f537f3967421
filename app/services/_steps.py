"""What every step of a case shares: locking it, checking who may, and recording the step."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Article, Case, CaseEvent, Report, Staff, Version
from app.queries.merged import live_on_case
from app.rules.calendar import due
from app.rules.errors import Conflict, NotAllowed, NotFound, StaleCase
from app.rules.impartiality import is_author
from app.rules.workflow import CLAIM_HOLDS, Action, CaseStatus, status_after


def lock_case(session: Session, case_id: int, seen: int | None = None) -> Case:
    """Lock a case for this transaction; raise ``StaleCase`` where it changed after ``seen``."""
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound("There is no such case.")
    if seen is not None and case.version != seen:
        raise StaleCase(
            "This case has changed since you opened it. Nothing you typed is lost: "
            "look at what is new, then decide again."
        )
    return case


def take_step(
    session: Session,
    case: Case,
    action: Action,
    *,
    at: datetime,
    by: Staff | None = None,
    report: Report | None = None,
    reason: str = "",
    explanation: str = "",
) -> CaseEvent:
    """Move a case along and append to its history; raise ``Conflict`` where it may not."""
    before, case.status = case.status, status_after(case.status, action)
    event = CaseEvent(
        case_id=case.id,
        case_version=case.version,
        at=at,
        actor_id=by.id if by else None,
        report_id=report.id if report else None,
        action=action,
        from_status=before,
        to_status=case.status,
        reason=reason,
        explanation=explanation,
    )
    session.add(event)
    return event


def live_reports(session: Session, case: Case) -> list[Report]:
    """Return the reports of a case and of those merged into it that were not withdrawn."""
    session.flush()  # what was just written, such as an event, gets its number before it is used
    return list(session.scalars(select(Report).where(live_on_case(case.id))))


def claim_for(session: Session, case: Case, by: Staff, at: datetime) -> None:
    """Claim a case on the way to deciding it, or renew the claim; refuse another's case."""
    if is_claimed_by_another(case, by, at):
        raise Conflict("Somebody else has claimed this case. Take it over first, and say why.")
    if case.claimed_by_id != by.id or case.status is CaseStatus.RECEIVED:
        take_step(session, case, Action.CLAIM, by=by, at=at)
    hold_claim(case, by, at)


def hold_claim(case: Case, by: Staff, at: datetime) -> None:
    """Give a case to somebody for the next 30 minutes."""
    case.claimed_by_id, case.claimed_until = by.id, at + CLAIM_HOLDS


def drop_claim(case: Case) -> None:
    """Let go of a case."""
    case.claimed_by_id = case.claimed_until = None


def is_claimed_by_another(case: Case, by: Staff, at: datetime) -> bool:
    """Say whether somebody else's claim on a case still holds at ``at``."""
    return case.holder_at(at) not in (None, by.id)


def refuse_author(session: Session, case: Case, by: Staff) -> None:
    """Refuse a decision by somebody whose name stands in the article's byline."""
    byline = session.scalars(
        select(Version.byline)
        .join(Article, Article.id == Version.article_id)
        .where(Article.id == case.article_id, Version.number == Article.latest_number)
    ).one()
    if is_author(by.name, byline):
        raise NotAllowed(
            "You wrote this article: comment in a note, and leave the decision to a colleague."
        )


def due_for_decision(at: datetime) -> datetime:
    """Return by when a case that comes in at ``at`` is to be decided."""
    zone = ZoneInfo(current_app.config["TIMEZONE"])
    return due(at, current_app.config["DECISION_DAYS"], zone)
