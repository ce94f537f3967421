"""Weeks as a table of the database, so that it can count by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, and_, column, values

from app.models.base import UTCDateTime
from app.rules.figures import Week


def spans(weeks: Sequence[Week]) -> CTE:
    """Return the weeks as a table that others are joined to, with each one's place as ``n``."""
    columns = column("n", Integer), column("start", UTCDateTime), column("end", UTCDateTime)
    rows = [(n, week.start, week.end) for n, week in enumerate(weeks)]
    return values(*columns, name="span").data(rows).cte("spans")


def within(moment: ColumnElement[Any], table: CTE) -> ColumnElement[bool]:
    """Join a moment to the week that it lies in."""
    return and_(moment >= table.c.start, moment < table.c.end)
