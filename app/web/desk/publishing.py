"""Publishing: the article's text and the notice side by side, with the difference and a preview."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.extensions import db
from app.models import Article, Case, Version
from app.queries import articles, corrections
from app.queries import cases as case_queries
from app.rules.differences import compare, excerpt
from app.rules.errors import DeskError, InvalidInput
from app.rules.kinds import CorrectionKind
from app.rules.passages import text_blocks
from app.rules.permissions import Permission
from app.rules.texts import VersionText
from app.rules.wording import check
from app.rules.workflow import CaseStatus
from app.services import corrections as correction_services
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.forms.desk import NoteForm, PublishForm, ReopenForm
from app.web.forms.fields import split_lines
from app.web.identity import current_staff
from app.web.pagination import whole_number


@desk_pages.post("/cases/<reference>/publish")
@requires(Permission.PUBLISH)
def publish(reference: str) -> ResponseReturnValue:
    """Publish the correction of an agreed case, or show it as it would be."""
    case = case_queries.with_reference(reference)
    article = db.session.get_one(Article, case.article_id)
    version, form = _workspace(article)
    if request.form.get("do") == "preview" or not form.validate_on_submit():
        return publish_page(case, form, status=422 if form.errors else 200)
    try:
        number = correction_services.publish(
            case.id,
            form_text(form, version.text),
            seen=whole_number(form.seen.data) or 0,
            credit=form.credit.data or "",
            **_declared(form),
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
            article.id, form_text(form, version.text), **_declared(form)
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
    if form is None:
        _version, form = _workspace(page.article)
    form.seen.data = str(case.version)
    reopen, note = ReopenForm(formdata=None), NoteForm(formdata=None)
    reopen.seen.data = form.seen.data
    return render_template(
        "desk/publish.html",
        page=page,
        case=case,
        can_publish=case.status is CaseStatus.AGREED,
        reopen_form=reopen,
        note_form=note,
        error=error,
        **_shown(page.article, form),
    ), status


def _edit_page(
    article: Article, form: PublishForm, *, error: DeskError | None = None, status: int = 200
) -> ResponseReturnValue:
    shown = _shown(article, form)
    return render_template("desk/edit_article.html", error=error, **shown), status


def _workspace(article: Article) -> tuple[Version, PublishForm]:
    """Return the article's present version and the form, filled from it or as it was sent."""
    db.session.refresh(article)
    version = articles.version(article, article.latest_number)
    entries = [entry.number for entry in corrections.of_article(article.id)]
    return version, PublishForm(version, entries)


def form_text(form: PublishForm, before: VersionText) -> VersionText:
    """Return the version that a form would bring about; what it does not offer stays."""
    return replace(
        before,
        headline=form.headline.data or "",
        standfirst=form.standfirst.data or "",
        key_points=tuple(split_lines(form.key_points.data)),
        body=form.body.data or "",
    )


def _declared(form: PublishForm) -> dict[str, Any]:
    return {
        "seen_version": whole_number(form.seen_version.data) or 0,
        "kind": CorrectionKind(form.kind.data),
        "notice": form.notice.data or "",
        "amends": whole_number(form.amends.data),
        "by": current_staff(),
        "at": now(),
    }


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
    rows = compare(text_blocks(latest.text), text_blocks(text))
    kind = CorrectionKind(form.kind.data) if form.kind.data in list(CorrectionKind) else None
    notice = form.notice.data or ""
    return {
        "article": article,
        "version": latest,
        "form": form,
        "rows": rows,
        "change": excerpt(rows),
        "kind": kind,
        "kinds": list(CorrectionKind),
        "notice": notice,
        "advice": check(notice, kind) if notice and kind else (),
        "next_number": corrections.count(corrections.Filter()) + 1,
        "now": now(),
    }


def _published(number: int) -> ResponseReturnValue:
    flash(_("Entry %(number)d is public.", number=number))
    return redirect(url_for("public.correction", number=number), 303)
