"""The ways to narrow the correction log: by kind, section and time, and what each would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, request, url_for
from flask_babel import gettext as _

from app.clock import now
from app.queries import correction_counts, corrections
from app.queries.correction_counts import Group
from app.queries.corrections import Filter
from app.rules.kinds import CorrectionKind
from app.web.filters import month
from app.web.pagination import whole_number

_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_KEPT = 50
"""For how many choices of time the counts are kept."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the log: an ordinary link."""

    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A year or a month in the publication's zone; in addresses it is ``2026`` or ``2026-11``."""

    name: str
    label: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """How many entries fit, and the ways to narrow the log, whose counts heed each other."""

    total: int
    kinds: Sequence[Choice]
    sections: Sequence[Choice]
    times: Sequence[Choice]


def wanted_entries() -> Filter:
    """Read the filter from the address; what is not understood does not narrow."""
    kind, time = request.args.get("kind", ""), _span(request.args.get("time", ""))
    return Filter(
        kind=CorrectionKind(kind) if kind in list(CorrectionKind) else None,
        section=request.args.get("section", "")[:80],
        since=time.since if time else None,
        until=time.until if time else None,
    )


def log_url(**changes: str) -> str:
    """Return the log's address with parts of the filter changed; an empty part is dropped."""
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("kind", "section", "time") if name in request.args
    }
    kept.update(changes)
    return url_for("public.corrections", **{name: value for name, value in kept.items() if value})


def choices(wanted: Filter, first: datetime | None) -> Choices:
    """Return the ways to narrow a log whose first entry was published at ``first``."""
    years, months = _years(first), _months(wanted.since)
    edges = {edge for span in years + months for edge in (span.since, span.until)}
    groups = _groups(tuple(sorted(edges)))
    return Choices(
        total=sum(group.number for group in groups if group.fits(wanted)),
        kinds=_kinds(groups, wanted),
        sections=_sections(groups, wanted),
        times=_times(groups, years, months, wanted),
    )


def _groups(edges: tuple[datetime, ...]) -> Sequence[Group]:
    """Count the log, unless that was done since its last entry: what is in it never changes."""
    kept = current_app.extensions.setdefault("counted log", {})
    key = corrections.last_number(), edges
    found: Sequence[Group] | None = kept.get(key)
    if found is None:
        found = correction_counts.groups(edges)
        if len(kept) >= _KEPT:
            kept.clear()
        kept[key] = found
    return found


def _kinds(groups: Sequence[Group], wanted: Filter) -> list[Choice]:
    counts: Counter[CorrectionKind] = Counter()
    for group in groups:
        if group.fits(replace(wanted, kind=None)):
            counts[group.kind] += group.number
    every = Choice(_("All"), counts.total(), log_url(kind=""), wanted.kind is None)
    return [every] + [
        Choice(_(kind.label), counts[kind], log_url(kind=kind.value), wanted.kind is kind)
        for kind in CorrectionKind
        if counts[kind]
    ]


def _sections(groups: Sequence[Group], wanted: Filter) -> list[Choice]:
    counts: Counter[str] = Counter()
    for group in groups:
        if group.fits(replace(wanted, section="")):
            counts[group.section] += group.number
    every = Choice(_("All"), counts.total(), log_url(section=""), not wanted.section)
    return [every] + [
        Choice(name, number, log_url(section=name), wanted.section == name)
        for name, number in sorted(counts.items())
        if name
    ]


def _times(
    groups: Sequence[Group], years: Sequence[Span], months: Sequence[Span], wanted: Filter
) -> list[Choice]:
    """Offer the years of the log and, within a chosen one, its months; newest first."""
    anytime = replace(wanted, since=None, until=None)
    number = sum(group.number for group in groups if group.fits(anytime))
    every = Choice(_("Any"), number, log_url(time=""), wanted.since is None)
    within = [_time(groups, anytime, span) for span in months]
    return [
        every,
        *(_time(groups, anytime, span) for span in years),
        *(choice for choice in within if choice.count),
    ]


def _time(groups: Sequence[Group], anytime: Filter, span: Span) -> Choice:
    wanted = replace(anytime, since=span.since, until=span.until)
    number = sum(group.number for group in groups if group.fits(wanted))
    is_chosen = span.name == request.args.get("time")
    return Choice(span.label, number, log_url(time=span.name), is_chosen)


def _years(first: datetime | None) -> list[Span]:
    """Return the years of the log, newest first."""
    if first is None:
        return []
    this, oldest = (at.astimezone(_zone()).year for at in (now(), first))
    return [_year(number) for number in range(this, oldest - 1, -1)]


def _months(since: datetime | None) -> list[Span]:
    """Return the months of the year that is chosen, whole or in part, newest first."""
    return [_month(since.year, number) for number in range(12, 0, -1)] if since else []


def _span(text: str) -> Span | None:
    """Read ``2026`` or ``2026-11``; a month that is none leaves its year."""
    year, _dash, month_of_year = text.partition("-")
    number, inner = whole_number(year), whole_number(month_of_year)
    if number is None or not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None
    return _month(number, inner) if inner is not None and 1 <= inner <= 12 else _year(number)


def _year(number: int) -> Span:
    since, until = (datetime(year, 1, 1, tzinfo=_zone()) for year in (number, number + 1))
    return Span(str(number), str(number), since, until)


def _month(year: int, number: int) -> Span:
    since = datetime(year, number, 1, tzinfo=_zone())
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=_zone())
    return Span(f"{since:%Y-%m}", month(since.date()), since, until)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIMEZONE"])
