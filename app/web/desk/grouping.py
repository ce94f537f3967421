"""Which reports and cases belong together: all of a case, splitting one off, relating cases."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.models import Case
from app.queries import case_reports as report_queries
from app.queries import cases as case_queries
from app.rules.permissions import Permission
from app.services import grouping
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.desk.acting import act, who
from app.web.desk.panel import panel
from app.web.forms.desk import SplitForm
from app.web.identity import current_staff
from app.web.pagination import whole_number

REPORTS = 50
"""How many reports of a case stand on a page."""


@desk_pages.get("/cases/<reference>/reports")
@requires(Permission.VIEW_DESK)
def case_reports(reference: str) -> ResponseReturnValue:
    """List the reports on a case, of which its own page shows the first and the newest."""
    case = case_queries.with_reference(reference)
    page, after = case_queries.page(case), whole_number(request.args.get("after"))
    found = report_queries.page(case, REPORTS + 1, after)
    shown, last = found[:REPORTS], None if len(found) <= REPORTS else found[REPORTS - 1].report.id
    return render_template(
        "desk/case_reports.html",
        page=page,
        case=case,
        reports=shown,
        panel=panel(page, current_staff(), now()),
        is_first=not after,
        last=last,
    )


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
