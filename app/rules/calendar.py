"""Due dates in working days."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_SATURDAY = 5


def due(since: datetime, working_days: int, zone: tzinfo) -> datetime:
    """Return the same time of day ``working_days`` later, Saturdays and Sundays not counted.

    What comes in on a weekend counts from the Monday that follows.
    """
    day = since.astimezone(zone)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    for _ in range(working_days):
        day += timedelta(days=1)
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
    return day.astimezone(since.tzinfo)
