"""What readers do with their reports: send, answer, appeal, withdraw."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Case, Message, MessageKind, Report, Version
from app.rules.calendar import due
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.kinds import ProblemKind
from app.rules.passages import Passage, closest, find, version_text
from app.rules.references import report_reference
from app.rules.workflow import DECIDED, Action, CaseStatus
from app.services._steps import drop_claim, lock_case, take_step
from app.services.transaction import transaction
from app.tokens import as_token, keyed_hash


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What a reader typed, well formed but not yet looked at."""

    article_id: int
    version_number: int
    kind: ProblemKind
    passage: str
    problem: str
    suggestion: str = ""
    evidence: tuple[str, ...] = ()
    name: str = ""
    email: str = ""

    def fingerprint(self) -> tuple[str, ...]:
        """Return all that makes two submissions the same."""
        return (
            str(self.article_id),
            self.kind.value,
            self.passage,
            self.problem,
            self.suggestion,
            *self.evidence,
            self.name,
            self.email,
        )


def submit(draft: ReportDraft, *, browser: str, at: datetime) -> str:
    """Store a report and open a case for it; return the token of its private link.

    ``browser`` is a secret of the reader's browser: the same words from the same browser are
    one report, however often they are sent, and give the same link again. Raises
    ``InvalidInput`` where the passage does not stand in the version that the reader saw.
    """
    token = as_token(keyed_hash("report link", browser, *draft.fingerprint()))
    try:
        with transaction() as session:
            if _with_token(session, token) is None:
                _store(session, draft, token, at)
    except IntegrityError:
        # The same was sent at the same moment and won: then it is stored, and all is well.
        if _with_token(db.session(), token) is None:
            raise
    return token


def answer(token: str, *, at: datetime, text: str) -> None:
    """Take a reader's answer to the desk's question, and put the case back in review."""
    with transaction() as session:
        report, case = _report_and_root(session, token)
        if case.status is not CaseStatus.WAITING_READER:
            raise Conflict("There is no open question any more: the desk has gone on.")
        _refuse_withdrawn(report)
        take_step(session, case, Action.ANSWER, at=at, report=report)
        case.waiting_since = None
        session.add(_message(report, MessageKind.ANSWER, at, text))


def appeal(token: str, *, at: datetime, text: str) -> None:
    """Ask, once, that somebody else looks at a decision again in the light of new information."""
    with transaction() as session:
        report, case = _report_and_root(session, token)
        if case.appealed_at is not None:
            raise Conflict("This decision has been appealed against once; that was the one time.")
        _refuse_withdrawn(report)
        take_step(session, case, Action.APPEAL, at=at, report=report)
        case.appealed_at = at
        case.decline_reason = None
        case.due_at = _due(at)
        session.add(_message(report, MessageKind.APPEAL, at, text))


def withdraw(token: str, *, at: datetime) -> None:
    """Take a report back; the case ends when no other reader's report is left on it."""
    with transaction() as session:
        report, case = _report_and_root(session, token)
        _refuse_withdrawn(report)
        if case.status in DECIDED:
            raise Conflict("The case is decided: there is nothing left to withdraw.")
        report.withdrawn_at = at
        session.flush()
        if not _has_live_report(session, case):
            take_step(session, case, Action.WITHDRAW, at=at, report=report)
            drop_claim(case)


def _store(session: Session, draft: ReportDraft, token: str, at: datetime) -> None:
    passage = _passage(session, draft)
    case = Case(
        article_id=draft.article_id,
        status=CaseStatus.RECEIVED,
        kind=draft.kind,
        opened_at=at,
        due_at=_due(at),
    )
    session.add(case)
    session.flush()
    session.add(
        Report(
            reference=report_reference(secrets.token_bytes(5)),
            token_hash=token_hash(token),
            article_id=draft.article_id,
            version_number=draft.version_number,
            case_id=case.id,
            received_at=at,
            kind=draft.kind,
            quote=passage.quote if passage else "",
            prefix=passage.prefix if passage else "",
            suffix=passage.suffix if passage else "",
            start=passage.start if passage else None,
            end=passage.end if passage else None,
            problem=draft.problem,
            suggestion=draft.suggestion,
            evidence=list(draft.evidence),
            reporter_name=draft.name,
            reporter_email=draft.email,
        )
    )


def _passage(session: Session, draft: ReportDraft) -> Passage | None:
    """Find the passage in the version that the reader saw; ``None`` where none is given."""
    version = session.scalars(
        select(Version).where(
            Version.article_id == draft.article_id, Version.number == draft.version_number
        )
    ).first()
    if version is None:
        raise NotFound("There is no such version of this article.")
    if not draft.passage:
        return None
    text = version_text(version.text)
    found = find(draft.passage, text)
    if found is None:
        raise InvalidInput("passage", _not_found(draft, closest(draft.passage, text)))
    return found


def _not_found(draft: ReportDraft, meant: str | None) -> str:
    where = f"These words do not stand in version {draft.version_number}."
    if meant is None:
        return f"{where} Copy them from the article, or leave this empty and say where they are."
    return f"{where} Do you mean “{meant}”?"


def _due(at: datetime) -> datetime:
    zone = ZoneInfo(current_app.config["TIMEZONE"])
    return due(at, current_app.config["DECISION_DAYS"], zone)


def token_hash(token: str) -> bytes:
    """Return the keyed hash under which a private link is known."""
    return keyed_hash("report token", token)


def _with_token(session: Session, token: str) -> Report | None:
    return session.scalars(select(Report).where(Report.token_hash == token_hash(token))).first()


def _report_and_root(session: Session, token: str) -> tuple[Report, Case]:
    """Return a report and the locked case that decides on it, be it merged or not."""
    report = _with_token(session, token)
    if report is None:
        raise NotFound("There is no report at this link.")
    case = lock_case(session, report.case_id)
    if case.merged_into_id is not None:
        case = lock_case(session, case.merged_into_id)
    return report, case


def _refuse_withdrawn(report: Report) -> None:
    if report.withdrawn_at is not None:
        raise Conflict("This report is withdrawn already.")


def _has_live_report(session: Session, case: Case) -> bool:
    cases = select(Case.id).where((Case.id == case.id) | (Case.merged_into_id == case.id))
    live = select(Report.id).where(Report.case_id.in_(cases), Report.withdrawn_at.is_(None))
    return session.scalar(live.limit(1)) is not None


def _message(report: Report, kind: MessageKind, at: datetime, text: str) -> Message:
    return Message(report_id=report.id, kind=kind, at=at, author_id=None, text=text)
