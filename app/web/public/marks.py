"""In a few words: how an article was corrected, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from babel.lists import format_list
from flask_babel import format_date, get_locale, to_user_timezone
from flask_babel import gettext as _

from app.queries.articles import Teaser
from app.queries.corrections import Entry
from app.rules.kinds import CorrectionKind


def mark_line(teaser: Teaser) -> str:
    """Say of an article in a list: Corrected 22 October and 14 November, updated 3 December."""
    days: dict[CorrectionKind, list[str]] = {}
    for mark in teaser.marks:
        day = _day(mark.published_at, teaser.published_at)
        if day not in days.setdefault(mark.kind, []):
            days[mark.kind].append(day)
    line = ", ".join(_phrase(kind, _listed(found)) for kind, found in days.items())
    return line[:1].upper() + line[1:]


def last_marks(entries: Iterable[Entry]) -> list[tuple[str, datetime]]:
    """Return what was done to an article and when last, for its rail; ``entries`` newest first."""
    last: dict[CorrectionKind, datetime] = {}
    for entry in entries:
        last.setdefault(entry.kind, entry.published_at)
    labels = {
        CorrectionKind.RETRACTION: _("Retracted"),
        CorrectionKind.CORRECTION: _("Corrected"),
        CorrectionKind.CLARIFICATION: _("Clarified"),
        CorrectionKind.EDITORS_NOTE: _("Editor’s note"),
        CorrectionKind.UPDATE: _("Updated"),
    }
    return [(label, last[kind]) for kind, label in labels.items() if kind in last]


def _day(at: datetime, published_at: datetime) -> str:
    """Write a day; its year only where it is not the one in which the article appeared."""
    is_same = to_user_timezone(at).year == to_user_timezone(published_at).year
    return str(format_date(at, "d MMMM" if is_same else "d MMMM y"))


def _listed(days: Sequence[str]) -> str:
    return format_list(days, locale=get_locale() or "en")


def _phrase(kind: CorrectionKind, days: str) -> str:
    phrases = {
        CorrectionKind.CORRECTION: _("corrected %(days)s", days=days),
        CorrectionKind.CLARIFICATION: _("clarified %(days)s", days=days),
        CorrectionKind.EDITORS_NOTE: _("editor’s note %(days)s", days=days),
        CorrectionKind.RETRACTION: _("retracted %(days)s", days=days),
        CorrectionKind.UPDATE: _("updated %(days)s", days=days),
        CorrectionKind.MINOR: _("minor edit %(days)s", days=days),
    }
    return phrases[kind]
