"""Working days: those of the publication, in its own zone, without its days off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.calendar import Calendar

# Hypothesis takes bounds without a zone, and adds one.
FIRST = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
LAST = datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None)

SINGAPORE = ZoneInfo("Asia/Singapore")
BERLIN = ZoneInfo("Europe/Berlin")

# 23 November 2026 is a Monday.
MONDAY, FRIDAY, SATURDAY, SUNDAY = 23, 27, 28, 29


WEEKDAYS = frozenset(range(5))


def calendar(
    zone: tzinfo = UTC,
    workdays: frozenset[int] = WEEKDAYS,
    holidays: frozenset[date] = frozenset(),
    days_off: frozenset[date] = frozenset(),
) -> Calendar:
    """Return a calendar whose public holidays are some days."""
    return Calendar(zone, workdays, lambda year: {d for d in holidays if d.year == year}, days_off)


def due(since: datetime, working_days: int, zone: tzinfo) -> datetime:
    """Return when something is due where there are no days off but weekends."""
    return calendar(zone).due(since, working_days)


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


# Days off


def test_holidays_and_further_days_off_are_not_counted() -> None:
    thursday, monday = date(2026, 11, 26), date(2026, 11, 30)
    kept = calendar(holidays=frozenset({thursday}), days_off=frozenset({monday}))

    assert kept.due(november(MONDAY), 3) == november(FRIDAY)
    assert kept.due(november(MONDAY), 4) == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert kept.due(november(26), 0) == november(FRIDAY)


def test_the_year_of_a_holiday_is_asked_for_as_it_comes() -> None:
    new_year = calendar(holidays=frozenset({date(2026, 12, 31), date(2027, 1, 1)}))

    assert new_year.due(datetime(2026, 12, 30, 10, tzinfo=UTC), 1).date() == date(2027, 1, 4)


def test_a_week_may_have_other_working_days() -> None:
    gulf = calendar(workdays=frozenset({6, 0, 1, 2, 3}))

    assert gulf.due(november(26), 1) == november(SUNDAY)
    assert gulf.due(november(FRIDAY), 0) == november(SUNDAY)


# What is left


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (november(MONDAY), november(MONDAY, hour=20), 0),
        (november(MONDAY, hour=20), november(MONDAY + 1, hour=1), 1),
        (november(MONDAY), november(FRIDAY), 4),
        (november(FRIDAY), november(SUNDAY), 0),
        (november(FRIDAY), november(30), 1),
        (november(SUNDAY), november(30), 1),
        (november(FRIDAY), november(MONDAY), 0),
    ],
)
def test_what_is_left_is_counted_in_working_days(
    start: datetime, end: datetime, expected: int
) -> None:
    assert calendar().working_days(start, end) == expected


def test_what_is_left_is_counted_in_days_of_the_publication() -> None:
    evening = november(MONDAY, hour=20)  # Tuesday in Singapore

    assert calendar(SINGAPORE).working_days(evening, november(MONDAY + 1)) == 0
    assert calendar(UTC).working_days(evening, november(MONDAY + 1)) == 1


@given(
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    st.integers(min_value=0, max_value=30),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_what_is_given_is_what_is_left(
    since: datetime, days: int, workdays: frozenset[int]
) -> None:
    kept = calendar(SINGAPORE, workdays)
    begins = kept.due(since, 0)

    answer = kept.due(since, days)

    assert kept.is_working_day(answer.astimezone(SINGAPORE).date())
    assert kept.working_days(begins, answer) == days
    assert answer - since >= timedelta(days=days)
