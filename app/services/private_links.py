"""What readers do at the private link of their report: answer, add, appeal, withdraw, erase."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.models import Case, LetterKind, Message, MessageKind, Report
from app.rules.errors import Conflict, NotFound
from app.rules.workflow import DECIDED, OPEN, Action, CaseStatus
from app.services._letters import forget_letters, owe_reader
from app.services._limits import spend
from app.services._ranking import rank
from app.services._steps import (
    drop_claim,
    due_for_decision,
    live_reports,
    lock_root,
    take_step,
)
from app.services.transaction import scrub, transaction
from app.tokens import keyed_hash

PER_LINK = "20 per hour"
"""How often something may be sent from one private link."""


def answer(token: str, *, at: datetime, text: str) -> None:
    """Take a reader's answer to the desk's question, and put the case back in review."""
    with transaction() as session:
        report, case = _report_and_root(session, token)
        if case.status is not CaseStatus.WAITING_READER:
            raise Conflict("There is no open question any more: the desk has gone on.")
        take_step(session, case, Action.ANSWER, at=at, report=report)
        case.waiting_since = None
        session.add(_message(report, MessageKind.ANSWER, at, text))


def add(token: str, *, at: datetime, text: str) -> None:
    """Add something to a report that is not decided yet."""
    with transaction() as session:
        report, case = _report_and_root(session, token)
        if case.status not in OPEN | {CaseStatus.QUARANTINED}:
            raise Conflict("The case is decided: if there is something new, appeal.")
        session.add(_message(report, MessageKind.ADDITION, at, text))


def appeal(token: str, *, at: datetime, text: str) -> None:
    """Ask, once, that somebody else looks at a decision again in the light of new information."""
    with transaction() as session:
        report, case = _report_and_root(session, token)
        if case.appealed_at is not None:
            raise Conflict("This decision has been appealed against once; that was the one time.")
        take_step(session, case, Action.APPEAL, at=at, report=report)
        case.appealed_at = at
        case.decline_reason = None
        case.due_at = due_for_decision(at)
        session.add(_message(report, MessageKind.APPEAL, at, text))
        owe_reader(session, report, LetterKind.APPEAL, at)
        rank(session, case)


def withdraw(token: str, *, at: datetime) -> None:
    """Take a report back; the case ends when no other reader's report is left on it."""
    with transaction() as session:
        report, case = _report_and_root(session, token)
        if case.status in DECIDED:
            raise Conflict("The case is decided: there is nothing left to withdraw.")
        report.withdrawn_at = at
        if not live_reports(session, case):
            take_step(session, case, Action.WITHDRAW, at=at, report=report)
            drop_claim(case)
        rank(session, case)


def seen(token: str) -> None:
    """Remember that a reader has seen the desk's latest step: it cannot be undone any more."""
    with transaction() as session:
        _, case = _locked(session, _report(session, token))
        session.execute(update(Case).where(Case.id == case.id).values(before=None))


def erase(token: str, *, at: datetime) -> list[str]:
    """Erase a reader's name, address and words for good; the case and the public log stay whole.

    Returns the names of the files in the mail folder that hold letters to the reader: whoever
    calls this removes them. May be asked for at any time, and any number of times.
    """
    with transaction() as session:
        report, case = _locked(session, _report(session, token))
        files = forget_letters(session, report)
        session.execute(delete(Message).where(Message.report_id == report.id))
        report.reporter_name = report.reporter_email = ""
        report.problem = report.suggestion = ""
        report.evidence = []
        report.wants_credit = False
        report.erased_at = report.erased_at or at
        rank(session, case)
    scrub()
    return files


def _report(session: Session, token: str) -> Report:
    hashed = keyed_hash("report token", token)
    found = session.scalars(
        select(Report).where(or_(Report.token_hash == hashed, Report.mail_token_hash == hashed))
    ).first()
    if found is None:
        raise NotFound("There is no report at this link.")
    return found


def _report_and_root(session: Session, token: str) -> tuple[Report, Case]:
    """Return a live report and the locked case that decides on it, be it merged or not."""
    report = _report(session, token)
    if report.withdrawn_at is not None:
        raise Conflict("This report is withdrawn.")
    if report.erased_at is not None:
        raise Conflict("The words of this report are erased, and nothing can be added to it.")
    spend(session, PER_LINK, "private link", str(report.id))
    return _locked(session, report)


def _locked(session: Session, report: Report) -> tuple[Report, Case]:
    """Lock a report after the case that decides on it, be its own merged or not."""
    case, root = lock_root(session, report.case_id)
    session.refresh(report, with_for_update=True)
    if report.case_id != case.id:
        raise Conflict("The desk changed this at the same moment: send it once more.")
    return report, root


def _message(report: Report, kind: MessageKind, at: datetime, text: str) -> Message:
    return Message(report_id=report.id, kind=kind, at=at, author_id=None, text=text)
