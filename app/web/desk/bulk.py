"""Doing one thing to many cases: each by itself, with what became of it.

A form that ticks a case carries the version of it that its author saw. What is read here of a
case holds for that version; the service, which locks the case, does it to that version alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app.clock import now
from app.logs import log_exception
from app.models import Case
from app.queries import queue as queue_queries
from app.queries.queue import QueueRow
from app.rules.bulk import MOST_AT_ONCE, BulkAction
from app.rules.errors import Conflict, DeskError, InvalidInput, NotFound
from app.rules.kinds import DeclineReason
from app.rules.permissions import Permission
from app.rules.references import case_reference
from app.services import assignments, cases
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.desk.queue import asked, queue_page
from app.web.forms.bulk import AssignForm, BulkDeclineForm, BulkForm, RejectForm
from app.web.identity import current_staff
from app.web.pagination import whole_number

Act = Callable[[int, dict[str, Any]], None]
"""Does something to the case of a number; told which version of it, by whom, and when."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: ``refusal`` is empty where it was done."""

    reference: str
    row: QueueRow
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """A case that was ticked, and the version of it that was seen."""

    number: int
    seen: int

    @property
    def reference(self) -> str:
        """The case's reference."""
        return case_reference(self.number)


@desk_pages.post("/queue/claim")
@requires(Permission.TRIAGE)
def claim_many() -> ResponseReturnValue:
    """Claim cases that nobody has."""
    return _do(BulkAction.CLAIM, BulkForm(), lambda number, who: cases.claim(number, **who))


@desk_pages.post("/queue/assign")
@requires(Permission.TRIAGE)
def assign_many() -> ResponseReturnValue:
    """Give cases to a colleague."""
    form = AssignForm()
    to = whole_number(form.to.data) or 0
    return _do(
        BulkAction.ASSIGN, form, lambda number, who: assignments.assign(number, **who, to=to)
    )


@desk_pages.post("/queue/agree")
@requires(Permission.DECIDE)
def agree_many() -> ResponseReturnValue:
    """Uphold reports of typos and broken links."""
    return _do(BulkAction.AGREE, BulkForm(), lambda number, who: cases.agree(number, **who))


@desk_pages.post("/queue/decline")
@requires(Permission.DECIDE)
def decline_many() -> ResponseReturnValue:
    """Turn reports of typos and broken links down, all for one reason."""
    form = BulkDeclineForm()

    def decline(number: int, who: dict[str, Any]) -> None:
        cases.decline(
            number,
            **who,
            reason=DeclineReason(form.reason.data),
            detail=form.detail.data or "",
            explanation=form.explanation.data or "",
        )

    return _do(BulkAction.DECLINE, form, decline)


@desk_pages.post("/queue/restore")
@requires(Permission.TRIAGE)
def restore_many() -> ResponseReturnValue:
    """Take cases out of quarantine."""
    return _do(BulkAction.RESTORE, BulkForm(), lambda number, who: cases.restore(number, **who))


@desk_pages.post("/queue/reject")
@requires(Permission.DECIDE)
def reject_many() -> ResponseReturnValue:
    """Decline what stands in quarantine as abusive or spam."""
    form = RejectForm()
    text = form.explanation.data or ""
    return _do(
        BulkAction.REJECT, form, lambda number, who: cases.reject(number, **who, explanation=text)
    )


def _do(action: BulkAction, form: FlaskForm, act: Act) -> ResponseReturnValue:
    """Do something to each case that was ticked; show what became of each of them."""
    values = request.form.getlist("case")
    ticked = [each for each in map(_ticked, dict.fromkeys(values)) if each]
    problem = _problem(ticked)
    if problem or not form.validate_on_submit():
        return _again(action, form, values, problem)
    rows = {row.case.id: row for row in queue_queries.chosen([each.number for each in ticked])}
    outcomes: list[Outcome] = []
    for each in ticked:
        if each.number not in rows:
            continue  # never a case of ours: the form was made up
        row = rows[each.number]
        try:
            refusal = _refusal(action, row.case, each, act)
        except InvalidInput as error:
            if not outcomes and error.field in form:  # then it is no case's fault
                form[error.field].errors = [error.message]
                return _again(action, form, values)
            refusal = error.message
        outcomes.append(Outcome(each.reference, row, refusal))
    return _result(action, form, outcomes)


def _ticked(value: str) -> Ticked | None:
    number, seen = map(whole_number, (value.partition(".")[::2]))
    return Ticked(number, seen) if number and seen else None


def _problem(ticked: Sequence[Ticked]) -> str:
    if not ticked:
        return _("Tick the cases first.")
    if len(ticked) > MOST_AT_ONCE:
        return _("At most %(most)d cases at once.", most=MOST_AT_ONCE)
    return ""


def _refusal(action: BulkAction, case: Case, ticked: Ticked, act: Act) -> str:
    """Do something to one case, in a transaction of its own; say why, where it was not done.

    Raises ``InvalidInput`` where what was typed cannot be used for it.
    """
    try:
        _refuse_others(action, case)
        act(ticked.number, {"seen": ticked.seen, "by": current_staff(), "at": now()})
    except InvalidInput:
        raise
    except DeskError as error:
        return error.message
    except StaleDataError:
        return _("Somebody else changed this case at the same moment.")
    except OperationalError as error:
        log_exception(error)
        return _("The database was busy: nothing was done to this one. Try again.")
    return ""


def _refuse_others(action: BulkAction, case: Case) -> None:
    """Refuse a case that does not belong with the others, or that a colleague is at work on."""
    refusal = action.refusal(case.status, case.kind)
    if refusal:
        raise Conflict(_(refusal))
    if case.holder_at(now()) not in (None, current_staff().id):
        raise Conflict(_("A colleague has claimed it: open it to take it over."))


def _again(
    action: BulkAction, form: FlaskForm, values: Sequence[str], problem: str = ""
) -> ResponseReturnValue:
    """Show the queue again, with everything as it was ticked and typed."""
    return queue_page(
        {action.value: form},
        acted=action.value,
        ticked=frozenset(values),
        problem=problem,
        status=422,
    )


def _result(
    action: BulkAction, form: FlaskForm, outcomes: Sequence[Outcome]
) -> ResponseReturnValue:
    """Show what became of each case; where nothing was done at all, that is a conflict."""
    if not outcomes:
        raise NotFound("There are no such cases.")
    part, done = asked(), [each for each in outcomes if not each.refusal]
    explanation = form["explanation"].data if "explanation" in form else ""
    shown = render_template(
        "desk/bulk.html",
        action=action,
        outcomes=outcomes,
        done=len(done),
        view=part.view,
        filters=part.filters,
        words=part.wanted.words,
        kept=explanation if len(done) < len(outcomes) else "",
    )
    return shown, 200 if done else 409
