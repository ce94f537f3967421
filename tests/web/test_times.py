"""Times at the desk: when something is due, and what is left until then."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.web.desk.times import Due, due_text

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Singapore."""


@pytest.mark.parametrize(
    ("due_at", "day", "left", "tone"),
    [
        ("2026-11-19 10:00", "Thu 19 Nov", "overdue by 2 working days", "due-over"),
        ("2026-11-20 10:00", "Fri 20 Nov", "overdue by 1 working day", "due-over"),
        ("2026-11-23 00:30", "Mon 23 Nov", "overdue since 08:30 SGT", "due-over"),
        ("2026-11-23 15:59", "Mon 23 Nov", "today until 23:59 SGT", "due-soon"),
        ("2026-11-23 16:01", "Tue 24 Nov", "in 1 working day", ""),  # not yet in UTC
        ("2026-11-26 10:00", "Thu 26 Nov", "in 3 working days", ""),
        ("2026-11-30 10:00", "Mon 30 Nov", "in 5 working days", ""),
        ("2027-01-04 10:00", "Mon 4 Jan 2027", "in 30 working days", ""),
    ],
)
def test_a_due_date_is_said_with_what_is_left(
    app: Flask, due_at: str, day: str, left: str, tone: str
) -> None:
    with app.test_request_context():
        said = due_text(
            datetime.fromisoformat(due_at).replace(tzinfo=UTC), AT, app.config["CALENDAR"]
        )

    assert said == Due(day, left, tone)
    assert said.text == f"{day}, {left}"


def test_days_off_are_not_left(app: Flask) -> None:
    calendar = app.config["CALENDAR"]
    kept = type(calendar)(
        calendar.zone, calendar.workdays, lambda _year: {date(2026, 11, 25)}, frozenset()
    )

    with app.test_request_context():
        said = due_text(datetime(2026, 11, 26, 10, tzinfo=UTC), AT, kept)

    assert said.left == "in 2 working days"
