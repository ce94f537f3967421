"""The states of a case, and which action leads from which state to which."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from app.rules.errors import Conflict
from app.rules.marks import N_

CLAIM_HOLDS = timedelta(minutes=30)
READER_HAS = timedelta(days=14)


class CaseStatus(StrEnum):
    """Where a case stands; the values are kept in the database."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    WAITING_READER = "waiting_reader"
    AGREED = "agreed"
    CORRECTED = "corrected"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    QUARANTINED = "quarantined"

    @property
    def label(self) -> str:
        """The state in the desk's words."""
        return _STATUS_LABELS[self]


class Action(StrEnum):
    """What a person, or the passing of time, may do to a case."""

    CLAIM = "claim"
    RELEASE = "release"
    ASK = "ask"
    ANSWER = "answer"
    RESUME = "resume"
    AGREE = "agree"
    DECLINE = "decline"
    PUBLISH = "publish"
    MERGE = "merge"
    UNMERGE = "unmerge"
    QUARANTINE = "quarantine"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    REOPEN = "reopen"
    ASSIGN = "assign"
    SPLIT = "split"
    RELATE = "relate"
    UNRELATE = "unrelate"
    UNDO = "undo"


_STATUS_LABELS = {
    CaseStatus.RECEIVED: N_("Received"),
    CaseStatus.IN_REVIEW: N_("In review"),
    CaseStatus.WAITING_READER: N_("Waiting for the reader"),
    CaseStatus.AGREED: N_("Agreed, to publish"),
    CaseStatus.CORRECTED: N_("Corrected"),
    CaseStatus.DECLINED: N_("Declined"),
    CaseStatus.MERGED: N_("Merged"),
    CaseStatus.WITHDRAWN: N_("Withdrawn"),
    CaseStatus.QUARANTINED: N_("Quarantine"),
}

_S, _A = CaseStatus, Action

TRANSITIONS: dict[tuple[CaseStatus, Action], CaseStatus] = {
    (_S.RECEIVED, _A.CLAIM): _S.IN_REVIEW,
    (_S.RECEIVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RECEIVED, _A.QUARANTINE): _S.QUARANTINED,
    (_S.IN_REVIEW, _A.CLAIM): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.RELEASE): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.ASK): _S.WAITING_READER,
    (_S.IN_REVIEW, _A.AGREE): _S.AGREED,
    (_S.IN_REVIEW, _A.DECLINE): _S.DECLINED,
    (_S.IN_REVIEW, _A.MERGE): _S.MERGED,
    (_S.IN_REVIEW, _A.QUARANTINE): _S.QUARANTINED,
    (_S.IN_REVIEW, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.WAITING_READER, _A.CLAIM): _S.WAITING_READER,
    (_S.WAITING_READER, _A.RELEASE): _S.WAITING_READER,
    (_S.WAITING_READER, _A.ANSWER): _S.IN_REVIEW,
    (_S.WAITING_READER, _A.RESUME): _S.IN_REVIEW,
    (_S.WAITING_READER, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.AGREED, _A.CLAIM): _S.AGREED,
    (_S.AGREED, _A.RELEASE): _S.AGREED,
    (_S.AGREED, _A.PUBLISH): _S.CORRECTED,
    (_S.AGREED, _A.REOPEN): _S.IN_REVIEW,
    (_S.CORRECTED, _A.APPEAL): _S.IN_REVIEW,
    (_S.CORRECTED, _A.REOPEN): _S.IN_REVIEW,
    (_S.DECLINED, _A.APPEAL): _S.IN_REVIEW,
    (_S.DECLINED, _A.REOPEN): _S.IN_REVIEW,
    (_S.MERGED, _A.UNMERGE): _S.IN_REVIEW,
    (_S.QUARANTINED, _A.RESTORE): _S.RECEIVED,
    (_S.QUARANTINED, _A.WITHDRAW): _S.WITHDRAWN,
}

OPEN = frozenset({_S.RECEIVED, _S.IN_REVIEW, _S.WAITING_READER, _S.AGREED})
DECIDED = frozenset({_S.CORRECTED, _S.DECLINED})

# Deciding a case that nobody has claimed claims it in the same step.
_NEEDS_CLAIM = frozenset({_A.ASK, _A.AGREE, _A.DECLINE, _A.MERGE, _A.PUBLISH})


def status_after(status: CaseStatus, action: Action) -> CaseStatus:
    """Return the state that ``action`` leads to; raise ``Conflict`` where it leads nowhere."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        message = f"“{action.value}” is not possible while a case is “{status.label}”."
        raise Conflict(message) from None


def actions_from(status: CaseStatus) -> frozenset[Action]:
    """Return the actions open to a case, those included that claim it on the way."""
    direct = {action for state, action in TRANSITIONS if state is status}
    if status is CaseStatus.RECEIVED:
        direct |= actions_from(CaseStatus.IN_REVIEW) & _NEEDS_CLAIM
    return frozenset(direct)


def is_claiming(action: Action) -> bool:
    """Say whether ``action`` is reserved to whoever has claimed the case."""
    return action in _NEEDS_CLAIM
