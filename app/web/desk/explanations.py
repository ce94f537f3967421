"""The canned explanations, which admins keep and everybody at the desk begins with."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.models import Explanation
from app.queries import explanations as explanation_queries
from app.rules.canned import PLACEHOLDERS
from app.rules.errors import Conflict, InvalidInput
from app.rules.permissions import Permission
from app.services import explanations as explanation_services
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.forms.explanations import ExplanationForm
from app.web.identity import current_staff


@desk_pages.route("/explanations", methods=["GET", "POST"])
@requires(Permission.MANAGE_EXPLANATIONS)
def explanations() -> ResponseReturnValue:
    """List the canned explanations, and add one."""
    form = ExplanationForm()
    if not form.validate_on_submit():
        return _list_page(form)
    try:
        explanation_services.add(
            title=form.title.data or "",
            text=form.text.data or "",
            reason=form.chosen,
            by=current_staff(),
            at=now(),
        )
    except InvalidInput as error:
        form[error.field].errors = [error.message]
        return _list_page(form)
    said = _("“%(title)s” can be chosen from now on.", title=form.title.data)
    # What was typed is kept for good: the browser may forget its draft.
    flash({"text": said, "sent": request.path}, "done")  # type: ignore[arg-type] # as JSON
    return redirect(url_for("desk.explanations"), 303)


@desk_pages.route("/explanations/<number:number>", methods=["GET", "POST"])
@requires(Permission.MANAGE_EXPLANATIONS)
def explanation(number: int) -> ResponseReturnValue:
    """Change a canned explanation."""
    found = explanation_queries.with_number(number)
    form = ExplanationForm(
        seen=found.edited_at.isoformat(),
        title=found.title,
        reason=found.reason.value if found.reason else "",
        text=found.text,
    )
    if not form.validate_on_submit():
        return _edit_page(found, form)
    try:
        explanation_services.edit(
            number,
            seen=form.seen.data or "",
            title=form.title.data or "",
            text=form.text.data or "",
            reason=form.chosen,
            by=current_staff(),
            at=now(),
        )
    except InvalidInput as error:
        form[error.field].errors = [error.message]
        return _edit_page(explanation_queries.with_number(number), form)
    except Conflict as error:
        return _edit_page(explanation_queries.with_number(number), form, conflict=error)
    flash(_("“%(title)s” is changed.", title=form.title.data))
    return redirect(url_for("desk.explanations"), 303)


@desk_pages.post("/explanations/<number:number>/delete")
@requires(Permission.MANAGE_EXPLANATIONS)
def delete_explanation(number: int) -> ResponseReturnValue:
    """Delete a canned explanation."""
    found = explanation_queries.with_number(number)
    form, title = ExplanationForm(), found.title
    try:
        explanation_services.remove(number, seen=form.seen.data or "")
    except Conflict as error:
        again = explanation_queries.with_number(number)
        return _edit_page(again, _as_kept(again), conflict=error)
    flash(_("“%(title)s” is deleted.", title=title))
    return redirect(url_for("desk.explanations"), 303)


def _as_kept(found: Explanation) -> ExplanationForm:
    """Return the form of a text as it is now, whatever was sent."""
    return ExplanationForm(
        formdata=None,
        title=found.title,
        reason=found.reason.value if found.reason else "",
        text=found.text,
    )


def _list_page(form: ExplanationForm) -> ResponseReturnValue:
    shown = render_template(
        "desk/explanations.html",
        form=form,
        explanations=explanation_queries.in_order(),
        placeholders=PLACEHOLDERS,
    )
    return shown, 422 if form.errors else 200


def _edit_page(
    found: Explanation, form: ExplanationForm, *, conflict: Conflict | None = None
) -> ResponseReturnValue:
    """Show a text for editing; after a conflict, what was typed beside what stands there now."""
    if conflict:
        form.seen.data = found.edited_at.isoformat()
    shown = render_template(
        "desk/explanation.html",
        found=found,
        form=form,
        conflict=conflict,
        placeholders=PLACEHOLDERS,
    )
    return shown, conflict.status if conflict else 422 if form.errors else 200
