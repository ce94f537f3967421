"""Reading reports, for the reader who sent one."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Article,
    Case,
    CaseEvent,
    Correction,
    Message,
    Report,
    case_corrections,
)
from app.queries.merged import live_on_case
from app.rules.errors import NotFound
from app.rules.workflow import OPEN, Action, CaseStatus, actions_from, standing
from app.tokens import keyed_hash


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All that a reader may know of a report: their words, the way it went, the answers."""

    report: Report
    case: Case
    article: Article
    events: Sequence[CaseEvent]
    messages: Sequence[Message]
    entries: Sequence[Correction]
    other_readers: int

    @property
    def question(self) -> Message | None:
        """The desk's question that waits for an answer, if one does."""
        if self.case.status is not CaseStatus.WAITING_READER or not self.report.is_live:
            return None
        questions = [message for message in self.messages if message.author_id is not None]
        return questions[-1] if questions else None

    @property
    def decision(self) -> CaseEvent | None:
        """The latest decision on the case, as long as it stands."""
        ending = {CaseStatus.DECLINED: Action.DECLINE, CaseStatus.CORRECTED: Action.PUBLISH}
        action = ending.get(self.case.status)
        found = [event for event in self.events if event.action is action]
        return found[-1] if found else None

    @property
    def can_add(self) -> bool:
        """Whether something can be added to the report."""
        return self.report.is_live and self.case.status in OPEN | {CaseStatus.QUARANTINED}

    @property
    def can_appeal(self) -> bool:
        """Whether the one appeal is still open."""
        return self._can(Action.APPEAL) and self.case.appealed_at is None

    @property
    def can_withdraw(self) -> bool:
        """Whether there is still something to take back."""
        return self._can(Action.WITHDRAW)

    def _can(self, action: Action) -> bool:
        return self.report.is_live and action in actions_from(self.case.status)


def with_token(token: str) -> ReportPage:
    """Return the report behind a private link, the receipt's or the mails'; raise ``NotFound``."""
    hashed = keyed_hash("report token", token)
    report = db.session.scalars(
        select(Report)
        .where(or_(Report.token_hash == hashed, Report.mail_token_hash == hashed))
        .options(joinedload(Report.article))
    ).first()
    if report is None or not _is_either(hashed, report.token_hash, report.mail_token_hash):
        raise NotFound("There is no report at this link.")
    case = db.session.get_one(Case, report.case_id)
    if case.merged_into_id is not None:
        case = db.session.get_one(Case, case.merged_into_id)
    return ReportPage(
        report=report,
        case=case,
        article=report.article,
        events=_events(case),
        messages=_messages(report),
        entries=_entries(case),
        other_readers=_other_readers(report, case),
    )


def _is_either(hashed: bytes, *known: bytes | None) -> bool:
    """Compare hashes in constant time, whatever the database's own comparison takes."""
    same = [hmac.compare_digest(hashed, each or b"") for each in known]
    return any(same)


def _events(case: Case) -> list[CaseEvent]:
    """Return the steps of a case that stand; what the desk undid, no reader ever heard of."""
    events = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    ).all()
    return [events[place] for place in standing([event.action for event in events])]


def _messages(report: Report) -> list[Message]:
    return list(
        db.session.scalars(
            select(Message).where(Message.report_id == report.id).order_by(Message.id)
        )
    )


def _entries(case: Case) -> list[Correction]:
    return list(
        db.session.scalars(
            select(Correction)
            .join(case_corrections, case_corrections.c.correction_id == Correction.id)
            .where(case_corrections.c.case_id == case.id)
            .order_by(Correction.number)
        )
    )


def _other_readers(report: Report, case: Case) -> int:
    count = select(func.count(Report.id)).where(live_on_case(case.id), Report.id != report.id)
    return db.session.scalar(count) or 0
