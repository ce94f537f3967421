"""What the desk's figures are counted in: weeks, ages, and the share of cases done in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import pairwise

from app.rules.marks import N_

PERIODS = (4, 12, 52)
"""Over how many weeks figures are offered."""

DEFAULT_PERIOD = 12

FEWEST = 3
"""A section with fewer decisions than this is not named in public."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday to Sunday; ``end`` is the first moment of the next one."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Took:
    """How long cases took: half of them at most ``median``, nine in ten at most ``ninetieth``.

    Both are times that a case really took (the nearest rank), never a mean of two.
    """

    cases: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Age:
    """Open cases that are at least ``since`` and less than ``until`` old."""

    label: str
    since: timedelta
    until: timedelta | None


AGES = (
    Age(N_("Less than a day"), timedelta(0), timedelta(days=1)),
    Age(N_("1 to 2 days"), timedelta(days=1), timedelta(days=3)),
    Age(N_("3 to 6 days"), timedelta(days=3), timedelta(days=7)),
    Age(N_("1 to 2 weeks"), timedelta(days=7), timedelta(days=14)),
    Age(N_("2 to 4 weeks"), timedelta(days=14), timedelta(days=28)),
    Age(N_("4 weeks or more"), timedelta(days=28), None),
)
"""How the backlog is divided, the youngest first."""


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """What came in about a section's articles, and what became of it."""

    section: str
    opened: int = 0
    decided: int = 0
    corrected: int = 0


def weeks(at: datetime, number: int, zone: tzinfo) -> list[Week]:
    """Return the last ``number`` weeks, the running one included, as they are counted in ``zone``.

    A week in which the clocks change is an hour longer or shorter.
    """
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    edges = [
        datetime.combine(monday + timedelta(weeks=n), time(), zone) for n in range(1 - number, 2)
    ]
    return [Week(start, end) for start, end in pairwise(edges)]


def hours(length: timedelta | None) -> float | None:
    """Return a length in hours, to one decimal place."""
    return None if length is None else round(length / timedelta(hours=1), 1)


def share(part: int, whole: int) -> int:
    """Return a part in per cent of the whole, rounded half up; nothing of nothing is 0."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def fit_to_publish(
    sections: Sequence[SectionFigures],
) -> tuple[list[SectionFigures], SectionFigures]:
    """Return the sections that may be named in public, and all others as one without a name.

    So no look at the page, nor two of them, tells what became of a report in a section that has
    hardly any.
    """
    named = [each for each in sections if each.decided >= FEWEST]
    few = [each for each in sections if each.decided < FEWEST]
    others = SectionFigures(
        "",
        sum(each.opened for each in few),
        sum(each.decided for each in few),
        sum(each.corrected for each in few),
    )
    return named, others
