"""The desk's figures: what is open now, what came in, what became of it, and how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.queries import figures
from app.queries.elapsed import Measure
from app.queries.figures import Backlog, Held
from app.rules.figures import PERIODS
from app.rules.permissions import Permission
from app.rules.workflow import CaseStatus
from app.web.access import requires
from app.web.charts import bars
from app.web.desk import desk_pages
from app.web.figures import (
    Counted,
    counted,
    outcome_bars,
    outcomes_table,
    section_name,
    times_chart,
    times_table,
    weekly_chart,
    weekly_times_table,
)
from app.web.tables import Table, csv_response, named

MEASURES = tuple(Measure)


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted over the period, and what is open now."""

    counted: Counted
    standing: Counter[CaseStatus]
    backlog: Backlog
    held: Sequence[Held]


@desk_pages.get("/figures", endpoint="figures")
@requires(Permission.VIEW_DESK)
def show_figures() -> ResponseReturnValue:
    """Show what is open now, and the figures of the last weeks."""
    at = now()
    found = _found(at)
    backlog, sections = found.backlog, found.counted.sections
    shown = {"opened": _("Cases opened"), "decided": _("Cases decided")}
    return render_template(
        "desk/figures.html",
        found=found,
        periods=PERIODS,
        tables={table.name: table for table in _tables(found)},
        weekly=weekly_chart(found.counted, shown),
        times=times_chart(found.counted),
        outcomes=outcome_bars(found.counted),
        sections=bars([(section_name(s), s.decided, s.corrected) for s in sections]),
        ages=bars([(_(each.age.label), each.open, each.overdue) for each in backlog.ages]),
        statuses=CaseStatus,
        set_aside=figures.set_aside(),
        days=(at - backlog.oldest_at).days if backlog.oldest_at else None,
    )


@desk_pages.get("/figures.csv")
@requires(Permission.VIEW_DESK)
def figures_csv() -> Response:
    """Give one of the tables as a file; the weeks where none is named."""
    return csv_response(named(_tables(_found(now())), request.args.get("table", "weeks")))


def _found(at: datetime) -> Found:
    over_period = counted(at)
    whole = over_period.period.whole
    return Found(
        counted=over_period,
        standing=figures.standing(whole.start, whole.end),
        backlog=figures.backlog(at),
        held=figures.held(at),
    )


def _tables(found: Found) -> list[Table]:
    over_period = found.counted
    return [
        _weeks_table(over_period),
        times_table(over_period.times, MEASURES),
        weekly_times_table(over_period, MEASURES),
        _backlog_table(found),
        outcomes_table(over_period),
        _standing_table(found),
        _sections_table(over_period),
        _held_table(found),
    ]


def _weeks_table(found: Counted) -> Table:
    columns = {
        "week": _("Week from"),
        "reports": _("Reports"),
        "opened": _("Cases opened"),
        "decided": _("Cases decided"),
        "corrected": _("Of these corrected"),
        "entries": _("Entries of the log"),
        "abuse_or_spam": _("Abuse or spam"),
    }
    rows = [
        (w.week.start.date(), w.reports, w.opened, w.decided, w.corrected, w.entries, w.set_aside)
        for w in found.weeks
    ]
    return Table("weeks", _("Incoming and decided, week by week"), columns, rows)


def _backlog_table(found: Found) -> Table:
    columns = {"age": _("Age"), "open": _("Open"), "overdue": _("Overdue")}
    rows = [(_(each.age.label), each.open, each.overdue) for each in found.backlog.ages]
    return Table("backlog", _("Open now, by age"), columns, rows)


def _standing_table(found: Found) -> Table:
    columns = {"state": _("State"), "cases": _("Cases")}
    rows = [(_(each.label), found.standing[each]) for each in CaseStatus if found.standing[each]]
    return Table("standing", _("Where the cases of these weeks stand now"), columns, rows)


def _sections_table(found: Counted) -> Table:
    columns = {
        "section": _("Section"),
        "opened": _("Opened"),
        "decided": _("Decided"),
        "corrected": _("Corrected"),
    }
    rows = [(section_name(s), s.opened, s.decided, s.corrected) for s in found.sections]
    return Table("sections", _("By section"), columns, rows)


def _held_table(found: Found) -> Table:
    columns = {"name": _("Colleague"), "cases": _("Cases"), "overdue": _("Overdue")}
    rows = [(each.name, each.cases, each.overdue) for each in found.held]
    return Table("held", _("Claimed now"), columns, rows)
