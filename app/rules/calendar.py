"""Due dates in working days: the publication's own, without its days off."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week as settings name them, in the order in which ``date.weekday`` counts."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the publication works.

    ``workdays`` are days of the week, Monday being 0; ``holidays`` returns the days off of a
    year, and ``days_off`` are further ones.
    """

    zone: tzinfo
    workdays: Set[int]
    holidays: Callable[[int], Set[date]]
    days_off: Set[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Say whether somebody works at the desk on a day."""
        is_off = day in self.days_off or day in self.holidays(day.year)
        return day.weekday() in self.workdays and not is_off

    def due(self, since: datetime, working_days: int) -> datetime:
        """Return the same time of day ``working_days`` later.

        What comes in on a day off counts from the next working day.
        """
        moment = self._working(since.astimezone(self.zone))
        for _ in range(working_days):
            moment = self._working(moment + _DAY)
        return moment.astimezone(since.tzinfo)

    def working_days(self, start: datetime, end: datetime) -> int:
        """Return how many working days lie after the day of ``start``, that of ``end`` included."""
        first = start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        days = (first + _DAY * number for number in range(1, (last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def _working(self, moment: datetime) -> datetime:
        while not self.is_working_day(moment.date()):
            moment += _DAY
        return moment
