"""How times and texts are written on pages, and what every template knows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import get_timezone_name
from flask import Flask, current_app, g
from flask_babel import (
    format_date,
    format_datetime,
    format_timedelta,
    get_locale,
    get_timezone,
    ngettext,
    to_user_timezone,
)
from flask_babel import gettext as _
from markupsafe import Markup

from app.clock import now
from app.rules.differences import Excerpt, Piece
from app.rules.markup import render
from app.web.identity import may, staff_or_none

_AROUND = 36
"""How many characters stay around a change where there is little room."""


def init_app(app: Flask) -> None:
    """Give templates their filters and their globals."""
    app.jinja_env.filters.update(when=when, day=day, month=month, iso=iso, age=age, html=html)
    app.jinja_env.filters.update(weekday=weekday, span=span, direction=direction, brief=brief)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_globals)


def when(at: datetime) -> str:
    """Write a time in full: 14 October 2026, 09:00 SGT."""
    return f"{format_datetime(at, 'd MMMM y, HH:mm')} {zone_name(at)}"


def zone_name(at: datetime) -> str:
    """Return what people where the publication is call its zone at a time; else the offset."""
    local = to_user_timezone(at)
    language = get_locale() or Locale("en")
    territory = get_global("zone_territories").get(str(get_timezone()))
    try:
        place = Locale(language.language, territory)
    except UnknownLocaleError:
        place = language
    name = get_timezone_name(local, "short", locale=place)
    return f"UTC{name[:3]}:{name[3:]}" if name[0] in "+-" else name


def day(at: datetime | date) -> str:
    """Write a day: 14 October 2026."""
    return str(format_date(at, "d MMMM y"))


def weekday(at: datetime | date) -> str:
    """Write a day with its name: Wednesday, 14 October 2026."""
    return str(format_date(at, "EEEE, d MMMM y"))


def month(at: datetime | date) -> str:
    """Write a month: October 2026."""
    return str(format_date(at, "MMMM y"))


def iso(at: datetime) -> str:
    """Write a time for machines (RFC 3339, UTC, seconds)."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def age(at: datetime) -> str:
    """Say how long ago something was, in the largest unit that fits."""
    length = now() - at
    if length < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago", time=format_timedelta(length, threshold=1.2))


def span(length: timedelta) -> str:
    """Say how long something took: in hours up to two days, and then in days."""
    if length < timedelta(hours=1):
        return _("less than an hour")
    if length < timedelta(days=2):
        return ngettext("%(num)s hour", "%(num)s hours", length // timedelta(hours=1))
    return ngettext("%(num)s day", "%(num)s days", length.days)


def brief(change: Excerpt) -> Excerpt:
    """Shorten what surrounds a change to a few words, for a narrow column."""
    pieces = list(change.pieces)
    first, last = pieces[0], pieces[-1]
    if first.kind == "equal" and len(first.text) > _AROUND:
        pieces[0] = Piece("equal", "… " + first.text[-_AROUND:].partition(" ")[2])
    if last.kind == "equal" and len(last.text) > _AROUND:
        pieces[-1] = Piece("equal", last.text[:_AROUND].rpartition(" ")[0] + " …")
    return Excerpt(tuple(pieces))


def direction(language: str) -> str:
    """Return the direction in which a language, given by its BCP 47 tag, is written."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def html(markdown: str) -> Markup:
    """Render Markdown that the publication wrote, sanitised."""
    return Markup(render(markdown))  # noqa: S704 - render() sanitises


def _globals() -> dict[str, Any]:
    return {
        "site": {
            "name": current_app.config["PUBLICATION_NAME"],
            "tagline": current_app.config["PUBLICATION_TAGLINE"],
            "url": current_app.config["SITE_URL"],
        },
        "page_lang": str(get_locale() or "en").replace("_", "-"),
        "page_dir": getattr(get_locale(), "text_direction", "ltr"),
        "staff_or_none": staff_or_none,
        "may": may,
        "request_id": g.get("request_id", ""),
    }
