"""The front page, articles, their versions, and versions compared."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.queries import articles, corrections, redactions
from app.rules import structure_changes
from app.rules.details import changed_details
from app.rules.differences import Change
from app.web import structured
from app.web.access import public
from app.web.pagination import cursor, position, whole_number
from app.web.public import memento, public_pages
from app.web.public.marginalia import annotated, plain
from app.web.public.marks import last_marks, mark_line

PAGE = 20
RECENT = 6


@public_pages.get("/")
@public
def front() -> ResponseReturnValue:
    """Show the latest articles, and beside them what was corrected lately."""
    before = position(request.args.get("before"))
    teasers = articles.latest(PAGE + 1, before)
    shown = teasers[:PAGE]
    older = cursor(shown[-1].published_at, shown[-1].id) if len(teasers) > PAGE else None
    return render_template(
        "public/front.html",
        teasers=shown,
        older=older,
        is_first=before is None,
        mark_line=mark_line,
        recent=corrections.page(corrections.Filter(), RECENT),
        total=corrections.last_number(),
        data=structured.publication(),
    )


@public_pages.get("/articles/<slug>")
@public
def article(slug: str) -> ResponseReturnValue:
    """Show an article as it is now, with its notices, its log and its history."""
    page = articles.page(slug)
    past = memento.past(page)
    if past is not None:
        return past
    html = render_template(
        "public/article.html",
        page=page,
        text=page.version.text,
        blocks=annotated(page),
        marks=last_marks(page.entries),
        decision_days=current_app.config["DECISION_DAYS"],
        described=structured.article(page),
    )
    return memento.as_original(html, page)


@public_pages.get("/articles/<slug>/versions")
@public
def versions(slug: str) -> ResponseReturnValue:
    """Show the history of an article's text."""
    return render_template("public/versions.html", page=articles.page(slug))


@public_pages.get("/articles/<slug>/versions/<number:number>")
@public
def version(slug: str, number: int) -> ResponseReturnValue:
    """Show an article as it was public in one version."""
    page = articles.page(slug)
    found = articles.public_version(page, number)
    html = render_template(
        "public/version.html",
        page=page,
        version=found,
        redacted=redactions.of_versions([found.id]).get(found.id) if found.is_redacted else None,
        text=found.text,
        blocks=plain(found.text),
    )
    return memento.as_memento(html, page, found)


@public_pages.get("/articles/<slug>/compare")
@public
def choose_compare(slug: str) -> ResponseReturnValue:
    """Go to the comparison that was chosen in a form."""
    first = whole_number(request.args.get("a")) or 1
    second = whole_number(request.args.get("b")) or first
    return redirect(url_for("public.compare", slug=slug, a=first, b=second), 303)


@public_pages.get("/articles/<slug>/compare/<number:a>..<number:b>", endpoint="compare")
@public
def compare_versions(slug: str, a: int, b: int) -> ResponseReturnValue:
    """Show what differs between two versions."""
    page = articles.page(slug)
    before, after = articles.comparable(page, a, b)
    rows = structure_changes.compare_versions(before.text, after.text)
    return render_template(
        "public/compare.html",
        page=page,
        before=before,
        after=after,
        rows=rows,
        details=changed_details(before.text, after.text),
        changes=sum(isinstance(row, Change) for row in rows),
        entries=[e for e in page.entries if a < e.to_version <= b],
    )
