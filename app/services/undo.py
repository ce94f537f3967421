"""Undoing one's latest step on a case, as long as nobody outside the desk knows of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Case, CaseEvent, Staff
from app.rules.errors import Conflict
from app.rules.workflow import RELATING, UNDO_HOLDS, UNDOABLE, Action
from app.services._letters import take_back_letters
from app.services._ranking import rank
from app.services._steps import lock_root, record, touch
from app.services._undo import put_back
from app.services.transaction import transaction


def undo(case_id: int, *, seen: int, by: Staff, at: datetime) -> None:
    """Make a case what it was before one's latest step; possible for 30 seconds.

    Raises ``Conflict`` where the time is over, where somebody has gone on from there, and where
    a reader has seen what was decided.
    """
    with transaction() as session:
        case, root = lock_root(session, case_id, seen)
        step = _latest(session, case)
        _refuse_what_stands(case, step, by, at)
        if not take_back_letters(session, step):
            raise Conflict("The answer has left the house: take the case up again instead.")
        came_from = case.status
        put_back(case)
        record(session, case, Action.UNDO, came_from, by=by, at=at, reason=step.action.value)
        if root is not case:
            _leave(session, root, case, by, at)
        rank(session, case)


def _refuse_what_stands(case: Case, step: CaseEvent, by: Staff, at: datetime) -> None:
    if step.action not in UNDOABLE or step.from_status is step.to_status:
        raise Conflict("There is nothing to undo: the latest step on this case cannot be undone.")
    if step.actor_id != by.id:
        raise Conflict("Only who took a step can undo it.")
    if step.at + UNDO_HOLDS <= at:
        seconds = UNDO_HOLDS.seconds
        raise Conflict(f"The {seconds} seconds for undoing are over: take the case up again.")
    if case.undoable_at(at) is None:
        raise Conflict("A reader has seen it already: take the case up again instead.")


def _leave(session: Session, root: Case, case: Case, by: Staff, at: datetime) -> None:
    """Take a case out of the one that it was merged into, if nothing has happened there since."""
    latest = _latest(session, root)
    if (latest.action, latest.reason) != (Action.MERGE, case.reference):
        raise Conflict(f"{root.reference} has gone on since: undo the merge on this page instead.")
    record(session, root, Action.UNDO, by=by, at=at, reason=case.reference)
    touch(root)
    rank(session, root)


def _latest(session: Session, case: Case) -> CaseEvent:
    latest = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.action.not_in(RELATING))
        .order_by(CaseEvent.id.desc())
        .limit(1)
    ).first()
    if latest is None:
        raise Conflict("Nothing has been done on this case yet.")
    return latest
