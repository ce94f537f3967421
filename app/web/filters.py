"""How times and texts are written on pages, and what every template knows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Flask, current_app, g
from flask_babel import format_date, format_datetime, format_timedelta, get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from app.clock import now
from app.rules.markup import render
from app.web.identity import staff_or_none


def init_app(app: Flask) -> None:
    """Give templates their filters and their globals."""
    app.jinja_env.filters.update(when=when, day=day, month=month, iso=iso, age=age, html=html)
    app.jinja_env.filters.update(weekday=weekday, span=span, direction=direction)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_globals)


def when(at: datetime) -> str:
    """Write a time in full: 14 October 2026, 09:00 SGT."""
    return str(format_datetime(at, "d MMMM y, HH:mm z"))


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
    return _("%(time)s ago", time=format_timedelta(now() - at, threshold=1.2))


def span(length: timedelta) -> str:
    """Say how long something took: in hours up to two days, and then in days."""
    if length < timedelta(hours=1):
        return _("less than an hour")
    if length < timedelta(days=2):
        return ngettext("%(num)s hour", "%(num)s hours", length // timedelta(hours=1))
    return ngettext("%(num)s day", "%(num)s days", length.days)


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
        "request_id": g.get("request_id", ""),
    }
