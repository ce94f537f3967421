"""Working days: weekends do not count, and the day is that of the publication's own zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.calendar import due

# Hypothesis takes bounds without a zone, and adds one.
FIRST = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
LAST = datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None)

SINGAPORE = ZoneInfo("Asia/Singapore")
BERLIN = ZoneInfo("Europe/Berlin")

# 23 November 2026 is a Monday.
MONDAY, FRIDAY, SATURDAY, SUNDAY = 23, 27, 28, 29


def november(day: int, hour: int = 10) -> datetime:
    """Return an hour of a day in November 2026."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "days", "expected"),
    [
        (november(MONDAY), 0, november(MONDAY)),
        (november(MONDAY), 1, november(MONDAY + 1)),
        (november(MONDAY), 4, november(FRIDAY)),
        (november(MONDAY), 5, november(30)),
        (november(FRIDAY), 1, november(30)),
        (november(FRIDAY), 0, november(FRIDAY)),
        (november(SATURDAY), 0, november(30)),
        (november(SUNDAY), 0, november(30)),
        (november(SATURDAY), 1, datetime(2026, 12, 1, 10, tzinfo=UTC)),
        (november(SUNDAY), 5, datetime(2026, 12, 7, 10, tzinfo=UTC)),
    ],
)
def test_saturdays_and_sundays_are_not_counted(
    since: datetime, days: int, expected: datetime
) -> None:
    assert due(since, days, UTC) == expected


def test_the_weekend_is_that_of_the_publication() -> None:
    friday_evening = november(FRIDAY, hour=20)  # Saturday, four in the morning, in Singapore

    assert due(friday_evening, 1, UTC) == november(30, hour=20)
    assert due(friday_evening, 1, SINGAPORE) == datetime(2026, 11, 30, 20, tzinfo=UTC)
    assert due(friday_evening, 0, SINGAPORE) == november(SUNDAY, hour=20)


def test_a_sunday_evening_elsewhere_is_monday_here() -> None:
    sunday_evening = november(SUNDAY, hour=20)

    assert due(sunday_evening, 1, SINGAPORE) == november(30, hour=20)


def test_the_clock_shows_the_same_hour_after_summer_time_ends() -> None:
    friday = datetime(2026, 10, 23, 9, tzinfo=BERLIN)

    monday = due(friday, 1, BERLIN)

    assert monday.astimezone(BERLIN).strftime("%A %H:%M") == "Monday 09:00"
    assert (monday.astimezone(UTC) - friday.astimezone(UTC)).total_seconds() == 73 * 3600


def test_an_hour_that_does_not_exist_is_no_obstacle() -> None:
    friday = datetime(2026, 3, 27, 2, 30, tzinfo=BERLIN)  # at the weekend, 02:30 is left out

    assert due(friday, 1, BERLIN) == datetime(2026, 3, 30, 2, 30, tzinfo=BERLIN)


def test_the_answer_is_in_the_zone_of_the_question() -> None:
    answer = due(november(MONDAY), 3, SINGAPORE)

    assert answer.tzinfo is UTC


@given(
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    st.integers(min_value=0, max_value=60),
    st.sampled_from([UTC, SINGAPORE, BERLIN, ZoneInfo("America/St_Johns")]),
)
def test_nothing_falls_due_on_a_weekend_or_before_it_came_in(
    since: datetime, days: int, zone: ZoneInfo
) -> None:
    answer = due(since, days, zone)

    assert answer.astimezone(zone).weekday() < 5
    assert answer >= since
    assert due(since, days + 1, zone) > answer
