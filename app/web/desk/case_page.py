"""The page of a case: everything about it on one screen, and each action as a form of its own."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.clock import now
from app.extensions import db
from app.models import Case, Staff
from app.queries import cases as case_queries
from app.queries import duplicates, queue, relations
from app.queries.cases import CasePage
from app.queries.queue_views import View
from app.rules.errors import DeskError, StaleCase
from app.rules.permissions import Permission, is_permitted
from app.web.desk import canned, history, passage
from app.web.desk.panel import Panel, panel
from app.web.forms.desk import (
    AskForm,
    CaseForm,
    ClaimForm,
    DeclineForm,
    MergeForm,
    NoteForm,
    QuarantineForm,
    RelateForm,
    ReopenForm,
    SplitForm,
)
from app.web.identity import current_staff
from app.web.pagination import whole_number

BESIDE = 30
"""How many cases of the queue stand beside a case."""

FORMS: dict[str, type[FlaskForm]] = {
    "claim": ClaimForm,
    "release": CaseForm,
    "ask": AskForm,
    "resume": CaseForm,
    "agree": CaseForm,
    "decline": DeclineForm,
    "merge": MergeForm,
    "unmerge": CaseForm,
    "quarantine": QuarantineForm,
    "restore": CaseForm,
    "reopen": ReopenForm,
    "split": SplitForm,
    "relate": RelateForm,
    "unrelate": RelateForm,
    "undo": CaseForm,
    "note": NoteForm,
}


def case_page(
    found: Case,
    acted: str = "",
    form: FlaskForm | None = None,
    *,
    error: DeskError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show a case, with the form that was just sent in the state it is in."""
    if form is not None:
        db.session.refresh(found)  # a service has looked at it since
    page = case_queries.page(found)
    staff, at = current_staff(), now()
    offered = panel(page, staff, at)
    seen = whole_number(form.seen.data) if isinstance(form, CaseForm) else None
    forms = _forms(page, acted, form, is_renewed=error is not None)
    is_lost = error is not None and acted not in offered.actions
    shown = render_template(
        "desk/case.html",
        page=page,
        case=found,
        forms=forms,
        acted=acted,
        error=error,
        panel=offered,
        kept=_typed(form) if is_lost and form is not None else (),
        missed=history.since(page, staff, seen or 0) if isinstance(error, StaleCase) else (),
        answer=canned.answer(page, forms["decline"]) if _is_asked_for("preview", status) else None,
        **_around(page, offered, staff),
    )
    return shown, status


def _around(page: CasePage, offered: Panel, staff: Staff) -> dict[str, Any]:
    """Return what the page shows around the decision."""
    first, at = page.reports[0].report, now()
    elsewhere = duplicates.elsewhere(first, current_app.config["LANGUAGE"])
    rows = queue.waiting(View.OPEN, staff, at, BESIDE + 1)
    return {
        "may_publish": is_permitted(staff.role, Permission.PUBLISH),
        "staff": staff,
        "now": at,
        "around": passage.around(page),
        "since": passage.since(page),
        "repeats": passage.repeats(page),
        "history": history.history(page, staff),
        "standing": history.standing(page, staff),
        "likely": duplicates.like(page.case, first),
        "elsewhere": elsewhere,
        "related": relations.of_case(page.case),
        "relatable": relations.suggested(first, elsewhere) if "relate" in offered.actions else (),
        "queue": rows[:BESIDE],
        "has_more": len(rows) > BESIDE,
    }


def _is_asked_for(what: str, status: int) -> bool:
    return request.method == "POST" and request.form.get("do") == what and status < 400


def _forms(
    page: CasePage, acted: str, form: FlaskForm | None, *, is_renewed: bool
) -> dict[str, FlaskForm]:
    """Return every form of the page, empty but for the one that was sent.

    That one carries on the version of the case that its author saw, until the author has been
    told of what is new.
    """
    forms: dict[str, FlaskForm] = {name: kind(formdata=None) for name, kind in FORMS.items()}
    if form is not None:
        forms[acted] = form
    for each in forms.values():
        if "seen" in each and (each is not form or is_renewed):
            each.seen.data = str(page.case.version)
    canned.offer(page, forms["decline"])
    return forms


def _typed(form: FlaskForm) -> list[tuple[str, str]]:
    """Return what somebody typed into a form that is not offered any more, to be given back."""
    return [
        (str(field.label.text), str(field.data))
        for field in form
        if field.data and field.type in ("StringField", "TextAreaField")
    ]
