"""The correction log: of the whole publication, of one article, and one entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.queries import articles, corrections
from app.queries.articles import ArticlePage
from app.queries.corrections import Entry, Filter
from app.rules.differences import Change, Row
from app.rules.kinds import CorrectionKind
from app.rules.passages import text_blocks
from app.rules.structure_changes import compare_versions
from app.rules.texts import VersionText
from app.web.access import public
from app.web.filters import month
from app.web.pagination import whole_number
from app.web.public import public_pages

PAGE = 30
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the log: an ordinary link."""

    label: str
    count: int
    url: str
    is_chosen: bool


@public_pages.get("/corrections", endpoint="corrections")
@public
def log() -> ResponseReturnValue:
    """Show the log, newest first, narrowed by kind, section and time."""
    wanted = _wanted()
    found = corrections.page(wanted, PAGE + 1, whole_number(request.args.get("below")))
    shown = found[:PAGE]
    return render_template(
        "public/corrections.html",
        months=_by_month(shown),
        older=_url(below=str(shown[-1].number)) if len(found) > PAGE else None,
        newest=_url() if request.args.get("below") else None,
        total=corrections.count(wanted),
        since=corrections.first_published_at(),
        kinds=_kinds(wanted),
        sections=_sections(wanted),
        times=_times(wanted),
        is_narrowed=wanted != Filter(),
    )


@public_pages.get("/articles/<slug>/corrections")
@public
def article_corrections(slug: str) -> ResponseReturnValue:
    """Show the log of one article."""
    return render_template("public/article_corrections.html", page=articles.page(slug))


@public_pages.get("/corrections/<number:number>")
@public
def correction(number: int) -> ResponseReturnValue:
    """Show one entry, on the page that others cite."""
    entry = corrections.numbered(number)
    page = articles.page(entry.slug)
    texts = articles.texts(entry.article_id)
    before, after = texts[entry.from_version], texts[entry.to_version]
    rows = [] if page.is_withheld else compare_versions(before, after)
    return render_template(
        "public/correction.html",
        entry=entry,
        page=page,
        rows=rows,
        reported=corrections.reports_behind(entry.id),
        wrong_for=_wrong_for(entry, page, rows, texts),
    )


def _wrong_for(
    entry: Entry, page: ArticlePage, rows: Sequence[Row], texts: dict[int, VersionText]
) -> timedelta | None:
    """Say how long the words that a correction replaced had stood there."""
    change = next((row for row in rows if isinstance(row, Change) and row.was), None)
    if entry.kind is not CorrectionKind.CORRECTION or change is None:
        return None
    first = min(number for number, text in texts.items() if change.was in text_blocks(text))
    since = {line.number: line.created_at for line in page.history}
    return entry.published_at - (page.article.published_at if first == 1 else since[first])


def _by_month(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Group entries under the month of their publication, in the publication's zone."""
    return [
        (name, list(group)) for name, group in groupby(entries, lambda e: month(e.published_at))
    ]


def _wanted() -> Filter:
    """Read the filter from the address; what is not understood does not narrow."""
    kind = request.args.get("kind", "")
    since, until = _span(request.args.get("time", ""))
    return Filter(
        kind=CorrectionKind(kind) if kind in list(CorrectionKind) else None,
        section=request.args.get("section", "")[:80],
        since=since,
        until=until,
    )


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIMEZONE"])


def _span(text: str) -> tuple[datetime | None, datetime | None]:
    """Read ``2026`` or ``2026-11`` as that year or month in the publication's zone."""
    year, _dash, month_of_year = text.partition("-")
    number = whole_number(year)
    if number is None or not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None, None
    first = datetime(number, 1, 1, tzinfo=_zone())
    inner = whole_number(month_of_year)
    if inner is None or not 1 <= inner <= 12:
        return first, first.replace(year=number + 1)
    start = first.replace(month=inner)
    return start, _next_month(start)


def _next_month(start: datetime) -> datetime:
    if start.month == 12:
        return start.replace(year=start.year + 1, month=1)
    return start.replace(month=start.month + 1)


def _url(**changes: str) -> str:
    """Return the log's address with parts of the filter changed; an empty part is dropped."""
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("kind", "section", "time") if name in request.args
    }
    kept.update(changes)
    return url_for("public.corrections", **{name: value for name, value in kept.items() if value})


def _kinds(wanted: Filter) -> list[Choice]:
    counts = corrections.kinds(replace(wanted, kind=None))
    every = Choice(_("All"), sum(counts.values()), _url(kind=""), wanted.kind is None)
    return [every] + [
        Choice(_(kind.label), number, _url(kind=kind.value), wanted.kind is kind)
        for kind, number in counts.items()
    ]


def _sections(wanted: Filter) -> list[Choice]:
    counts = corrections.sections(replace(wanted, section=""))
    every = Choice(_("All"), sum(counts.values()), _url(section=""), not wanted.section)
    return [every] + [
        Choice(name, number, _url(section=name), wanted.section == name)
        for name, number in counts.items()
    ]


def _times(wanted: Filter) -> list[Choice]:
    """Offer the years of the log and, within a chosen one, its months; newest first."""
    first = corrections.first_published_at()
    anytime = replace(wanted, since=None, until=None)
    every = Choice(_("Any"), corrections.count(anytime), _url(time=""), wanted.since is None)
    if first is None:
        return [every]
    years = range(now().astimezone(_zone()).year, first.astimezone(_zone()).year - 1, -1)
    chosen = request.args.get("time", "")
    choices = [every, *_spans(anytime, [(str(year), str(year)) for year in years])]
    inner = _span(chosen)[0]
    if inner is None:
        return choices
    months = [inner.replace(month=number) for number in range(12, 0, -1)]
    return choices + [
        choice
        for choice in _spans(anytime, [(f"{m:%Y-%m}", month(m.date())) for m in months])
        if choice.count
    ]


def _spans(anytime: Filter, spans: list[tuple[str, str]]) -> list[Choice]:
    """Count the entries of each span, given by its name in addresses and its label."""
    edges = [_span(name) for name, _label in spans]
    counts = corrections.counts_in(anytime, [(a, b) for a, b in edges if a and b])
    chosen = request.args.get("time", "")
    return [
        Choice(label, number, _url(time=name), name == chosen)
        for (name, label), number in zip(spans, counts, strict=True)
    ]
