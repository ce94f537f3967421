"""The desk's list of letters: what is stuck, what waits, and what is out of the house."""

from __future__ import annotations

import re
from email.message import EmailMessage

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.delivery import files
from app.models import DeliveryState
from app.queries import cosignings, letters, pings
from app.queries.letters import LetterRow, Place
from app.rules.errors import NotFound
from app.rules.permissions import Permission
from app.services import outbox
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.pagination import cursor, position

PAGE = 50


@desk_pages.get("/letters", endpoint="letters")
@requires(Permission.VIEW_DESK)
def list_letters() -> ResponseReturnValue:
    """List the letters, those first that need somebody."""
    found = letters.page(PAGE + 1, _place(request.args.get("after")))
    shown = found[:PAGE]
    return render_template(
        "desk/letters.html",
        rows=shown,
        numbers=letters.numbers(),
        pings=pings.parked(),
        cosignings=cosignings.parked(),
        now=now(),
        after=_cursor(shown[-1]) if len(found) > PAGE else None,
    )


def _cursor(row: LetterRow) -> str:
    return f"{row.letter.state}.{cursor(row.letter.next_try_at, row.letter.id)}"


def _place(text: str | None) -> Place | None:
    """Read where the last page ended; anything else begins at the beginning."""
    state, _dot, rest = (text or "").partition(".")
    ended = position(rest)
    return Place(DeliveryState(state), *ended) if ended and state in list(DeliveryState) else None


@desk_pages.get("/letters/<number:number>")
@requires(Permission.TRIAGE)
def letter(number: int) -> ResponseReturnValue:
    """Show the text of a letter that became a file, since there is no mail server."""
    found = letters.with_number(number)
    message = files.read(found.file)
    if message is None:
        raise NotFound("This letter left no copy: it went to a mail server, or has not gone yet.")
    return render_template(
        "desk/letter.html", letter=found, message=message, text=_plain_text(message)
    )


_TOKEN = re.compile(r"(/(?:reports|follow/\d+)/)[0-9A-Z]{26}")


def _plain_text(message: EmailMessage) -> str:
    """Return a letter's words without the reader's private link: nobody acts for the reader."""
    body = message.get_body(("plain",))
    return _TOKEN.sub(r"\1…", str(body.get_content())) if body else ""


@desk_pages.post("/letters/<number:number>/resend")
@requires(Permission.TRIAGE)
def resend_letter(number: int) -> ResponseReturnValue:
    """Send a parked letter again."""
    outbox.resend(number, at=now())
    flash(_("The letter is sent again within a few seconds."))
    return redirect(url_for("desk.letters"), 303)
