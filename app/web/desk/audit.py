"""The audit: what happened to the accounts of the desk, for admins."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.queries import audit as audit_queries
from app.queries import staff as staff_queries
from app.rules.permissions import Permission
from app.rules.security import SecurityEventKind
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.pagination import cursor, position, whole_number

PAGE = 50


@desk_pages.get("/audit")
@requires(Permission.VIEW_AUDIT)
def audit() -> ResponseReturnValue:
    """List what happened, the newest first, of one person or of one kind if that is asked."""
    person = whole_number(request.args.get("person"))
    asked = request.args.get("kind", "")
    kind = SecurityEventKind(asked) if asked in list(SecurityEventKind) else None
    before = position(request.args.get("before"))
    found = audit_queries.page(PAGE + 1, person=person, kind=kind, before=before)
    shown = found[:PAGE]
    return render_template(
        "desk/audit.html",
        rows=shown,
        people=staff_queries.everyone(),
        kinds=list(SecurityEventKind),
        person=person,
        kind=kind,
        before=cursor(shown[-1].at, shown[-1].id) if len(found) > PAGE else None,
    )
