"""The way of a report in words that its reader uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.delivery.messages import Declined, told
from app.models import CaseEvent
from app.queries.reports import ReportPage
from app.rules.declines import read
from app.rules.workflow import OPEN, Action, CaseStatus


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, is happening, or will: ``state`` is done, now or later."""

    title: str
    at: datetime | None = None
    state: str = "done"
    text: str = ""
    is_due: bool = False


def declined(found: ReportPage) -> Declined | None:
    """Return why the report was declined, as long as that decision stands."""
    decision = found.decision
    grounds = read(decision.reason) if decision else None
    return told(grounds, decision.explanation) if decision and grounds else None


def timeline(found: ReportPage) -> list[Step]:
    """Return what happened to a report, oldest first, and what comes next."""
    return [*_past(found), *_next(found)]


def _past(found: ReportPage) -> Iterator[Step]:
    yield Step(_("You sent the report"), found.report.received_at)
    is_begun = False
    for event in found.events:
        if event.at < found.report.received_at:
            is_begun = is_begun or event.action is Action.CLAIM
            continue
        if event.action is Action.CLAIM and is_begun:
            continue
        is_begun = is_begun or event.action is Action.CLAIM
        step = _told(event, found)
        if step:
            yield step
    if found.report.withdrawn_at and found.case.status is not CaseStatus.WITHDRAWN:
        yield Step(_("You withdrew the report"), found.report.withdrawn_at)


def _told(event: CaseEvent, found: ReportPage) -> Step | None:
    """Put an event of the case in the reader's words; what is the desk's own affair is left out."""
    is_own = event.report_id == found.report.id
    titles = {
        Action.CLAIM: _("Somebody on the desk began to look into it"),
        Action.ASK: _("We asked you a question"),
        Action.ANSWER: _("You answered") if is_own else _("Another reader answered"),
        Action.RESUME: _("We went on without an answer"),
        Action.AGREE: _("We agreed: the article is to be corrected"),
        Action.DECLINE: _("We declined the report"),
        Action.PUBLISH: _("The correction was published"),
        Action.WITHDRAW: _("You withdrew the report"),
        Action.APPEAL: _("You appealed") if is_own else _("Another reader appealed"),
        Action.REOPEN: _("We took it up again"),
        Action.SPLIT: None if event.report_id else _("We look at your report by itself now"),
    }
    title = titles.get(event.action)
    return Step(title, event.at) if title else None


def _next(found: ReportPage) -> Iterator[Step]:
    """Say what comes next, and by when, as long as the case is open."""
    status = found.case.status
    if found.report.withdrawn_at or status not in OPEN:
        return
    if status is CaseStatus.RECEIVED:
        yield Step(_("Somebody on the desk reads it"), state="now")
    if status is CaseStatus.WAITING_READER:
        yield Step(_("Your answer, and then our decision"), state="now")
        return
    if status is CaseStatus.AGREED:
        yield Step(_("The correction is being written"), state="now")
        return
    state = "later" if status is CaseStatus.RECEIVED else "now"
    yield Step(_("A decision, with its reason"), found.case.due_at, state=state, is_due=True)
