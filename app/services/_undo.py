"""What a case was before a step: kept with the case, so that the step can be undone exactly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.models import Case, Staff
from app.rules.kinds import DeclineReason
from app.rules.workflow import Action, CaseStatus

_NUMBERS = ("claimed_by_id", "agreed_by_id", "decided_by_id", "merged_into_id")
_TIMES = ("claimed_until", "claimed_since", "agreed_at", "decided_at", "waiting_since")


def as_it_is(case: Case, action: Action, by: Staff, at: datetime) -> dict[str, Any]:
    """Return what a case is before somebody takes a step, in a form that JSON can keep."""
    times = {name: getattr(case, name) for name in _TIMES}
    return {
        "action": action.value,
        "by": by.id,
        "at": at.isoformat(),
        "status": case.status.value,
        "decline_reason": case.decline_reason,
        **{name: getattr(case, name) for name in _NUMBERS},
        **{name: time.isoformat() if time else None for name, time in times.items()},
    }


def put_back(case: Case) -> None:
    """Make a case what it was before its latest step."""
    kept, case.before = case.before or {}, None
    case.status = CaseStatus(kept["status"])
    reason = kept["decline_reason"]
    case.decline_reason = DeclineReason(reason) if reason else None
    for name in _NUMBERS:
        setattr(case, name, kept[name])
    for name in _TIMES:
        setattr(case, name, datetime.fromisoformat(kept[name]) if kept[name] else None)
