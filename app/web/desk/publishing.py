"""Publishing: the article's text and the notice side by side, with the difference and a preview."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup, escape

from app.clock import now
from app.extensions import db
from app.models import Article, Case, Version
from app.queries import articles, case_reports, corrections, queue
from app.queries import cases as case_queries
from app.queries.queue_views import View
from app.rules.declarations import Declaration
from app.rules.details import changed_details
from app.rules.differences import Excerpt, excerpt
from app.rules.errors import DeskError, InvalidInput, StaleCase
from app.rules.kinds import CorrectionKind, Placement
from app.rules.notices import first_wording, wording
from app.rules.permissions import Permission
from app.rules.structure_changes import compare_versions
from app.rules.texts import VersionText
from app.rules.wording import check
from app.services import corrections as correction_services
from app.web.access import requires
from app.web.desk import desk_pages, history, passage
from app.web.desk.panel import panel, publishing_obstacle
from app.web.filters import day
from app.web.forms.desk import CaseForm, ClaimForm, NoteForm, ReopenForm
from app.web.forms.fields import split_lines
from app.web.forms.publish import PublishForm
from app.web.identity import current_staff
from app.web.pagination import whole_number
from app.web.public.marginalia import plain

_BESIDE: dict[str, type[FlaskForm]] = {
    "claim": ClaimForm,
    "release": CaseForm,
    "reopen": ReopenForm,
    "note": NoteForm,
}
"""What else may be done to an agreed case, beside publishing."""


@desk_pages.post("/cases/<reference>/publish")
@requires(Permission.PUBLISH)
def publish(reference: str) -> ResponseReturnValue:
    """Publish the correction of an agreed case, or show it as it would be."""
    case = case_queries.with_reference(reference)
    article = db.session.get_one(Article, case.article_id)
    version, form = _workspace(article, case)
    if request.form.get("do") == "preview" or not form.validate_on_submit():
        return publish_page(case, form, status=422 if form.errors else 200)
    try:
        number = correction_services.publish(
            {case.id: whole_number(form.seen.data) or 0, **dict(form.also_seen())},
            form_text(form, version.text),
            _declaration(form),
            **_seen(form),
        )
    except DeskError as error:
        return publish_page(case, form, error=_beside_field(form, error), status=error.status)
    return _published(number)


@desk_pages.route("/articles/<slug>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_ARTICLES)
def edit_article(slug: str) -> ResponseReturnValue:
    """Change a published article without a report: declared, and entered in the log."""
    article = articles.with_slug(slug)
    version, form = _workspace(article)
    is_preview = request.form.get("do") == "preview"
    if is_preview or not form.validate_on_submit():
        return _edit_page(article, form, status=422 if form.errors else 200)
    try:
        number = correction_services.declare(
            article.id, form_text(form, version.text), _declaration(form), **_seen(form)
        )
    except DeskError as error:
        return _edit_page(article, form, error=_beside_field(form, error), status=error.status)
    return _published(number)


def publish_page(
    case: Case,
    form: PublishForm | None = None,
    *,
    error: DeskError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show an agreed case as the text and the notice that are to be published."""
    db.session.refresh(case)
    page = case_queries.page(case)
    staff, at = current_staff(), now()
    if form is None:
        _version, form = _workspace(page.article, case)
        form.credit.data = ", ".join(case_reports.thanked(case))
    seen = whole_number(form.seen.data) or 0
    form.seen.data = str(case.version)
    return render_template(
        "desk/publish.html",
        page=page,
        case=case,
        obstacle=publishing_obstacle(page, staff),
        panel=panel(page, staff, at),
        forms={name: kind(formdata=None) for name, kind in _BESIDE.items()},
        staff=staff,
        around=passage.around(page),
        since=passage.since(page),
        history=history.history(page, staff),
        standing=history.standing(page, staff),
        missed=history.since(page, staff, seen) if isinstance(error, StaleCase) else (),
        error=error,
        **_shown(page.article, form),
    ), status


def _edit_page(
    article: Article, form: PublishForm, *, error: DeskError | None = None, status: int = 200
) -> ResponseReturnValue:
    shown = _shown(article, form)
    return render_template("desk/edit_article.html", error=error, **shown), status


def _workspace(article: Article, case: Case | None = None) -> tuple[Version, PublishForm]:
    """Return the article's present version and the form, filled from it or as it was sent."""
    db.session.refresh(article)
    version = articles.version(article, article.latest_number)
    entries = [entry.number for entry in corrections.of_article(article.id)]
    agreed = case_queries.agreed_beside(case) if case else ()
    return version, PublishForm(version, entries, agreed)


def form_text(form: PublishForm, before: VersionText) -> VersionText:
    """Return the version that a form would bring about; what it does not offer stays."""
    return replace(
        before,
        headline=form.headline.data or "",
        standfirst=form.standfirst.data or "",
        key_points=tuple(split_lines(form.key_points.data)),
        body=form.body.data or "",
        byline=tuple(split_lines(form.byline.data)),
        section=form.section.data or "",
        source_name=form.source_name.data or "",
        source_url=form.source_url.data or "",
        ai_disclosure=form.ai_disclosure.data or "",
        image_alt=form.image_alt.data or "",
        image_caption=form.image_caption.data or "",
    )


def _declaration(form: PublishForm) -> Declaration:
    return Declaration(
        kind=CorrectionKind(form.kind.data),
        notice=form.notice.data or "",
        credit=form.credit.data or "",
        amends=whole_number(form.amends.data),
        withholds=bool(form.withholds.data),
    )


def _seen(form: PublishForm) -> dict[str, Any]:
    version = whole_number(form.seen_version.data) or 0
    return {"seen_version": version, "by": current_staff(), "at": now()}


def _beside_field(form: PublishForm, error: DeskError) -> DeskError | None:
    """Put an error that belongs to a field beside it; return any other for the page's head."""
    if not isinstance(error, InvalidInput):
        return error
    name = "body" if error.field == "text" else error.field
    form[name].errors = [error.message]
    return None


def _shown(article: Article, form: PublishForm) -> dict[str, Any]:
    """Return what a workspace shows: the difference as it will be public, and the check."""
    latest = articles.version(article, article.latest_number)
    text = form_text(form, latest.text)
    rows = compare_versions(latest.text, text)
    change = excerpt(rows)
    kind = CorrectionKind(form.kind.data) if form.kind.data in list(CorrectionKind) else None
    notice = form.notice.data or ""
    begun_at = whole_number(form.seen_version.data) or latest.number
    form.seen_version.data = str(latest.number)  # the difference below is to this one
    return {
        "article": article,
        "version": latest,
        "overtaken": begun_at if begun_at < latest.number else None,
        "form": form,
        "rows": rows,
        "change": change,
        "details": changed_details(latest.text, text),
        "blocks": plain(text),
        "kind": kind,
        "wording": _wording(kind, change) if kind else "",
        "kinds": [_about(each) for each in CorrectionKind],
        "notice": notice,
        "advice": check(notice, kind) if notice and kind else (),
        "changes": sum(row.is_change for row in rows),
        "next_number": corrections.last_number() + 1,
        "now": now(),
    }


def _wording(kind: CorrectionKind, change: Excerpt | None) -> str:
    """Return a first wording of the notice, filled from the difference."""
    was, is_now = (change.was, change.now) if change else ("", "")
    return first_wording(_(wording(kind)), was, is_now, day(now()))


def _about(kind: CorrectionKind) -> str:
    """Say when a kind of correction is called for, and where its notice stands."""
    if kind is CorrectionKind.RETRACTION:
        return _("%(when)s; in place of the text", when=_(kind.when))
    where = {
        Placement.ABOVE: _("%(when)s; above the text", when=_(kind.when)),
        Placement.BELOW: _("%(when)s; below the text", when=_(kind.when)),
        Placement.LOG_ONLY: _("%(when)s; in the log only", when=_(kind.when)),
    }
    return where[kind.placement]


def _published(number: int) -> ResponseReturnValue:
    """Stay at the desk, with the next case that waits to be published, and link to the entry."""
    address = url_for("public.correction", number=number)
    link = Markup('<a href="{}">{}</a>').format(address, _("Entry %(number)d", number=number))
    said = Markup(escape(_("%s is public."))) % link  # noqa: S704 - link is escaped
    flash({"text": said, "sent": request.path})  # type: ignore[arg-type] # as JSON
    rows = queue.waiting(View.AGREED, current_staff(), now(), 1)
    if not rows:
        return redirect(url_for("desk.queue"), 303)
    return redirect(url_for("desk.case", reference=rows[0].case.reference), 303)
