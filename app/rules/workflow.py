"""The states of a case, and which action leads from which state to which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from app.rules.errors import Conflict
from app.rules.marks import N_

CLAIM_HOLDS = timedelta(minutes=30)
READER_HAS = timedelta(days=14)
UNDO_HOLDS = timedelta(seconds=30)
"""For how long a step can be undone, and until when the letters that it owes are kept back."""


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
    (_S.RECEIVED, _A.ASSIGN): _S.IN_REVIEW,
    (_S.RECEIVED, _A.SPLIT): _S.RECEIVED,
    (_S.RECEIVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RECEIVED, _A.QUARANTINE): _S.QUARANTINED,
    (_S.IN_REVIEW, _A.CLAIM): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.RELEASE): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.ASSIGN): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.SPLIT): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.ASK): _S.WAITING_READER,
    (_S.IN_REVIEW, _A.AGREE): _S.AGREED,
    (_S.IN_REVIEW, _A.DECLINE): _S.DECLINED,
    (_S.IN_REVIEW, _A.MERGE): _S.MERGED,
    (_S.IN_REVIEW, _A.QUARANTINE): _S.QUARANTINED,
    (_S.IN_REVIEW, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.WAITING_READER, _A.CLAIM): _S.WAITING_READER,
    (_S.WAITING_READER, _A.RELEASE): _S.WAITING_READER,
    (_S.WAITING_READER, _A.ASSIGN): _S.WAITING_READER,
    (_S.WAITING_READER, _A.SPLIT): _S.WAITING_READER,
    (_S.WAITING_READER, _A.ANSWER): _S.IN_REVIEW,
    (_S.WAITING_READER, _A.RESUME): _S.IN_REVIEW,
    (_S.WAITING_READER, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.AGREED, _A.CLAIM): _S.AGREED,
    (_S.AGREED, _A.RELEASE): _S.AGREED,
    (_S.AGREED, _A.ASSIGN): _S.AGREED,
    (_S.AGREED, _A.SPLIT): _S.AGREED,
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

# Whatever has become of a case, it may belong together with others.
TRANSITIONS |= {
    (status, action): status
    for status in CaseStatus
    if status in OPEN | DECIDED
    for action in (_A.RELATE, _A.UNRELATE)
}

RELATING = frozenset({_A.RELATE, _A.UNRELATE})
"""What moves no case and makes no form stale."""

UNDOABLE = frozenset({_A.AGREE, _A.DECLINE, _A.MERGE, _A.QUARANTINE, _A.RESTORE, _A.REOPEN})
"""What can be undone within 30 seconds. Undoing stands in no table: it leads back to wherever the
step came from. What is published, asked or answered has left the house at once."""

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


def standing(actions: Sequence[Action]) -> list[int]:
    """Return the places of the steps that stand: neither undone nor the undoing of another.

    A step is undone only while it is the latest, but for what moves no case.
    """
    places: list[int] = []
    for place, action in enumerate(actions):
        if action is not Action.UNDO:
            places.append(place)
            continue
        undone = (at for at in reversed(places) if actions[at] not in RELATING)
        places.remove(next(undone))
    return places
