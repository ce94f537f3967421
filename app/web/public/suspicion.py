"""What makes a report suspicious. It is flagged for the desk or set aside, never dropped."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, TimestampSigner

from app.clock import now
from app.rules.proof_of_work import is_proof
from app.services import throttle
from app.web.forms.report import ReportForm

PER_ADDRESS = "30 per hour"
PER_ARTICLE = "300 per hour"
EVERYBODY = "1000000 per hour"
PER_WORK = "3 per 2 hours"
"""How many reports one proof of work serves: a form that is changed and sent again is one."""

_WORK_HOLDS = 7200
"""Seconds for which a challenge can be proved."""

_FASTEST = 3
"""Seconds in which nobody reads the form and writes a sentence."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a report looks like abuse, and whether that is enough to set it aside."""

    reasons: tuple[str, ...]
    is_enough: bool


def opening_mark() -> str:
    """Return the signed time at which a form is opened, which is also its challenge for work."""
    return _signer().sign(b"report").decode()


def of_form(form: ReportForm) -> Suspicion:
    """Look at a form that was sent."""
    reasons = [*_haste(form.opened.data or "")]
    grave = [*_trap(form), *_lack_of_work(form)]
    return Suspicion(tuple(grave + reasons), bool(grave))


def of_program() -> Suspicion:
    """Look at what a program sent: nobody opened a form, or could have proved work."""
    if is_under_pressure():
        return Suspicion((_("sent by a program, at a time of many reports"),), is_enough=True)
    return Suspicion((_("sent by a program"),), is_enough=False)


def limits(article_id: int, sender: str) -> list[tuple[str, ...]]:
    """Return what an accepted report counts against."""
    return [
        (PER_ADDRESS, "reports from", sender),
        (PER_ARTICLE, "reports on", str(article_id)),
        (EVERYBODY, "reports"),
    ]


def is_under_pressure() -> bool:
    """Say whether so many reports come in that senders have to prove work."""
    limit = current_app.config["PRESSURE_PER_HOUR"]
    return bool(limit) and throttle.used(EVERYBODY, "reports") >= limit


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.config["SECRET_KEY"]), salt="report form")


def _trap(form: ReportForm) -> list[str]:
    return [_("filled in the field that people leave empty")] if form.website.data else []


def _haste(opened: str) -> list[str]:
    try:
        _value, at = _signer().unsign(opened, return_timestamp=True)
    except BadSignature:
        return [_("sent without the mark of when the form was opened")]
    seconds = (now() - at).total_seconds()
    return [_("sent within a few seconds")] if seconds < _FASTEST else []


def _has_worked(challenge: str, proof: str) -> bool:
    """Say whether a proof is one of a challenge of ours that is not older than two hours."""
    try:
        _signer().unsign(challenge, max_age=_WORK_HOLDS)
    except BadSignature:
        return False
    return is_proof(challenge, proof)


def _lack_of_work(form: ReportForm) -> list[str]:
    if not is_under_pressure() or _has_worked(form.opened.data or "", form.work.data or ""):
        return []
    return [_("sent without proof of work, at a time of many reports")]
