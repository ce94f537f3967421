"""Searching articles and corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.queries import search as search_queries
from app.queries.search import Kind
from app.rules.search_words import LONGEST_QUERY, understood
from app.web.access import public
from app.web.pagination import whole_number
from app.web.public import public_pages

PAGE = 20
_LAST_PAGE = 100
"""Nobody reads further, and each page costs what all before it cost."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow what was found: an ordinary link."""

    label: str
    count: int
    url: str
    is_chosen: bool


@public_pages.get("/search")
@public
def search() -> ResponseReturnValue:
    """Show what fits the words that somebody looks for; any text at all has an answer."""
    typed = request.args.get("q", "").replace("\0", " ").strip()
    language = current_app.config["LANGUAGE"]
    query = understood(typed, language)
    kind, number = _kind(), min(whole_number(request.args.get("page")) or 1, _LAST_PAGE)
    found = search_queries.page(query, language, PAGE + 1, after=(number - 1) * PAGE, kind=kind)
    counts = search_queries.counts(query)
    has_more = len(found) > PAGE and number < _LAST_PAGE
    return render_template(
        "public/search.html",
        typed=typed[:LONGEST_QUERY],
        is_cut=len(typed) > LONGEST_QUERY,
        query=query,
        found=found[:PAGE],
        total=counts[kind] if kind else sum(counts.values()),
        choices=_choices(counts, kind) if any(counts.values()) else (),
        kind=kind,
        before=_url(kind, number - 1) if number > 1 else "",
        after=_url(kind, number + 1) if has_more else "",
        number=number,
        is_understood=bool(query.wanted),
    )


def _kind() -> Kind | None:
    wanted = request.args.get("in", "")
    return Kind(wanted) if wanted in list(Kind) else None


def _choices(counts: dict[Kind, int], chosen: Kind | None) -> list[Choice]:
    every = Choice(_("All"), sum(counts.values()), _url(None), chosen is None)
    return [every] + [
        Choice(_(kind.label), counts[kind], _url(kind), kind is chosen) for kind in Kind
    ]


def _url(kind: Kind | None, number: int = 1) -> str:
    """Return the address of a page of what was found; what goes without saying is left out."""
    typed = request.args.get("q", "").replace("\0", " ").strip()[:LONGEST_QUERY]
    parts: dict[str, Any] = {"q": typed, "in": kind.value if kind else ""}
    if number > 1:
        parts["page"] = number
    return url_for("public.search", **{name: part for name, part in parts.items() if part})
