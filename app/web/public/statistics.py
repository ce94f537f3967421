"""The public figures: what readers report, what becomes of it, and how long that takes.

They are counts and nothing else. The finest time is a week of the whole publication; what is
told of a section is told of the whole period and only of what was decided, since to learn within
seconds that somebody reported something in a section with three articles is to learn who did.
For the same reason a section with fewer than three decisions is not named, and no table has two
of week, section and reason.
"""

from __future__ import annotations

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.queries import figures
from app.queries.elapsed import Measure
from app.rules.figures import PERIODS, fit_to_publish, hours
from app.web.access import public
from app.web.charts import bars
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
from app.web.public import public_pages
from app.web.tables import Table, csv_response, named

MEASURES = (Measure.DECISION, Measure.CORRECTION)
"""When somebody first looked is the desk's own affair."""


@public_pages.get("/corrections/statistics")
@public
def statistics() -> ResponseReturnValue:
    """Show the figures of the last weeks."""
    at = now()
    found, oldest_at = counted(at), figures.oldest_open()
    shown = {"reports": _("Reports received"), "entries": _("Corrections published")}
    return render_template(
        "public/statistics.html",
        found=found,
        periods=PERIODS,
        tables={table.name: table for table in _tables(found)},
        weekly=weekly_chart(found, shown),
        times=times_chart(found),
        outcomes=outcome_bars(found),
        sections=bars(_sections(found)),
        oldest_at=oldest_at,
        days=(at - oldest_at).days if oldest_at else None,
        decision=hours(found.times.whole[Measure.DECISION].median),
        correction=hours(found.times.whole[Measure.CORRECTION].median),
    )


@public_pages.get("/corrections/statistics.csv")
@public
def statistics_csv() -> Response:
    """Give one of the tables as a file; the weeks where none is named."""
    return csv_response(named(_tables(counted(now())), request.args.get("table", "weeks")))


@public_pages.get("/corrections/statistics.json")
@public
def statistics_json() -> Response:
    """Give all tables as data."""
    found, oldest_at = counted(now()), figures.oldest_open()
    whole = found.period.whole
    return jsonify(
        weeks=found.period.number,
        start=whole.start.isoformat(),
        end=whole.end.isoformat(),
        oldest_open_report=oldest_at.date().isoformat() if oldest_at else None,
        tables={table.name: table.records() for table in _tables(found)},
    )


def _tables(found: Counted) -> list[Table]:
    return [
        _weeks_table(found),
        times_table(found.times, MEASURES),
        weekly_times_table(found, MEASURES),
        outcomes_table(found),
        _sections_table(found),
    ]


def _weeks_table(found: Counted) -> Table:
    columns = {
        "week": _("Week from"),
        "reports": _("Reports received"),
        "corrections": _("Corrections published"),
        "decisions": _("Decisions"),
        "abuse_or_spam": _("Abuse or spam"),
    }
    rows = [
        (each.week.start.date(), each.reports, each.entries, each.decided, each.set_aside)
        for each in found.weeks
    ]
    return Table("weeks", _("Reports and corrections"), columns, rows)


def _sections_table(found: Counted) -> Table:
    columns = {
        "section": _("Section"),
        "decisions": _("Decisions"),
        "corrected": _("Led to a correction"),
    }
    return Table("sections", _("By section"), columns, _sections(found))


def _sections(found: Counted) -> list[tuple[str, int, int]]:
    """Return the sections that may be named, and the others together, with their decisions."""
    sections, others = fit_to_publish(found.sections)
    rows = [(section_name(each), each.decided, each.corrected) for each in sections]
    if others.decided:
        rows.append((_("Other sections"), others.decided, others.corrected))
    return rows
