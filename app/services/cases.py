"""What staff do with a case, up to the decision; publishing stands in ``corrections``."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Case, Correction, LetterKind, Message, MessageKind, Note, Report, Staff
from app.rules.declines import Grounds
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.kinds import DeclineReason
from app.rules.permissions import Permission, is_permitted
from app.rules.references import case_number, case_reference
from app.rules.workflow import DECIDED, OPEN, READER_HAS, Action, CaseStatus
from app.services._declining import turn_down
from app.services._letters import owe_reader
from app.services._ranking import rank
from app.services._steps import (
    claim_for,
    drop_claim,
    hold_claim,
    is_claimed_by_another,
    live_reports,
    lock_both,
    lock_case,
    lock_root,
    record,
    refuse_author,
    refuse_first_judge,
    renew_claim,
    take_step,
    touch,
)
from app.services.transaction import transaction

_LONGEST_NUMBER = 9
"""Of an entry, in digits."""


def claim(case_id: int, *, seen: int, by: Staff, at: datetime, reason: str = "") -> None:
    """Take a case for 30 minutes; taking it over from somebody needs a reason."""
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        if case.status is not CaseStatus.AGREED:
            refuse_first_judge(session, case, by)
        if is_claimed_by_another(case, by, at) and not reason:
            raise InvalidInput("why", "Say why you take the case over from a colleague.")
        take_step(session, case, Action.CLAIM, by=by, at=at, reason=reason)
        hold_claim(case, by, at)


def release(case_id: int, *, seen: int, by: Staff, at: datetime) -> None:
    """Let go of a case that one has claimed."""
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        if case.claimed_by_id != by.id:
            raise Conflict("This case is not claimed by you.")
        take_step(session, case, Action.RELEASE, by=by, at=at)
        drop_claim(case)


def ask(case_id: int, *, seen: int, by: Staff, at: datetime, question: str) -> None:
    """Ask every reader who reported the case, and wait for an answer."""
    with transaction() as session:
        case = _taken(session, case_id, seen, by, at)
        event = take_step(session, case, Action.ASK, by=by, at=at, explanation=question)
        case.waiting_since = at
        for report in live_reports(session, case):
            session.add(_question(report, by, at, question))
            owe_reader(session, report, LetterKind.QUESTION, at, event=event)


def resume(case_id: int, *, seen: int, by: Staff, at: datetime) -> None:
    """Go on without an answer, when the reader has had 14 days for it."""
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        if case.waiting_since and case.waiting_since + READER_HAS > at:
            raise Conflict("The reader has 14 days to answer; they are not over yet.")
        take_step(session, case, Action.RESUME, by=by, at=at)
        case.waiting_since = None


def agree(case_id: int, *, seen: int, by: Staff, at: datetime) -> None:
    """Uphold the report: the article is wrong and is to be corrected."""
    with transaction() as session:
        case = _taken(session, case_id, seen, by, at)
        take_step(session, case, Action.AGREE, by=by, at=at)
        case.agreed_by_id = by.id
        if not _may_publish(by):
            drop_claim(case)  # somebody else goes on with it


def decline(
    case_id: int,
    *,
    seen: int,
    by: Staff,
    at: datetime,
    reason: DeclineReason,
    explanation: str,
    detail: str = "",
) -> None:
    """Turn the report down, with a reason and an explanation that the reader is given.

    The letter waits until the decision cannot be undone any more.
    """
    grounds = Grounds(reason, detail)
    with transaction() as session:
        case = _taken(session, case_id, seen, by, at)
        _require_detail(session, grounds)
        turn_down(session, case, grounds, by=by, at=at, explanation=explanation)


def merge(case_id: int, *, seen: int, by: Staff, at: datetime, into: str) -> None:
    """Make a case part of another one of the same article; ``into`` is that one's reference."""
    with transaction() as session:
        root_id = case_number(into)
        if root_id is None or root_id == case_id:
            raise InvalidInput("into", "Give the reference of another case, such as C-0042.")
        if session.get(Case, root_id) is None:
            raise InvalidInput("into", f"There is no case {case_reference(root_id)}.")
        case, root = lock_both(session, case_id, root_id, seen)
        refuse_author(session, case, by)
        refuse_first_judge(session, case, by)
        _refuse_wrong_root(case, root)
        _refuse_chain(session, case)
        claim_for(session, case, by, at)
        take_step(session, case, Action.MERGE, by=by, at=at, reason=root.reference)
        case.merged_into_id = root.id
        drop_claim(case)
        record(session, root, Action.MERGE, by=by, at=at, reason=case.reference)
        touch(root)
        rank(session, root)


def unmerge(case_id: int, *, seen: int, by: Staff, at: datetime) -> None:
    """Make a merged case one of its own again, as it was, and take it up."""
    with transaction() as session:
        case, root = lock_root(session, case_id, seen)
        refuse_author(session, case, by)
        take_step(session, case, Action.UNMERGE, by=by, at=at, reason=root.reference)
        case.merged_into_id = None
        hold_claim(case, by, at)
        record(session, root, Action.UNMERGE, by=by, at=at, reason=case.reference)
        touch(root)
        rank(session, root)
        rank(session, case)


def quarantine(case_id: int, *, seen: int, by: Staff, at: datetime, reason: str) -> None:
    """Set a case aside that looks like abuse; nothing is lost, and it can be restored."""
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        refuse_author(session, case, by)
        refuse_first_judge(session, case, by)
        if is_claimed_by_another(case, by, at):
            raise Conflict("Somebody else has claimed this case.")
        take_step(session, case, Action.QUARANTINE, by=by, at=at, reason=reason)
        drop_claim(case)


def reject(case_id: int, *, seen: int, by: Staff, at: datetime, explanation: str) -> None:
    """Decline what stands in quarantine as abusive or spam, in one step for whoever does it."""
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        refuse_author(session, case, by)
        refuse_first_judge(session, case, by)
        take_step(session, case, Action.RESTORE, by=by, at=at)
        claim_for(session, case, by, at)
        grounds = Grounds(DeclineReason.ABUSE)
        turn_down(session, case, grounds, by=by, at=at, explanation=explanation)


def restore(case_id: int, *, seen: int, by: Staff, at: datetime) -> None:
    """Take a case out of quarantine and back into the queue."""
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        refuse_author(session, case, by)
        take_step(session, case, Action.RESTORE, by=by, at=at)


def reopen(case_id: int, *, seen: int, by: Staff, at: datetime, reason: str) -> None:
    """Look at a decided case again, with a reason."""
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        refuse_author(session, case, by)
        take_step(session, case, Action.REOPEN, by=by, at=at, reason=reason)
        case.decline_reason = case.agreed_by_id = None
        hold_claim(case, by, at)


def note(case_id: int, *, by: Staff, at: datetime, text: str) -> None:
    """Tell colleagues something about a case; the reader does not see it."""
    with transaction() as session:
        if session.get(Case, case_id) is None:
            raise NotFound("There is no such case.")
        session.add(Note(case_id=case_id, author_id=by.id, at=at, text=text))
        renew_claim(session, case_id, by, at)


def _taken(session: Session, case_id: int, seen: int, by: Staff, at: datetime) -> Case:
    """Lock a case and claim it for somebody who is about to decide on it."""
    case = lock_case(session, case_id, seen)
    refuse_author(session, case, by)
    refuse_first_judge(session, case, by)
    claim_for(session, case, by, at)
    return case


def _may_publish(by: Staff) -> bool:
    """Say whether who agreed to a case may publish its correction too."""
    is_editor = is_permitted(by.role, Permission.PUBLISH)
    return is_editor and not current_app.config["TWO_PAIRS_OF_EYES"]


def _require_detail(session: Session, grounds: Grounds) -> None:
    reason = grounds.reason
    if reason.requires and not grounds.detail:
        raise InvalidInput("detail", f"“{reason.label}” has to say {reason.requires}.")
    if reason is DeclineReason.ALREADY_CORRECTED:
        is_number = len(grounds.detail) <= _LONGEST_NUMBER and grounds.entry is not None
        known = is_number and session.scalar(
            select(Correction.id).where(Correction.number == grounds.entry)
        )
        if not known:
            raise InvalidInput("detail", "There is no entry with this number in the log.")


def _question(report: Report, by: Staff, at: datetime, text: str) -> Message:
    return Message(
        report_id=report.id, kind=MessageKind.QUESTION, at=at, author_id=by.id, text=text
    )


def _refuse_wrong_root(case: Case, root: Case) -> None:
    if root.article_id != case.article_id:
        raise InvalidInput("into", f"{root.reference} is about another article.")
    if root.status is CaseStatus.MERGED:
        raise InvalidInput("into", f"{root.reference} is itself merged: name the case it is in.")
    if root.status not in OPEN | DECIDED:
        state = root.status.label
        raise InvalidInput("into", f"{root.reference} is “{state}”: nobody would decide on it.")


def _refuse_chain(session: Session, case: Case) -> None:
    if session.scalar(select(Case.id).where(Case.merged_into_id == case.id).limit(1)):
        raise Conflict("Other cases are merged into this one: it has to stay the root.")
