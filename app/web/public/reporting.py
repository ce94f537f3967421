"""Reporting an error: the form, what is already known, a last look, and the sending."""

from __future__ import annotations

import secrets
from dataclasses import replace

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.clock import now
from app.extensions import csrf
from app.models import Version
from app.queries import articles, known
from app.queries.articles import ArticlePage
from app.queries.known import Known
from app.rules.errors import Conflict, InvalidInput, NotFound, TooMany
from app.rules.kinds import ProblemKind, Route
from app.rules.passages import Passage, select, version_text
from app.services import reports
from app.services.reports import ReportDraft
from app.tokens import keyed_hash
from app.web.access import personal
from app.web.forms.report import ReportForm
from app.web.pagination import whole_number
from app.web.public import public_pages, suspicion
from app.web.senders import sender

_LONGEST_SELECTION = 2000
_CONTACTS = {
    Route.OPINION: "LETTERS_CONTACT",
    Route.COMPLAINT: "COMPLAINTS_CONTACT",
    Route.REMOVAL: "RIGHTS_CONTACT",
    Route.QUESTION: "QUESTIONS_CONTACT",
}


@public_pages.route("/articles/<slug>/report", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token, so that a stale page keeps what was typed
@personal
def report(slug: str) -> ResponseReturnValue:
    """Take a report of an error in one version of an article."""
    page = articles.page(slug)
    form = ReportForm()
    version = _reported_version(page, form)
    browser = session.setdefault("reader", secrets.token_hex(16))
    if request.method == "GET":
        passage = _prefill(form, version)
        return _form_page(page, version, form, known.about(page.article, version, passage, now()))
    if "change" in request.form:
        return _form_page(page, version, form, Known())
    if form.route:
        return _routed_page(page, version, form, form.route)
    if not form.validate():
        _explain_stale(form)
        return _form_page(page, version, form, Known(), status=422)
    return _send(page, version, form, browser)


def _send(
    page: ArticlePage, version: Version, form: ReportForm, browser: str
) -> ResponseReturnValue:
    """Send a well-formed report, unless there is something that its reader should see first."""
    draft = form.draft(page.article.id, version.number)
    token = reports.token_for(draft, browser)
    if reports.is_stored(token):
        return redirect(url_for("public.receipt", token=token), 303)
    try:
        passage = reports.check_passage(draft)
        matters = known.about(page.article, version, passage, now())
        if _needs_a_last_look(form, matters):
            return _check_page(page, version, form, matters)
        reports.submit(_judged(draft, form), browser=browser, at=now(), limits=_limits(page, form))
    except InvalidInput as error:
        form[error.field].errors = [error.message]
        return _form_page(page, version, form, Known(), status=error.status)
    except (TooMany, Conflict) as error:
        form.same_as.data = ""
        form.form_errors.append(error.message)
        return _form_page(page, version, form, Known(), status=error.status)
    return redirect(url_for("public.receipt", token=token), 303)


def _judged(draft: ReportDraft, form: ReportForm) -> ReportDraft:
    """Add to a report what looks suspicious about it."""
    found = suspicion.of_form(form)
    return replace(draft, suspicion=found.reasons, is_quarantined=found.is_enough)


def _limits(page: ArticlePage, form: ReportForm) -> list[tuple[str, ...]]:
    """Return what an accepted report counts against."""
    limits = suspicion.limits(page.article.id, sender())
    if form.work.data:
        challenge = keyed_hash("throttle", form.opened.data or "").hex()
        limits.append((suspicion.PER_WORK, "work", challenge))
    return limits


def _needs_a_last_look(form: ReportForm, matters: Known) -> bool:
    """Say whether something is known that was not shown, or there is an answer worth checking."""
    is_seen = matters.names <= set((form.shown.data or "").split())
    is_worth_checking = bool(form.email.data or form.evidence.data)
    return not is_seen or (is_worth_checking and form.checked.data != "1")


def _prefill(form: ReportForm, version: Version) -> Passage | None:
    """Fill in the passage that was selected, given by its place in the version's text."""
    start, end = (whole_number(request.args.get(name)) for name in ("start", "end"))
    text = version_text(version.text)
    if request.args.get("start") == "0":
        start = 0
    if start is None or end is None or not start < end <= len(text):
        return None
    if end - start > _LONGEST_SELECTION:
        return None
    passage = select(text, start, end)
    form.passage.data, form.start.data = passage.quote, str(start)
    return passage


def _reported_version(page: ArticlePage, form: ReportForm) -> Version:
    """Return the version that the reader saw: the form's, the link's, or else the latest.

    Raises ``Gone`` where no version may be read: a form would show any passage of one.
    """
    typed = form.version.data or request.args.get("version")
    number = whole_number(typed) or page.article.latest_number
    try:
        version = articles.public_version(page, number)
    except NotFound:
        version = None
    if version is None or version.is_redacted:  # whose words nobody can point at any more
        version = articles.public_version(page, page.article.latest_number)
    form.version.data = str(version.number)
    return version


def _explain_stale(form: FlaskForm) -> None:
    """Say in a reader's words that a form came too late or without its cookie."""
    if "csrf_token" in form.errors:
        form.csrf_token.errors = [
            _("This page was open for too long, or your browser keeps no cookies. Send it again.")
        ]


def _form_page(
    page: ArticlePage, version: Version, form: ReportForm, matters: Known, *, status: int = 200
) -> ResponseReturnValue:
    form.opened.data = form.opened.data or suspicion.opening_mark()
    form.shown.data = " ".join(sorted(matters.names))
    form.checked.data = ""
    shown = render_template(
        "public/report.html",
        form=form,
        page=page,
        version=version,
        matters=matters,
        is_under_pressure=suspicion.is_under_pressure(),
        contacts=_contacts(),
    )
    return shown, status


def _check_page(
    page: ArticlePage, version: Version, form: ReportForm, matters: Known
) -> ResponseReturnValue:
    form.shown.data = " ".join(sorted(matters.names))
    form.checked.data = "1"
    return render_template(
        "public/check_report.html", form=form, page=page, version=version, matters=matters
    )


def _routed_page(
    page: ArticlePage, version: Version, form: ReportForm, route: Route
) -> ResponseReturnValue:
    return render_template(
        "public/routed_report.html",
        form=form,
        page=page,
        version=version,
        route=route,
        contact=_contacts()[route],
        kinds=list(ProblemKind),
    )


def _contacts() -> dict[Route, str]:
    return {route: current_app.config[setting] for route, setting in _CONTACTS.items()}
