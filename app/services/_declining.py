"""Turning a report down, whichever way the case came to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Case, LetterKind, Staff
from app.rules.canned import unfilled
from app.rules.declines import Grounds, written
from app.rules.errors import InvalidInput
from app.rules.workflow import UNDO_HOLDS, Action
from app.services._letters import owe_reader
from app.services._steps import drop_claim, live_reports, take_step


def turn_down(
    session: Session, case: Case, grounds: Grounds, *, by: Staff, at: datetime, explanation: str
) -> None:
    """Decline a case that somebody holds, and owe its readers the explanation.

    The letters wait until the decision cannot be undone any more.
    """
    _require_words(explanation)
    why = written(grounds)
    event = take_step(
        session, case, Action.DECLINE, by=by, at=at, reason=why, explanation=explanation
    )
    case.decline_reason, case.agreed_by_id = grounds.reason, None
    case.decided_by_id, case.decided_at = by.id, at
    drop_claim(case)
    for report in live_reports(session, case):
        owe_reader(session, report, LetterKind.DECISION, at, event=event, wait=UNDO_HOLDS)


def _require_words(explanation: str) -> None:
    """Refuse a canned text that nobody has finished: it was not read."""
    left = ", ".join(unfilled(explanation))
    if left:
        raise InvalidInput("explanation", f"Put the right words in the place of {left}.")
