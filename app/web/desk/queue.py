"""The queue: what waits for the desk, what is due first on top."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.clock import now
from app.queries import cases
from app.queries.cases import View
from app.rules.permissions import Permission
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.identity import current_staff
from app.web.pagination import cursor, position

PAGE = 50


@desk_pages.get("", endpoint="queue")
@requires(Permission.VIEW_DESK)
def queue() -> ResponseReturnValue:
    """Show a view of the queue, or what a search found in it."""
    staff, at = current_staff(), now()
    wanted = request.args.get("view", "")
    view = View(wanted) if wanted in list(View) else View.OPEN
    words = request.args.get("q", "").strip()[:200]
    found = cases.waiting(
        view, staff, at, PAGE + 1, words=words, after=position(request.args.get("after"))
    )
    shown = found[:PAGE]
    last = shown[-1].case if len(found) > PAGE else None
    return render_template(
        "desk/queue.html",
        view=view,
        views=list(View),
        counts=cases.counts(staff, at),
        rows=shown,
        words=words,
        now=at,
        staff=staff,
        next_cursor=cursor(last.due_at, last.id) if last else None,
    )
