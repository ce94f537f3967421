"""Canned explanations on a case: filled in for it, to begin with; and the answer as it will be."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.delivery import messages
from app.delivery.messages import Declined, address_of
from app.queries import case_reports, explanations
from app.queries.cases import CasePage
from app.rules.canned import fill
from app.rules.declines import Grounds
from app.rules.kinds import DeclineReason

_PARAGRAPH = "\n\n"
_LONGEST_QUOTE = 300
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Offer:
    """A canned explanation as one case fills it in; ``digit`` chooses it, for the first nine."""

    number: int
    title: str
    reason: str
    detail: str
    text: str
    digit: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the readers of a case get: at their private links, and by mail where they left one."""

    declined: Declined
    mail: str
    readers: int
    by_mail: int


def offer(page: CasePage, form: FlaskForm) -> None:
    """Let a form offer every canned explanation, as this case fills it in."""
    form.offers = offers(page)
    form.canned.choices = [("", _("None"))]
    form.canned.choices += [(str(each.number), each.title) for each in form.offers]


def offers(page: CasePage) -> list[Offer]:
    """Return the canned explanations for a case."""
    values = _values(page)
    return [
        Offer(
            each.id,
            each.title,
            each.reason.value if each.reason else "",
            values["entry"] if each.reason is DeclineReason.ALREADY_CORRECTED else "",
            fill(each.text, values),
            place if place <= _DIGITS else None,
        )
        for place, each in enumerate(explanations.in_order(), start=1)
    ]


def start_with(page: CasePage, form: FlaskForm) -> None:
    """Fill a form in with the canned explanation that was chosen; own words stay above it."""
    every = offers(page)
    chosen = next((each for each in every if str(each.number) == form.canned.data), None)
    if chosen is None:
        form.canned.errors = [_("Choose one first.")]
        return
    typed = form.explanation.data or ""
    is_canned = typed in {each.text for each in every}
    form.explanation.data = _PARAGRAPH.join(filter(None, ("" if is_canned else typed, chosen.text)))
    form.reason.data = chosen.reason or form.reason.data
    form.detail.data = form.detail.data or chosen.detail


def answer(page: CasePage, form: FlaskForm) -> Answer:
    """Return the answer that a form would send."""
    grounds = Grounds(DeclineReason(form.reason.data), form.detail.data or "")
    declined = messages.told(grounds, form.explanation.data or "")
    addressed, mail = case_reports.first_addressed(page.case), ""
    if addressed:
        slug, headline = page.article.slug, page.current.headline
        mail = messages.decision_text(page.case, addressed, slug, headline, declined)
    return Answer(declined, mail, page.tally.live, page.tally.addressed)


def _short(quote: str) -> str:
    """Return a passage as an explanation quotes it: a long one by its beginning."""
    return quote if len(quote) <= _LONGEST_QUOTE else f"{quote[:_LONGEST_QUOTE].rstrip()}…"


def _values(page: CasePage) -> dict[str, str]:
    """Return what a case puts in the place of placeholders; what it does not settle is empty."""
    live = [each.report for each in page.reports if each.report.is_live]
    config = current_app.config
    return {
        "headline": page.current.headline,
        "passage": _short(page.reports[0].report.quote),
        "reference": live[0].reference if len(live) == page.tally.live == 1 else "",
        "version": str(page.reported.number),
        "entry": str(page.entries[0].number) if len(page.entries) == 1 else "",
        "publication": config["PUBLICATION_NAME"],
        "policy": address_of("public.policy"),
        "letters": config["LETTERS_CONTACT"],
        "complaints": config["COMPLAINTS_CONTACT"],
        "rights": config["RIGHTS_CONTACT"],
    }
