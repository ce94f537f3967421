"""The private pages of a report: its receipt, how far it is, and what its reader can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.clock import now
from app.delivery import files
from app.queries import articles
from app.queries import reports as report_queries
from app.queries.reports import ReportPage
from app.rules.calendar import Calendar
from app.rules.errors import Conflict, NotFound, TooMany
from app.rules.references import grouped, typed_reference, typed_token
from app.services import private_links
from app.web.access import personal
from app.web.forms.report import AddForm, AnswerForm, AppealForm, FindReportForm
from app.web.public import public_pages
from app.web.public.following import shown_to_reader
from app.web.public.timeline import declined, timeline

_FORMS: dict[str, type[FlaskForm]] = {"answer": AnswerForm, "add": AddForm, "appeal": AppealForm}


@public_pages.get("/reports/<token>/receipt")
@personal
def receipt(token: str) -> ResponseReturnValue:
    """Confirm that a report is stored, and give its reference and its private link."""
    token = typed_token(token)
    found = shown_to_reader(token)
    return render_template("public/receipt.html", token=token, **_shown(found))


@public_pages.get("/reports/<token>/receipt.txt")
@personal
def receipt_text(token: str) -> ResponseReturnValue:
    """Give the receipt as a text file, for keeping."""
    token = typed_token(token)
    found = shown_to_reader(token)
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
                _("This is the reference. It does not open the report: use the link, or its code.")
                if typed_reference(form.link.data or "")
                else _("There is no report with this code. Look for a letter that is missing.")
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
    return _written(token, "answer", private_links.answer)


@public_pages.post("/reports/<token>/add")
@personal
def add_to_report(token: str) -> ResponseReturnValue:
    """Take something that the reader adds."""
    return _written(token, "add", private_links.add)


@public_pages.post("/reports/<token>/appeal")
@personal
def appeal(token: str) -> ResponseReturnValue:
    """Take the one appeal against a decision."""
    return _written(token, "appeal", private_links.appeal)


@public_pages.post("/reports/<token>/withdraw")
@personal
def withdraw(token: str) -> ResponseReturnValue:
    """Take a report back."""
    try:
        private_links.withdraw(token, at=now())
    except Conflict as error:
        return _status_page(token, conflict=error.message, status=error.status)
    return redirect(url_for("public.report_status", token=token), 303)


@public_pages.post("/reports/<token>/erase")
@personal
def erase_report(token: str) -> ResponseReturnValue:
    """Erase the reader's name, address and words."""
    files.remove(private_links.erase(token, at=now()))
    return redirect(url_for("public.report_status", token=token), 303)


def _written(token: str, name: str, act: Callable[..., None]) -> ResponseReturnValue:
    """Take what a reader wrote; where the case has moved on, show it and keep the text."""
    form = _FORMS[name](prefix=name)
    if not form.validate_on_submit():
        return _status_page(token, {name: form}, status=422)
    text = form.text.data or ""
    try:
        act(token, at=now(), text=text)
    except (Conflict, TooMany) as error:
        return _status_page(token, conflict=error.message, kept=text, status=error.status)
    return redirect(url_for("public.report_status", token=token), 303)


def _status_page(
    token: str,
    sent: Mapping[str, FlaskForm] | None = None,
    *,
    conflict: str = "",
    kept: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Show the private page, with a form that was just sent in the state it is in."""
    found = shown_to_reader(token)
    forms = {name: form(formdata=None, prefix=name) for name, form in _FORMS.items()}
    shown = render_template(
        "public/status.html",
        token=token,
        forms=forms | dict(sent or {}),
        conflict=conflict,
        kept=kept,
        **_shown(found),
    )
    return shown, status


def _shown(found: ReportPage) -> dict[str, Any]:
    """Return what the receipt and the status page both show of a report."""
    calendar: Calendar = current_app.config["CALENDAR"]
    read_by = calendar.due(found.report.received_at, current_app.config["READ_DAYS"])
    return {
        "found": found,
        "report": found.report,
        "read_by": read_by,
        "version": articles.version(found.article, found.report.version_number),
        "steps": timeline(found),
        "declined": declined(found),
        "grouped": grouped,
    }
