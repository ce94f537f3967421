"""Whose a case is at the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.models import Case, Staff
from app.queries.queue import QueueRow
from app.rules.workflow import Action, actions_from
from app.web.desk import desk_pages


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it holds now; ``holder`` is empty and the times unset where nobody's does."""

    holder: str
    since: datetime | None
    until: datetime | None
    is_own: bool
    can_claim: bool

    @property
    def is_other(self) -> bool:
        """Whether a colleague has the case."""
        return bool(self.holder) and not self.is_own


def claim_of(case: Case, holder: Staff | None, staff: Staff, at: datetime) -> Claim:
    """Return whether the claim of ``holder`` on a case still holds, as ``staff`` sees it."""
    if holder is None or case.holder_at(at) is None:
        can_claim = Action.CLAIM in actions_from(case.status)
        return Claim("", None, None, is_own=False, can_claim=can_claim)
    is_own = holder.id == staff.id
    return Claim(
        holder.name, case.claimed_since, case.claimed_until, is_own=is_own, can_claim=False
    )


@desk_pages.app_template_filter("claim")
def claim_in_queue(row: QueueRow, staff: Staff, at: datetime) -> Claim:
    """Return whose a case in the queue is at ``at``."""
    return claim_of(row.case, row.case.claimed_by, staff, at)
