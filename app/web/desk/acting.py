"""Doing something to a case: one way for every action, which loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup, escape

from app.clock import now
from app.models import Case
from app.queries import cases as case_queries
from app.queries import queue
from app.queries.queue_views import View
from app.rules.errors import DeskError, InvalidInput, NotFound
from app.web.desk.case_page import FORMS, case_page
from app.web.forms.desk import CaseForm
from app.web.identity import current_staff
from app.web.pagination import whole_number

Act = Callable[[Case, Any], None]
Then = Callable[[Case, str], ResponseReturnValue]


def who(form: CaseForm) -> dict[str, Any]:
    """Return what every service for a case is told besides what it does."""
    return {"seen": whole_number(form.seen.data) or 0, "by": current_staff(), "at": now()}


def act(reference: str, name: str, do: Act, then: Then | None = None) -> ResponseReturnValue:
    """Do an action; where it cannot be done, show the case as it is now and keep what was typed."""
    found = case_queries.with_reference(reference)
    form: FlaskForm = FORMS[name]()
    if not form.validate_on_submit():
        return case_page(found, name, form, status=422)
    try:
        do(found, form)
    except InvalidInput as error:
        form[error.field].errors = [error.message]
        return case_page(found, name, form, status=422)
    except NotFound:
        raise
    except DeskError as error:
        return case_page(found, name, form, error=error, status=error.status)
    return (then or same_case)(found, name)


def same_case(found: Case, name: str) -> ResponseReturnValue:
    """Stay with a case, and say what was done to it."""
    said(found, escape(_DONE[name](found.reference)))
    return redirect(url_for("desk.case", reference=found.reference), 303)


def next_case(found: Case, name: str) -> ResponseReturnValue:
    """Go on to the case that comes next, and say what became of the one before."""
    own = url_for("desk.case", reference=found.reference)
    link = Markup('<a href="{}">{}</a>').format(own, found.reference)
    said(found, Markup(escape(_DONE[name]("%s")).replace("%s", link)))  # noqa: S704 - escaped
    rows = queue.waiting(View.UNCLAIMED, current_staff(), now(), 1)
    if not rows:
        return redirect(url_for("desk.queue"), 303)
    return redirect(url_for("desk.case", reference=rows[0].case.reference), 303)


def said(found: Case, message: Markup) -> None:
    """Say on the next page what was done; what can be undone is offered with it.

    ``sent`` is the address of the form that got here, whose draft the browser may forget.
    """
    case = case_queries.with_reference(found.reference)
    told: dict[str, Any] = {"text": message, "sent": request.path}
    if case.undoable_at(now()):
        told |= {"undo": case.reference, "seen": case.version}
    flash(told, "done")  # type: ignore[arg-type] # Flask keeps whatever JSON can


_DONE: dict[str, Callable[[str], str]] = {
    "claim": lambda ref: _("%(ref)s is yours for 30 minutes.", ref=ref),
    "release": lambda ref: _("%(ref)s is free again.", ref=ref),
    "ask": lambda ref: _("The question stands at the reader’s private link."),
    "resume": lambda ref: _("%(ref)s is in review again.", ref=ref),
    "agree": lambda ref: _("%(ref)s is agreed. Nothing is public until it is published.", ref=ref),
    "decline": lambda ref: _("%(ref)s is declined, and the reader is told why.", ref=ref),
    "merge": lambda ref: _("%(ref)s is merged.", ref=ref),
    "unmerge": lambda ref: _("%(ref)s is a case of its own again.", ref=ref),
    "quarantine": lambda ref: _("%(ref)s is in quarantine.", ref=ref),
    "restore": lambda ref: _("%(ref)s is back in the queue.", ref=ref),
    "reopen": lambda ref: _("%(ref)s is in review again.", ref=ref),
    "relate": lambda ref: _("%(ref)s is related to the other case.", ref=ref),
    "unrelate": lambda ref: _("%(ref)s stands by itself again.", ref=ref),
    "undo": lambda ref: _("%(ref)s is again as it was before.", ref=ref),
    "note": lambda ref: _("The note is kept."),
}
