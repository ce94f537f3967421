"""Which reports and cases belong together: splitting a report off, relating cases across articles.

Merging, which makes one decision hold for several cases, stands in ``cases``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.models import Case, Report, Staff, case_relations
from app.rules.errors import Conflict, InvalidInput
from app.rules.references import case_number, case_reference
from app.rules.workflow import DECIDED, OPEN, Action, CaseStatus, status_after
from app.services._ranking import rank
from app.services._steps import (
    due_for_decision,
    is_claimed_by_another,
    lock_both,
    lock_case,
    record,
    refuse_author,
    renew_claim,
    take_step,
    touch,
)
from app.services.transaction import transaction


def split(case_id: int, *, seen: int, by: Staff, at: datetime, report: str) -> str:
    """Make one of several reports a case of its own; return the new case's reference.

    ``report`` is the report's reference. Its reader keeps the private link, and hears of the new
    case's decision from then on.
    """
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        refuse_author(session, case, by)
        if is_claimed_by_another(case, by, at):
            raise Conflict("Somebody else has claimed this case. Take it over first, and say why.")
        leaving = _leaving(session, case, report)
        own = _opened(session, leaving)
        take_step(session, case, Action.SPLIT, by=by, at=at, report=leaving, reason=own.reference)
        record(session, own, Action.SPLIT, by=by, at=at, reason=case.reference)
        leaving.case_id, leaving.is_seconding = own.id, False
        touch(case)
        renew_claim(session, case.id, by, at)
        rank(session, case)
        rank(session, own)
        return own.reference


def relate(case_id: int, *, seen: int, by: Staff, at: datetime, other: str) -> None:
    """Note that two cases belong together, such as one error in two articles."""
    with transaction() as session:
        case, related = _pair(session, case_id, other, seen)
        if _is_related(session, case, related):
            raise Conflict(f"{case.reference} and {related.reference} are related already.")
        _refuse_dead_end(related)
        _note(session, Action.RELATE, case, related, by, at)
        session.execute(insert(case_relations).values(_ordered(case, related)))
        renew_claim(session, case.id, by, at)


def unrelate(case_id: int, *, seen: int, by: Staff, at: datetime, other: str) -> None:
    """Note that two cases do not belong together after all."""
    with transaction() as session:
        case, related = _pair(session, case_id, other, seen)
        if not _is_related(session, case, related):
            raise Conflict(f"{case.reference} and {related.reference} are not related.")
        _note(session, Action.UNRELATE, case, related, by, at)
        session.execute(delete(case_relations).filter_by(**_ordered(case, related)))
        renew_claim(session, case.id, by, at)


def _leaving(session: Session, case: Case, reference: str) -> Report:
    """Return the report that is to leave a case; another one that still stands has to stay."""
    reports = session.scalars(
        select(Report).where(Report.case_id == case.id).with_for_update()
    ).all()
    leaving = next((each for each in reports if each.reference == reference), None)
    if leaving is None:
        raise Conflict("This report is not part of the case any more.")
    if leaving.withdrawn_at is not None:
        raise Conflict("This report is withdrawn: there is nothing to decide on.")
    if not any(each.withdrawn_at is None for each in reports if each is not leaving):
        raise Conflict("This is the only report on the case: it is a case of its own already.")
    return leaving


def _opened(session: Session, report: Report) -> Case:
    """Open a case for a report as if it had had one from the beginning."""
    due_at = due_for_decision(report.received_at)
    case = Case(
        article_id=report.article_id,
        status=CaseStatus.RECEIVED,
        kind=report.kind,
        opened_at=report.received_at,
        due_at=due_at,
        rank_at=due_at,
    )
    session.add(case)
    session.flush()
    return case


def _pair(session: Session, case_id: int, other: str, seen: int) -> tuple[Case, Case]:
    number = case_number(other)
    if number is None or number == case_id:
        raise InvalidInput("other", "Give the reference of another case, such as C-0042.")
    if session.get(Case, number) is None:
        raise InvalidInput("other", f"There is no case {case_reference(number)}.")
    return lock_both(session, case_id, number, seen)


def _note(
    session: Session, action: Action, case: Case, related: Case, by: Staff, at: datetime
) -> None:
    """Append to the histories of both; it moves neither, and makes no form stale."""
    status_after(case.status, action)
    record(session, case, action, by=by, at=at, reason=related.reference)
    record(session, related, action, by=by, at=at, reason=case.reference)


def _refuse_dead_end(related: Case) -> None:
    if related.status is CaseStatus.MERGED:
        raise InvalidInput("other", f"{related.reference} is merged: name the case it is in.")
    if related.status not in OPEN | DECIDED:
        state = related.status.label
        raise InvalidInput("other", f"{related.reference} is “{state}”: nobody would decide on it.")


def _ordered(case: Case, related: Case) -> dict[str, int]:
    first, second = sorted((case.id, related.id))
    return {"case_id": first, "other_id": second}


def _is_related(session: Session, case: Case, related: Case) -> bool:
    found = session.execute(select(case_relations).filter_by(**_ordered(case, related)))
    return found.first() is not None
