"""Redactions: finding words that have to go, taking them away, and all that was taken away.

Words are asked for by POST, so that they get into no access log and no browser's history.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.delivery import files
from app.queries import redactable
from app.queries import redactions as redaction_queries
from app.rules.errors import DeskError
from app.rules.permissions import Permission
from app.rules.transparency.redactions import RedactionReason
from app.services import log as log_services
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.forms.redactions import LookForm, RedactForm
from app.web.identity import current_staff
from app.web.pagination import whole_number

PAGE = 30


@desk_pages.get("/redactions")
@requires(Permission.REDACT)
def redactions() -> ResponseReturnValue:
    """Ask which words have to go, and list all that was taken away, the newest first."""
    return _page(LookForm())


@desk_pages.post("/redactions")
@requires(Permission.REDACT)
def redact() -> ResponseReturnValue:
    """Show what holds some words, or take away what was chosen of it."""
    if request.form.get("do") != "redact":
        looked = LookForm()
        return _found_page(looked, None) if looked.validate() else _page(looked)
    form = RedactForm()
    if not form.validate():
        return _found_page(form, form)
    try:
        quoting = log_services.redact(
            form.targets, reason=RedactionReason(form.reason.data), by=current_staff()
        )
    except DeskError as error:
        return _found_page(form, form, error)
    files.remove(quoting)
    number = len(set(form.targets))
    flash(
        ngettext(
            "The words of %(num)s version or entry are gone. Every earlier proof still holds.",
            "The words of %(num)s versions and entries are gone. Every earlier proof still holds.",
            number,
        )
    )
    return redirect(url_for("desk.redactions"), 303)


def _page(form: LookForm) -> ResponseReturnValue:
    """Show the form, and all redactions so far."""
    taken = redaction_queries.page(PAGE + 1, whole_number(request.args.get("below")))
    shown = taken[:PAGE]
    page = render_template(
        "desk/redactions.html",
        form=form,
        rows=shown,
        below=shown[-1].redacted.leaf if len(taken) > PAGE else None,
    )
    return page, 422 if form.errors else 200


def _found_page(
    looked: LookForm, form: RedactForm | None, error: DeskError | None = None
) -> ResponseReturnValue:
    """Show all that holds the words, with what was chosen of it; at first that is everything."""
    if looked.words.errors:
        return _page(looked)
    found = redactable.holding(looked.words.data or "")
    chosen = set(form.targets) if form else set(found.leaves)
    page = render_template(
        "desk/redactable.html",
        looked_for=looked.words.data,
        found=found,
        form=form or RedactForm(formdata=None),
        chosen=chosen,
        error=error,
        most=redactable.MOST,
    )
    status = error.status if error else 422 if form and form.errors else 200
    return page, status
