"""Making a letter's message: its words, in plain text and HTML, and its headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app, render_template
from flask_babel import gettext as _

from app.delivery.carriers import sender, site_host
from app.delivery.errors import Undeliverable
from app.delivery.headers import PLAIN, WIDE, one_line
from app.models import Case, CaseEvent, Letter, LetterKind, Report
from app.queries.follows import link_token
from app.queries.letters import Outgoing, mail_token
from app.rules.calendar import Calendar
from app.rules.declines import Grounds, read
from app.tokens import as_token, keyed_hash

_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Declined:
    """Why a report was declined: the reason, what has to be stated with it, the desk's words.

    ``entry`` is the number of the entry that corrected it already, where that is the reason.
    """

    label: str
    stated: str
    detail: str
    explanation: str
    entry: int | None = None


def compose(mail: Outgoing, *, at: datetime) -> EmailMessage:
    """Return a letter as a message to one address; raise ``Undeliverable`` where that is none."""
    recipient = _recipient(mail.address)
    message = EmailMessage(PLAIN if recipient.isascii() else WIDE)
    known: dict[str, Any] = {"mail": mail, "subject": _subject(mail), **_context(mail)}
    message["From"] = sender()
    message["To"] = recipient
    message["Subject"] = known["subject"]
    message["Date"] = at
    message["Message-ID"] = _message_id(mail.letter)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office note comes back
    if mail.follow:
        message["List-Unsubscribe"] = f"<{known['stop_url']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    kind = mail.letter.kind.value
    text = _plain(kind, known)
    page = render_template(f"mail/{kind}.html", **known)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    return message


def _plain(kind: str, known: dict[str, Any]) -> str:
    text = render_template(f"mail/{kind}.txt", **known)
    return _GAPS.sub("\n\n", text).strip() + "\n"


def decision_text(case: Case, report: Report, slug: str, headline: str, declined: Declined) -> str:
    """Return the words of a letter about a decision that is not taken yet.

    The private link is cut short: it is the reader's alone.
    """
    letter = Letter(kind=LetterKind.DECISION)
    mail = Outgoing(letter, report.reporter_email, slug, headline, report=report, case=case)
    own = address_of("public.report_status", token="-")  # noqa: S106 - it stands for any
    link = own.removesuffix("-") + "…"
    known = {"mail": mail, **_context(mail), "declined": declined, "own_url": link}
    return _plain(letter.kind.value, known)


def _recipient(address: str) -> str:
    """Return an address as mail servers know it: a domain's name in ASCII where that will do."""
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Undeliverable("The address is none that mail can go to.", is_final=True) from None
    return found.ascii_email or found.normalized


def _message_id(letter: Letter) -> str:
    """Return the same id however often a letter is sent, so that a second copy is known as one."""
    hashed = keyed_hash("message id", str(letter.id), letter.created_at.isoformat())
    return f"<{as_token(hashed).lower()}@{site_host()}>"


def _subject(mail: Outgoing) -> str:
    reference = mail.report.reference if mail.report else ""
    headline = one_line(mail.headline, 90)
    kind = _(mail.entry.kind.label) if mail.entry else ""
    subjects = {
        LetterKind.RECEIVED: _("We have your report %(reference)s", reference=reference),
        LetterKind.QUESTION: _("A question about your report %(reference)s", reference=reference),
        LetterKind.DECISION: _("Our decision on your report %(reference)s", reference=reference),
        LetterKind.CORRECTION: _(
            "%(kind)s published: your report %(reference)s", kind=kind, reference=reference
        ),
        LetterKind.APPEAL: _("We have your appeal on report %(reference)s", reference=reference),
        LetterKind.FOLLOW: _("Please confirm: corrections to “%(headline)s”", headline=headline),
        LetterKind.FOLLOWED: _("%(kind)s: “%(headline)s”", kind=kind, headline=headline),
    }
    return one_line(subjects[mail.letter.kind])


def _context(mail: Outgoing) -> dict[str, Any]:
    """Return what the templates are given beside the letter itself."""
    known: dict[str, Any] = {"article_url": address_of("public.article", slug=mail.slug)}
    if mail.entry:
        known["entry_url"] = address_of("public.correction", number=mail.entry.number)
    if mail.report and mail.case:
        calendar: Calendar = current_app.config["CALENDAR"]
        token = mail_token(mail.report)
        known["own_url"] = address_of("public.report_status", token=token)
        known["read_by"] = calendar.due(mail.report.received_at, current_app.config["READ_DAYS"])
        known["declined"] = _declined(mail.event) if mail.event else None
    if mail.follow:
        link = {"number": mail.follow.id, "token": link_token(mail.follow)}
        known["confirm_url"] = address_of("public.confirm_follow", **link)
        known["stop_url"] = address_of("public.stop_follow", **link)
    return known


def _declined(event: CaseEvent) -> Declined | None:
    grounds = read(event.reason)
    return told(grounds, event.explanation) if grounds else None


def told(grounds: Grounds, explanation: str) -> Declined:
    """Put the grounds of a decision into a reader's words."""
    stated = _(grounds.reason.requires) if grounds.detail else ""
    return Declined(
        label=_(grounds.reason.label),
        stated=stated[:1].upper() + stated[1:],
        detail=grounds.detail,
        explanation=explanation,
        entry=grounds.entry,
    )


def address_of(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page of the site."""
    site = urlsplit(str(current_app.config["SITE_URL"]))
    bound = current_app.url_map.bind(
        site.netloc, script_name=site.path or "/", url_scheme=site.scheme
    )
    return bound.build(endpoint, values, force_external=True)
