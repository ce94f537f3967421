"""Figures as the desk's page and the public one show them: the period, the tables, the charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from app.queries import figures as queries
from app.queries.elapsed import Measure, took
from app.queries.figures import WeekFigures
from app.rules.figures import (
    DEFAULT_PERIOD,
    PERIODS,
    SectionFigures,
    Took,
    Week,
    hours,
    share,
    weeks,
)
from app.rules.kinds import DeclineReason
from app.web.charts import Bar, Drawing, Series, bars, column_chart, line_chart
from app.web.tables import Table


@dataclass(frozen=True, slots=True)
class Period:
    """The weeks that figures are shown for."""

    weeks: Sequence[Week]

    @property
    def number(self) -> int:
        """How many weeks there are."""
        return len(self.weeks)

    @property
    def whole(self) -> Week:
        """All the weeks as one span of time."""
        return Week(self.weeks[0].start, self.weeks[-1].end)

    @property
    def names(self) -> list[str]:
        """The weeks as a chart names them, by their Mondays."""
        return [str(format_date(week.start, "d MMM")) for week in self.weeks]


def chosen_period(at: datetime) -> Period:
    """Read from the address how many weeks are wanted; anything not offered is the usual number."""
    wanted = request.args.get("weeks", "")
    number = next((each for each in PERIODS if str(each) == wanted), DEFAULT_PERIOD)
    return Period(weeks(at, number, ZoneInfo(current_app.config["TIMEZONE"])))


@dataclass(frozen=True, slots=True)
class Times:
    """How long cases took, over the whole period and week by week."""

    whole: dict[Measure, Took]
    weekly: dict[Measure, list[Took]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted over a period."""

    period: Period
    weeks: Sequence[WeekFigures]
    outcomes: Counter[DeclineReason | None]
    times: Times
    sections: Sequence[SectionFigures]

    def total(self, figure: str) -> int:
        """Return one of the weekly figures, over the whole period."""
        return sum(getattr(week, figure) for week in self.weeks)

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in, was decided or was published."""
        return not any(self.total(each) for each in ("reports", "set_aside", "decided", "entries"))


def counted(at: datetime) -> Counted:
    """Return the figures of the period that is asked for.

    Counting two hundred thousand reports takes a second or two, and anybody may ask: so what was
    counted is kept in the process until something happens, and no longer than a minute.
    """
    period = chosen_period(at)
    kept: dict[int, tuple[object, Counted]] = current_app.extensions.setdefault("figures", {})
    stamp = (queries.stamp(), at.replace(second=0, microsecond=0), period.whole)
    found = kept.get(period.number)
    if found is None or found[0] != stamp:
        found = kept[period.number] = (stamp, _count(period))
    return found[1]


def _count(period: Period) -> Counted:
    start, end = period.whole.start, period.whole.end
    whole = {measure: each[0] for measure, each in took([period.whole]).items()}
    return Counted(
        period=period,
        weeks=queries.by_week(period.weeks),
        outcomes=queries.outcomes(start, end),
        times=Times(whole, took(period.weeks)),
        sections=queries.by_section(start, end),
    )


def times_table(found: Times, measures: Sequence[Measure]) -> Table:
    """Return the times over the whole period."""
    return Table(
        "times",
        _("Time to an answer"),
        {
            "measure": _("From the report"),
            "cases": _("Cases"),
            "median_hours": _("Median, hours"),
            "ninetieth_percentile_hours": _("90th percentile, hours"),
        },
        [
            (_(each.label), found.whole[each].cases, *_hours_of(found.whole[each]))
            for each in measures
        ],
    )


def _hours_of(each: Took) -> tuple[float | None, float | None]:
    return hours(each.median), hours(each.ninetieth)


def weekly_times_table(found: Counted, measures: Sequence[Measure]) -> Table:
    """Return the times week by week: median and 90th percentile of each measure."""
    columns = {"week": _("Week from")}
    for each in measures:
        columns[f"median_hours_{each.value}"] = _("%(what)s: median, hours", what=_(each.label))
        columns[f"ninetieth_percentile_hours_{each.value}"] = _("90th percentile, hours")
    rows = [
        (
            week.start.date(),
            *(value for each in measures for value in _hours_of(found.times.weekly[each][n])),
        )
        for n, week in enumerate(found.period.weeks)
    ]
    return Table("weekly-times", _("Time to an answer, week by week"), columns, rows)


def times_chart(found: Counted) -> Drawing | None:
    """Return the median times to a decision and to a correction, if anything was decided."""
    measures = (Measure.DECISION, Measure.CORRECTION)
    series = [
        Series(_(each.label), [hours(week.median) for week in found.times.weekly[each]])
        for each in measures
    ]
    if not found.times.whole[Measure.DECISION].cases:
        return None
    return line_chart(found.period.names, series, written)


def weekly_chart(found: Counted, shown: Mapping[str, str]) -> Drawing | None:
    """Return columns for each week of the figures in ``shown``, named there; if there are any."""
    series = [
        Series(name, [getattr(week, key) for week in found.weeks]) for key, name in shown.items()
    ]
    if not any(value for each in series for value in each.values):
        return None
    return column_chart(found.period.names, series, written)


def outcomes_table(found: Counted) -> Table:
    """Return how often cases were corrected, or declined for which reason, most frequent first."""
    total = found.outcomes.total()
    rows = [
        (_outcome(each), number, share(number, total))
        for each, number in found.outcomes.most_common()
    ]
    columns = {
        "outcome": _("Decision"),
        "decisions": _("Decisions"),
        "per_cent": _("Per cent"),
    }
    return Table("outcomes", _("What was decided"), columns, rows)


def _outcome(reason: DeclineReason | None) -> str:
    return _(reason.label) if reason else _("Corrected")


def outcome_bars(found: Counted) -> list[Bar]:
    """Return the outcomes as bars; that of the corrections is marked."""
    return bars(
        [
            (_outcome(each), number, 0 if each else number)
            for each, number in found.outcomes.most_common()
        ]
    )


def section_name(each: SectionFigures) -> str:
    """Name a section; articles may be in none."""
    return each.section or _("No section")


def written(value: float) -> str:
    """Write a number of a chart."""
    return str(format_decimal(value, "#,##0.#"))
