"""The history of a case in words: who did what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.models import CaseEvent, Report, Staff
from app.queries.cases import CasePage
from app.rules.declines import read
from app.rules.workflow import Action, CaseStatus
from app.rules.workflow import standing as unundone
from app.web.desk.times import clock


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what happened, why (for staff), and what the reader was told of it."""

    text: Markup
    at: datetime
    why: str = ""
    told: str = ""


def history(page: CasePage, staff: Staff) -> list[Line]:
    """Return what happened to a case, newest first, with the arrival of the reports it shows."""
    steps = [_line(event, page, staff) for event in page.events]
    arrivals = [_arrival(each.report) for each in page.reports]
    return sorted([*steps, *arrivals], key=lambda line: line.at, reverse=True)


def since(page: CasePage, staff: Staff, seen: int) -> list[Markup]:
    """Return what happened after version ``seen`` of a case, oldest first."""
    missed = [event for event in reversed(page.events) if event.case_version >= seen]
    said = escape(_("%(what)s, %(time)s"))
    return [
        said % {"what": _line(event, page, staff).text, "time": clock(event.at)} for event in missed
    ]


def standing(page: CasePage, staff: Staff) -> Line | None:
    """Return the step that brought a case to where it stands, where somebody decided that."""
    if page.case.status in (CaseStatus.RECEIVED, CaseStatus.IN_REVIEW):
        return None
    oldest_first = page.events[::-1]
    stands = [oldest_first[place] for place in unundone([e.action for e in oldest_first])]
    moves = (e for e in reversed(stands) if e.from_status is not e.to_status)
    latest = next(moves, None)
    return _line(latest, page, staff) if latest else None


def _arrival(report: Report) -> Line:
    said = escape(_("%(who)s sent %(report)s"))
    return Line(
        said % {"who": _bold(_("A reader")), "report": report.reference}, report.received_at
    )


def _line(event: CaseEvent, page: CasePage, staff: Staff) -> Line:
    said = escape(_wording(event)) % {
        "who": _bold(_actor(event, staff)),
        "report": page.named.get(event.report_id or 0, _("a report")),
        "to": _target(event),
    }
    is_told = event.action is Action.DECLINE
    return Line(said, event.at, _why(event), event.explanation if is_told else "")


def _bold(name: str) -> Markup:
    return Markup("<b>{}</b>").format(name)


def _actor(event: CaseEvent, staff: Staff) -> str:
    if event.actor is None:
        is_readers = event.action in (Action.ANSWER, Action.WITHDRAW, Action.APPEAL)
        return _("A reader") if is_readers else _("The desk")
    return _("You") if event.actor_id == staff.id else event.actor.name


def _wording(event: CaseEvent) -> str:
    if event.action is Action.CLAIM and event.reason:
        return _("%(who)s took it over")
    if _is_from_outside(event):
        return {
            Action.MERGE: _("%(who)s merged %(to)s into it"),
            Action.UNMERGE: _("%(who)s took %(to)s out of it"),
            Action.SPLIT: _("%(who)s split it from %(to)s"),
            Action.UNDO: _("%(who)s undid the merging of %(to)s into it"),
        }[event.action]
    return {
        Action.CLAIM: _("%(who)s claimed it"),
        Action.RELEASE: _("%(who)s let go of it"),
        Action.ASK: _("%(who)s asked the reader a question"),
        Action.ANSWER: _("%(who)s answered in %(report)s, so it is in review again"),
        Action.RESUME: _("%(who)s went on without an answer"),
        Action.AGREE: _("%(who)s agreed: the article is to be corrected"),
        Action.DECLINE: _("%(who)s declined it"),
        Action.PUBLISH: _("%(who)s published %(to)s"),
        Action.MERGE: _("%(who)s merged it into %(to)s"),
        Action.UNMERGE: _("%(who)s undid the merge"),
        Action.QUARANTINE: _("%(who)s set it aside"),
        Action.RESTORE: _("%(who)s put it back in the queue"),
        Action.WITHDRAW: _("%(who)s withdrew %(report)s"),
        Action.APPEAL: _("%(who)s appealed in %(report)s"),
        Action.REOPEN: _("%(who)s took it up again"),
        Action.ASSIGN: _("%(who)s gave it to %(to)s"),
        Action.SPLIT: _("%(who)s made %(report)s a case of its own, %(to)s"),
        Action.RELATE: _("%(who)s noted that it belongs together with %(to)s"),
        Action.UNRELATE: _("%(who)s noted that it does not belong together with %(to)s"),
        Action.UNDO: _("%(who)s undid the step before"),
    }[event.action]


def _is_from_outside(event: CaseEvent) -> bool:
    """Say whether a step was taken on another case, and is noted here because it concerns this."""
    if event.action is Action.SPLIT:
        return event.report_id is None
    moving = (Action.MERGE, Action.UNMERGE, Action.UNDO)
    return event.action in moving and event.from_status is event.to_status


_BETWEEN_CASES = frozenset(
    {Action.MERGE, Action.UNMERGE, Action.SPLIT, Action.RELATE, Action.UNRELATE}
)


def _target(event: CaseEvent) -> Markup:
    """Link to the entry that was published, or to the other case that a step concerns."""
    if event.action is Action.PUBLISH and event.reason.isdigit():
        number = int(event.reason)
        url, name = url_for("public.correction", number=number), _("entry %(n)s", n=number)
        return Markup('<a href="{}">{}</a>').format(url, name)
    if event.reason and (event.action in _BETWEEN_CASES or _is_from_outside(event)):
        url = url_for("desk.case", reference=event.reason)
        return Markup('<a href="{}">{}</a>').format(url, event.reason)
    return escape(event.reason)


def _why(event: CaseEvent) -> str:
    """Return the reason of a step where its text does not hold it already."""
    if event.action in _BETWEEN_CASES | {Action.PUBLISH, Action.UNDO, Action.ASSIGN}:
        return ""
    grounds = read(event.reason) if event.action is Action.DECLINE else None
    if grounds is None:
        return event.reason
    label = _(grounds.reason.label)
    return (
        _("%(reason)s: %(detail)s", reason=label, detail=grounds.detail)
        if grounds.detail
        else label
    )
