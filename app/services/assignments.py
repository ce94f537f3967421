"""Giving a case to a colleague."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Case, Staff
from app.rules.errors import Conflict, InvalidInput, NotAllowed
from app.rules.workflow import Action, CaseStatus
from app.services._steps import (
    hold_claim,
    is_claimed_by_another,
    lock_case,
    refuse_author,
    refuse_first_judge,
    take_step,
)
from app.services.transaction import transaction


def assign(case_id: int, *, seen: int, by: Staff, at: datetime, to: int) -> None:
    """Give a case to a colleague, by their number, for the 30 minutes that a claim holds.

    What somebody else is at work on stays with them, and nobody is given a case that they may
    not decide: of their own article, or an appeal against their own decision.
    """
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        colleague = session.get(Staff, to)
        if colleague is None or colleague.is_disabled:
            raise InvalidInput("to", "Choose somebody who works at the desk.")
        if is_claimed_by_another(case, by, at):
            raise Conflict("Somebody else has claimed this case.")
        _refuse_partial(session, case, colleague)
        take_step(session, case, Action.ASSIGN, by=by, at=at, reason=colleague.name)
        hold_claim(case, colleague, at)


def _refuse_partial(session: Session, case: Case, colleague: Staff) -> None:
    try:
        refuse_author(session, case, colleague)
        if case.status is not CaseStatus.AGREED:
            refuse_first_judge(session, case, colleague)
    except NotAllowed:
        message = f"{colleague.name} may not decide this one: it is about their own work."
        raise NotAllowed(message) from None
