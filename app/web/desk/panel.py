"""The decision panel: what this person can do to this case now, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from app.models import Case, Staff
from app.queries.cases import CasePage
from app.rules.impartiality import is_author, is_own_decision
from app.rules.kinds import DeclineReason
from app.rules.permissions import Permission, is_permitted
from app.rules.workflow import (
    DECIDED,
    OPEN,
    READER_HAS,
    Action,
    CaseStatus,
    actions_from,
    is_claiming,
)
from app.web.desk.claims import Claim, claim_of


@dataclass(frozen=True, slots=True)
class Panel:
    """The services refuse what is not permitted; the panel does not even offer it, and says why."""

    claim: Claim
    actions: frozenset[Action]
    obstacle: str
    answer_until: datetime | None
    merge_into: Sequence[Case]
    merged_here: Sequence[Case]
    can_split: bool
    can_undo: bool
    goes_on: bool
    requirements: Sequence[DeclineReason]


def panel(page: CasePage, staff: Staff, at: datetime) -> Panel:
    """Return what the decision panel of a case offers to ``staff``."""
    case = page.case
    claim = claim_of(case, page.holder, staff, at)
    obstacle, refused = _obstacle(page, staff)
    actions = actions_from(case.status) - refused - _pointless(claim)
    return Panel(
        claim=claim,
        actions=actions,
        obstacle=obstacle,
        answer_until=case.waiting_since + READER_HAS if case.waiting_since else None,
        merge_into=[other for other in page.others if other.status in OPEN | DECIDED],
        merged_here=_merged_here(page),
        can_split=Action.SPLIT in actions and page.tally.own > 1,  # another one has to stay
        goes_on=may_go_on(staff),
        can_undo=case.undoable_at(at) is not None and (case.before or {})["by"] == staff.id,
        requirements=[reason for reason in DeclineReason if reason.requires],
    )


def _pointless(claim: Claim) -> frozenset[Action]:
    return frozenset() if claim.is_own else frozenset({Action.RELEASE})


def may_go_on(staff: Staff) -> bool:
    """Say whether somebody who agrees to a case goes on to publish it."""
    is_editor = is_permitted(staff.role, Permission.PUBLISH)
    return is_editor and not current_app.config["TWO_PAIRS_OF_EYES"]


def _merged_here(page: CasePage) -> list[Case]:
    return [other for other in page.others if other.merged_into_id == page.case.id]


_DECIDING = frozenset(action for action in Action if is_claiming(action))
_TURNING = frozenset(
    {Action.QUARANTINE, Action.RESTORE, Action.UNMERGE, Action.REOPEN, Action.SPLIT}
)
_JUDGING = frozenset(
    {Action.CLAIM, Action.ASK, Action.AGREE, Action.DECLINE, Action.MERGE, Action.QUARANTINE}
)


def _obstacle(page: CasePage, staff: Staff) -> tuple[str, frozenset[Action]]:
    """Say why somebody may not decide, and name the actions that are closed to them for it."""
    if is_author(staff.name, page.current.byline):
        said = _(
            "Your name stands in the byline of this article: you may comment in a note, but a "
            "colleague decides."
        )
        return said, _DECIDING | _TURNING
    case = page.case
    parts = [case, *_merged_here(page)]
    is_own = any(is_own_decision(staff.id, each.decisions, each.appealed_at) for each in parts)
    if is_own and _is_open(case):
        said = _("The appeal is against your decision: a colleague takes the next one.")
        return said, _JUDGING
    return "", frozenset()


def _is_open(case: Case) -> bool:
    return case.status in OPEN and case.status is not CaseStatus.AGREED


def publishing_obstacle(page: CasePage, staff: Staff) -> str:
    """Say why ``staff`` may not publish the correction of an agreed case, if so."""
    if page.case.status is not CaseStatus.AGREED:
        return _(
            "This case is “%(state)s” now: there is nothing to publish.",
            state=_(page.case.status.label),
        )
    if is_author(staff.name, page.current.byline):
        return _("Your name stands in the byline of this article: a colleague publishes.")
    if current_app.config["TWO_PAIRS_OF_EYES"] and page.case.agreed_by_id == staff.id:
        return _("You agreed to this case: somebody else has to publish the correction.")
    return ""
