"""Public holidays by country, as a maintained library knows them."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from zoneinfo import ZoneInfo

import holidays

from app.rules.calendar import WEEK, Calendar


def is_known(code: str) -> bool:
    """Say whether there are holidays for a code: of a country (SG), or of a part of one (DE-BY)."""
    country, dash, part = code.partition("-")
    parts = holidays.list_supported_countries().get(country)
    return parts is not None and (part in parts if dash else True)


@cache
def public_holidays(code: str, year: int) -> frozenset[date]:
    """Return the public holidays of a year where the code says; none for an empty code."""
    country, _dash, part = code.partition("-")
    if not country:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


def calendar(timezone: str, workdays: str, code: str, extra: list[str]) -> Calendar:
    """Return the calendar that settings describe."""
    return Calendar(
        ZoneInfo(timezone),
        frozenset(WEEK.index(day) for day in workdays.split(",")),
        partial(public_holidays, code),
        frozenset(map(date.fromisoformat, extra)),
    )
