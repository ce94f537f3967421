"""A case: everything about it on one screen, and each action as a form of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup, escape

from app.clock import now
from app.extensions import db
from app.models import Case
from app.queries import cases as case_queries
from app.queries import duplicates
from app.queries.cases import View
from app.rules.errors import DeskError, InvalidInput, NotFound, StaleCase
from app.rules.kinds import DeclineReason
from app.rules.permissions import Permission, is_permitted
from app.rules.workflow import CaseStatus
from app.services import cases
from app.web.access import requires
from app.web.desk import desk_pages, history, passage
from app.web.desk.panel import panel
from app.web.desk.publishing import publish_page
from app.web.forms.desk import (
    AskForm,
    CaseForm,
    ClaimForm,
    DeclineForm,
    MergeForm,
    NoteForm,
    QuarantineForm,
    ReopenForm,
)
from app.web.identity import current_staff
from app.web.pagination import whole_number

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
    "note": NoteForm,
}

Act = Callable[[Case, Any], None]


@desk_pages.get("/cases/<reference>")
@requires(Permission.VIEW_DESK)
def case(reference: str) -> ResponseReturnValue:
    """Show a case; an agreed one opens as the text and the notice to those who may publish."""
    found = case_queries.with_reference(reference)
    may_publish = is_permitted(current_staff().role, Permission.PUBLISH)
    if found.status is CaseStatus.AGREED and may_publish:
        return publish_page(found)
    return case_page(found)


@desk_pages.post("/cases/<reference>/claim")
@requires(Permission.TRIAGE)
def claim(reference: str) -> ResponseReturnValue:
    """Take a case, from a colleague too where there is a reason."""
    return _act(reference, "claim", lambda c, f: cases.claim(c.id, **_who(f), reason=f.why.data))


@desk_pages.post("/cases/<reference>/release")
@requires(Permission.TRIAGE)
def release(reference: str) -> ResponseReturnValue:
    """Let go of a case."""
    return _act(reference, "release", lambda c, f: cases.release(c.id, **_who(f)))


@desk_pages.post("/cases/<reference>/ask")
@requires(Permission.DECIDE)
def ask(reference: str) -> ResponseReturnValue:
    """Ask the reader a question."""
    return _act(reference, "ask", lambda c, f: cases.ask(c.id, **_who(f), question=f.question.data))


@desk_pages.post("/cases/<reference>/resume")
@requires(Permission.TRIAGE)
def resume(reference: str) -> ResponseReturnValue:
    """Go on without the reader's answer."""
    return _act(reference, "resume", lambda c, f: cases.resume(c.id, **_who(f)))


@desk_pages.post("/cases/<reference>/agree")
@requires(Permission.DECIDE)
def agree(reference: str) -> ResponseReturnValue:
    """Uphold a report."""
    is_editor = is_permitted(current_staff().role, Permission.PUBLISH)
    then = _same_case if is_editor else _next_case
    return _act(reference, "agree", lambda c, f: cases.agree(c.id, **_who(f)), then=then)


@desk_pages.post("/cases/<reference>/decline")
@requires(Permission.DECIDE)
def decline(reference: str) -> ResponseReturnValue:
    """Turn a report down."""

    def act(found: Case, form: DeclineForm) -> None:
        cases.decline(
            found.id,
            **_who(form),
            reason=DeclineReason(form.reason.data),
            explanation=form.explanation.data or "",
            detail=form.detail.data or "",
        )

    return _act(reference, "decline", act, then=_next_case)


@desk_pages.post("/cases/<reference>/merge")
@requires(Permission.DECIDE)
def merge(reference: str) -> ResponseReturnValue:
    """Make a case part of another one."""
    return _act(
        reference,
        "merge",
        lambda c, f: cases.merge(c.id, **_who(f), into=f.into.data),
        then=_next_case,
    )


@desk_pages.post("/cases/<reference>/unmerge")
@requires(Permission.DECIDE)
def unmerge(reference: str) -> ResponseReturnValue:
    """Make a merged case one of its own again."""
    return _act(reference, "unmerge", lambda c, f: cases.unmerge(c.id, **_who(f)))


@desk_pages.post("/cases/<reference>/quarantine")
@requires(Permission.TRIAGE)
def quarantine(reference: str) -> ResponseReturnValue:
    """Set a case aside that looks like abuse."""
    return _act(
        reference,
        "quarantine",
        lambda c, f: cases.quarantine(c.id, **_who(f), reason=f.why.data),
        then=_next_case,
    )


@desk_pages.post("/cases/<reference>/restore")
@requires(Permission.TRIAGE)
def restore(reference: str) -> ResponseReturnValue:
    """Take a case out of quarantine."""
    return _act(reference, "restore", lambda c, f: cases.restore(c.id, **_who(f)))


@desk_pages.post("/cases/<reference>/reopen")
@requires(Permission.DECIDE)
def reopen(reference: str) -> ResponseReturnValue:
    """Take a decided case up again."""
    return _act(reference, "reopen", lambda c, f: cases.reopen(c.id, **_who(f), reason=f.why.data))


@desk_pages.post("/cases/<reference>/note")
@requires(Permission.TRIAGE)
def note(reference: str) -> ResponseReturnValue:
    """Leave a note for colleagues."""
    return _act(
        reference,
        "note",
        lambda c, f: cases.note(c.id, by=current_staff(), at=now(), text=f.text.data),
    )


def _who(form: CaseForm) -> dict[str, Any]:
    """Return what every service for a case is told besides what it does."""
    return {"seen": whole_number(form.seen.data) or 0, "by": current_staff(), "at": now()}


def _act(
    reference: str,
    name: str,
    act: Act,
    then: Callable[[Case, str], ResponseReturnValue] | None = None,
) -> ResponseReturnValue:
    """Do an action; where it cannot be done, show the case as it is now and keep what was typed."""
    found = case_queries.with_reference(reference)
    form = FORMS[name]()
    if not form.validate_on_submit():
        return case_page(found, name, form, status=422)
    try:
        act(found, form)
    except InvalidInput as error:
        form[error.field].errors = [error.message]
        return case_page(found, name, form, status=422)
    except NotFound:
        raise
    except DeskError as error:
        return case_page(found, name, form, error=error, status=error.status)
    return (then or _same_case)(found, name)


def _same_case(found: Case, name: str) -> ResponseReturnValue:
    flash(_DONE[name](found.reference))
    return redirect(url_for("desk.case", reference=found.reference), 303)


def _next_case(found: Case, name: str) -> ResponseReturnValue:
    """Go on to the case that is due next, and say what became of the one before."""
    own = url_for("desk.case", reference=found.reference)
    link = Markup('<a href="{}">{}</a>').format(own, found.reference)
    flash(Markup(escape(_DONE[name]("%s")).replace("%s", link)))  # noqa: S704 - link is escaped
    rows = case_queries.waiting(View.UNCLAIMED, current_staff(), now(), 1)
    if not rows:
        return redirect(url_for("desk.queue"), 303)
    return redirect(url_for("desk.case", reference=rows[0].case.reference), 303)


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
    "note": lambda ref: _("The note is kept."),
}


def _typed(form: FlaskForm) -> list[tuple[str, str]]:
    """Return what somebody typed into a form that is not offered any more, to be given back."""
    return [
        (str(field.label.text), str(field.data))
        for field in form
        if field.data and field.type in ("StringField", "TextAreaField")
    ]


def case_page(
    found: Case,
    acted: str = "",
    form: FlaskForm | None = None,
    *,
    error: DeskError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show a case, with the form that was just sent in the state it is in."""
    db.session.refresh(found)
    page = case_queries.page(found)
    staff, at = current_staff(), now()
    seen = whole_number(form.seen.data) if isinstance(form, CaseForm) else None
    forms = {name: kind(formdata=None) for name, kind in FORMS.items()}
    if form is not None:
        forms[acted] = form
    for each in forms.values():
        if "seen" in each:
            each.seen.data = str(found.version)
    offered = panel(page, staff, at)
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
        may_publish=is_permitted(staff.role, Permission.PUBLISH),
        staff=staff,
        now=at,
        around=passage.around(page),
        since=passage.since(page),
        repeats=passage.repeats(page),
        history=history.history(page, staff),
        standing=history.standing(page, staff),
        missed=history.since(page, staff, seen or 0) if isinstance(error, StaleCase) else (),
        likely=duplicates.like(found, page.reports[0].report),
        elsewhere=duplicates.elsewhere(page.reports[0].report),
        queue=case_queries.waiting(View.OPEN, staff, at, 30),
        open_count=case_queries.counts(staff, at)[View.OPEN],
    )
    return shown, status
