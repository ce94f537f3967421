"""Reporting an error, and the private page on which a reader follows a report."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.clock import now
from app.extensions import csrf
from app.models import Version
from app.queries import articles
from app.queries import reports as report_queries
from app.queries.articles import ArticlePage
from app.queries.reports import ReportPage
from app.rules.calendar import due
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.references import grouped, typed_token
from app.services import reports
from app.web.access import personal
from app.web.forms.report import AnswerForm, AppealForm, FindReportForm, ReportForm, WithdrawForm
from app.web.pagination import whole_number
from app.web.public import public_pages
from app.web.public.timeline import declined, timeline


@public_pages.route("/articles/<slug>/report", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token, so that a stale page keeps what was typed
@personal
def report(slug: str) -> ResponseReturnValue:
    """Take a report of an error in one version of an article."""
    page = articles.page(slug)
    form = ReportForm()
    version = _reported_version(page, form)
    browser = session.setdefault("reader", secrets.token_hex(16))
    if form.validate_on_submit():
        try:
            draft = form.draft(page.article.id, version.number)
            token = reports.submit(draft, browser=browser, at=now())
        except InvalidInput as error:
            form[error.field].errors = [error.message]
        else:
            return redirect(url_for("public.receipt", token=token), 303)
    _explain_stale(form)
    shown = render_template(
        "public/report.html",
        form=form,
        page=page,
        version=version,
        letters=current_app.config["LETTERS_CONTACT"],
        rights=current_app.config["RIGHTS_CONTACT"],
    )
    return shown, 422 if form.errors else 200


def _reported_version(page: ArticlePage, form: ReportForm) -> Version:
    """Return the version that the reader saw: the form's, the link's, or else the latest."""
    typed = form.version.data or request.args.get("version")
    number = whole_number(typed) or page.article.latest_number
    try:
        version = articles.version(page.article, number)
    except NotFound:
        version = page.version
    form.version.data = str(version.number)
    return version


def _explain_stale(form: FlaskForm) -> None:
    """Say in a reader's words that a form came too late or without its cookie."""
    if "csrf_token" in form.errors:
        form.csrf_token.errors = [
            _("This page was open for too long, or your browser keeps no cookies. Send it again.")
        ]


@public_pages.get("/reports/<token>/receipt")
@personal
def receipt(token: str) -> ResponseReturnValue:
    """Confirm that a report is stored, and give its reference and its private link."""
    token = typed_token(token)
    found = report_queries.with_token(token)
    return render_template("public/receipt.html", token=token, **_shown(found))


@public_pages.get("/reports/<token>/receipt.txt")
@personal
def receipt_text(token: str) -> ResponseReturnValue:
    """Give the receipt as a text file, for keeping."""
    token = typed_token(token)
    found = report_queries.with_token(token)
    text = render_template("public/receipt.txt", token=token, **_shown(found))
    name = f"report-{found.report.reference}.txt"
    response = Response(text, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@public_pages.route("/reports", methods=["GET", "POST"])
@personal
def find_report() -> ResponseReturnValue:
    """Open the private page of a report by its link or its code."""
    form = FindReportForm()
    if form.validate_on_submit():
        token = typed_token(form.link.data or "")
        try:
            report_queries.with_token(token)
        except NotFound:
            form.link.errors = [
                _("There is no report with this code. Look for a letter that is missing or wrong.")
            ]
        else:
            return redirect(url_for("public.report_status", token=token), 303)
    return render_template("public/find_report.html", form=form), 422 if form.errors else 200


@public_pages.get("/reports/<token>")
@personal
def report_status(token: str) -> ResponseReturnValue:
    """Show a reader how far a report has come, and what the reader can do."""
    return _status_page(typed_token(token))


@public_pages.post("/reports/<token>/answer")
@personal
def answer(token: str) -> ResponseReturnValue:
    """Take an answer to the desk's question."""
    form = AnswerForm(prefix="answer")
    if not form.validate_on_submit():
        return _status_page(token, answer_form=form, status=422)
    return _done(token, lambda: reports.answer(token, at=now(), text=form.text.data or ""), form)


@public_pages.post("/reports/<token>/appeal")
@personal
def appeal(token: str) -> ResponseReturnValue:
    """Take the one appeal against a decision."""
    form = AppealForm(prefix="appeal")
    if not form.validate_on_submit():
        return _status_page(token, appeal_form=form, status=422)
    return _done(token, lambda: reports.appeal(token, at=now(), text=form.text.data or ""), form)


@public_pages.post("/reports/<token>/withdraw")
@personal
def withdraw(token: str) -> ResponseReturnValue:
    """Take a report back."""
    return _done(token, lambda: reports.withdraw(token, at=now()), WithdrawForm())


def _done(token: str, act: Callable[[], None], form: FlaskForm) -> ResponseReturnValue:
    """Do what the reader asked for; where the case has moved on, show it and keep the text."""
    try:
        act()
    except Conflict as error:
        kept = form.text.data if "text" in form else ""
        return _status_page(token, conflict=error.message, kept=kept, status=error.status)
    return redirect(url_for("public.report_status", token=token), 303)


def _status_page(
    token: str,
    *,
    answer_form: AnswerForm | None = None,
    appeal_form: AppealForm | None = None,
    conflict: str = "",
    kept: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    found = report_queries.with_token(token)
    shown = render_template(
        "public/status.html",
        token=token,
        answer_form=answer_form or AnswerForm(formdata=None, prefix="answer"),
        appeal_form=appeal_form or AppealForm(formdata=None, prefix="appeal"),
        conflict=conflict,
        kept=kept,
        **_shown(found),
    )
    return shown, status


def _shown(found: ReportPage) -> dict[str, Any]:
    """Return what the receipt and the status page both show of a report."""
    zone = ZoneInfo(current_app.config["TIMEZONE"])
    read_by = due(found.report.received_at, current_app.config["READ_DAYS"], zone)
    return {
        "found": found,
        "report": found.report,
        "read_by": read_by,
        "version": articles.version(found.article, found.report.version_number),
        "steps": timeline(found),
        "declined": declined(found),
        "grouped": grouped,
    }
