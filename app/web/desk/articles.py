"""The desk's list of articles."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.queries import articles as article_queries
from app.rules.permissions import Permission, is_permitted
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.identity import current_staff
from app.web.pagination import cursor, position

PAGE = 50


@desk_pages.get("/articles", endpoint="articles")
@requires(Permission.VIEW_DESK)
def list_articles() -> ResponseReturnValue:
    """List the articles, newest first, or those whose headline holds some words."""
    words = request.args.get("q", "").strip()[:200]
    before = position(request.args.get("before"))
    found = article_queries.latest(PAGE + 1, before, words)
    shown = found[:PAGE]
    more = len(found) > PAGE
    return render_template(
        "desk/articles.html",
        rows=shown,
        words=words,
        total=article_queries.count(),
        may_edit=is_permitted(current_staff().role, Permission.EDIT_ARTICLES),
        older=cursor(shown[-1].published_at, shown[-1].id) if more else None,
    )
