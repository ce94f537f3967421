"""What may be done to many cases at once: handing out work, and decisions where each is plain."""

from __future__ import annotations

from enum import StrEnum

from app.rules.kinds import ProblemKind
from app.rules.marks import N_
from app.rules.workflow import OPEN, CaseStatus

MOST_AT_ONCE = 50


class BulkAction(StrEnum):
    """What the queue offers to do to every case that is ticked."""

    CLAIM = "claim"
    ASSIGN = "assign"
    AGREE = "agree"
    DECLINE = "decline"
    RESTORE = "restore"
    REJECT = "reject"

    def refusal(self, status: CaseStatus, kind: ProblemKind) -> str:
        """Say why a case may not be among them; empty where it may."""
        if self in _FOR_TYPOS:
            is_plain = status in OPEN and kind is ProblemKind.TYPO
            return "" if is_plain else N_("Only open typos and broken links are decided together.")
        if self in _FOR_QUARANTINE:
            is_aside = status is CaseStatus.QUARANTINED
            return "" if is_aside else N_("This case is not in quarantine any more.")
        return "" if status in OPEN else N_("This case is not open any more.")


_FOR_TYPOS = frozenset({BulkAction.AGREE, BulkAction.DECLINE})
_FOR_QUARANTINE = frozenset({BulkAction.RESTORE, BulkAction.REJECT})
