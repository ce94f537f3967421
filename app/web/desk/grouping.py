"""Which reports and cases belong together: splitting one off, relating cases across articles."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models import Case
from app.rules.permissions import Permission
from app.services import grouping
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.desk.acting import act, who
from app.web.forms.desk import SplitForm


@desk_pages.post("/cases/<reference>/split")
@requires(Permission.TRIAGE)
def split(reference: str) -> ResponseReturnValue:
    """Make a report a case of its own, and open that."""
    opened: list[str] = []

    def do(found: Case, form: SplitForm) -> None:
        opened.append(grouping.split(found.id, **who(form), report=form.report.data or ""))

    def then(found: Case, _name: str) -> ResponseReturnValue:
        flash(_("%(new)s is a case of its own, split from %(ref)s.", new=opened[0], ref=reference))
        return redirect(url_for("desk.case", reference=opened[0]), 303)

    return act(reference, "split", do, then=then)


@desk_pages.post("/cases/<reference>/relate")
@requires(Permission.TRIAGE)
def relate(reference: str) -> ResponseReturnValue:
    """Note that a case belongs together with another one."""
    return act(
        reference,
        "relate",
        lambda c, f: grouping.relate(c.id, **who(f), other=f.other.data or ""),
    )


@desk_pages.post("/cases/<reference>/unrelate")
@requires(Permission.TRIAGE)
def unrelate(reference: str) -> ResponseReturnValue:
    """Note that a case does not belong together with another one after all."""
    return act(
        reference,
        "unrelate",
        lambda c, f: grouping.unrelate(c.id, **who(f), other=f.other.data or ""),
    )
