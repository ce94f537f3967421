"""What every step of a case shares: locking it, checking who may, and recording the step."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.models import Article, Case, CaseEvent, Report, Staff, Version
from app.queries.merged import live_on_case
from app.rules.calendar import Calendar
from app.rules.errors import Conflict, NotAllowed, NotFound, StaleCase
from app.rules.impartiality import is_author, is_own_decision
from app.rules.workflow import CLAIM_HOLDS, UNDOABLE, Action, CaseStatus, status_after
from app.services._undo import as_it_is


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


def lock_root(session: Session, case_id: int, seen: int | None = None) -> tuple[Case, Case]:
    """Lock a case and the one that decides on it, which may be itself; return both.

    Cases are always locked in the order of their numbers, and before their reports, so that no
    two people can wait for each other.
    """
    pointer = select(Case.merged_into_id).where(Case.id == case_id)
    root_id = session.scalar(pointer) or case_id
    for number in sorted({case_id, root_id}):
        lock_case(session, number)
    case = lock_case(session, case_id, seen)
    if (case.merged_into_id or case_id) != root_id:
        raise Conflict("The desk changed this at the same moment: send it once more.")
    return case, session.get_one(Case, root_id)


def lock_both(
    session: Session, case_id: int, other_id: int, seen: int | None = None
) -> tuple[Case, Case]:
    """Lock two cases in the order of their numbers; ``seen`` is the version of the first."""
    for number in sorted((case_id, other_id)):
        lock_case(session, number)
    return lock_case(session, case_id, seen), lock_case(session, other_id)


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
    came_from, status = case.status, status_after(case.status, action)
    case.before = as_it_is(case, action, by, at) if by and action in UNDOABLE else None
    case.status = status
    if by and case.touched_at is None:
        case.touched_at = at
    if action is Action.AGREE:
        case.agreed_at = at
    return record(
        session,
        case,
        action,
        came_from,
        at=at,
        by=by,
        report=report,
        reason=reason,
        explanation=explanation,
    )


def record(
    session: Session,
    case: Case,
    action: Action,
    came_from: CaseStatus | None = None,
    *,
    at: datetime,
    by: Staff | None,
    report: Report | None = None,
    reason: str = "",
    explanation: str = "",
) -> CaseEvent:
    """Append to a case's history; without ``came_from`` it did not move, as a root in a merge."""
    event = CaseEvent(
        case_id=case.id,
        case_version=case.version,
        at=at,
        actor_id=by.id if by else None,
        report_id=report.id if report else None,
        action=action,
        from_status=came_from or case.status,
        to_status=case.status,
        reason=reason,
        explanation=explanation,
    )
    session.add(event)
    return event


def touch(case: Case) -> None:
    """Count a change of what hangs on a case, so that a form drawn before is stale."""
    case.before = None
    flag_modified(case, "status")


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
    if case.holder_at(at) != by.id:
        case.claimed_since = at
    case.claimed_by_id, case.claimed_until = by.id, at + CLAIM_HOLDS


def renew_claim(session: Session, case_id: int, by: Staff, at: datetime) -> None:
    """Let work that decides nothing, such as a note, renew a claim; no form gets stale by it."""
    is_own = and_(Case.claimed_by_id == by.id, Case.claimed_until > at)
    session.execute(
        update(Case).where(Case.id == case_id, is_own).values(claimed_until=at + CLAIM_HOLDS)
    )


def drop_claim(case: Case) -> None:
    """Let go of a case."""
    case.claimed_by_id = case.claimed_until = case.claimed_since = None


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


def refuse_first_judge(session: Session, case: Case, by: Staff) -> None:
    """Refuse whoever took the decision that a case, or one merged into it, appeals against."""
    is_part = or_(Case.id == case.id, Case.merged_into_id == case.id)
    appealed = session.scalars(select(Case).where(is_part, Case.appealed_at.is_not(None)))
    if any(is_own_decision(by.id, each.decisions, each.appealed_at) for each in appealed):
        raise NotAllowed("You took the decision that is appealed against: leave it to a colleague.")


def due_for_decision(at: datetime) -> datetime:
    """Return by when a case that comes in at ``at`` is to be decided."""
    calendar: Calendar = current_app.config["CALENDAR"]
    return calendar.due(at, current_app.config["DECISION_DAYS"])
