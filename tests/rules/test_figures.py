"""Weeks, shares, and what may be named in public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from app.rules.figures import (
    AGES,
    PERIODS,
    SectionFigures,
    fit_to_publish,
    hours,
    share,
    weeks,
)

SINGAPORE = ZoneInfo("Asia/Singapore")


def test_the_weeks_end_with_the_running_one_and_begin_on_mondays_where_the_publication_is() -> None:
    late_on_sunday = datetime(2026, 11, 22, 23, 30, tzinfo=SINGAPORE)

    found = weeks(late_on_sunday.astimezone(UTC), 4, SINGAPORE)

    assert [week.start.day for week in found] == [26, 2, 9, 16]
    assert all(week.start.weekday() == 0 and week.start.hour == 0 for week in found)
    assert found[-1].end == datetime(2026, 11, 23, tzinfo=SINGAPORE)


@given(
    some.datetimes(timezones=some.just(UTC)),
    some.sampled_from(PERIODS),
    some.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_weeks_leave_no_moment_out_and_none_in_two(at: datetime, number: int, zone: str) -> None:
    assume(1950 < at.year < 9000)

    found = weeks(at, number, ZoneInfo(zone))

    assert len(found) == number
    assert found[-1].start <= at < found[-1].end
    assert all(a.end == b.start for a, b in pairwise(found))


def test_a_week_in_which_the_clocks_change_is_not_cut() -> None:
    at = datetime(2026, 10, 28, 12, tzinfo=UTC)

    before = weeks(at, 4, ZoneInfo("Europe/Berlin"))[-2]

    assert before.end.astimezone(UTC) - before.start.astimezone(UTC) == timedelta(days=7, hours=1)


def test_the_ages_leave_no_age_out() -> None:
    assert AGES[0].since == timedelta(0)
    assert AGES[-1].until is None
    assert [age.until for age in AGES[:-1]] == [age.since for age in AGES[1:]]


@pytest.mark.parametrize(
    ("length", "shown"),
    [(None, None), (timedelta(0), 0.0), (timedelta(minutes=90), 1.5), (timedelta(days=3), 72.0)],
)
def test_times_are_given_in_hours(length: timedelta | None, shown: float | None) -> None:
    assert hours(length) == shown


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 0, 0), (1, 3, 33), (1, 8, 13), (2, 3, 67), (5, 5, 100)]
)
def test_a_share_is_in_whole_per_cent(part: int, whole: int, percent: int) -> None:
    assert share(part, whole) == percent


def test_a_section_with_hardly_any_decisions_is_not_named_in_public() -> None:
    sections = [
        SectionFigures("Ports", 20, 9, 2),
        SectionFigures("Chips", 4, 3, 0),
        SectionFigures("Gossip", 90, 2, 1),
        SectionFigures("Trade", 1, 1, 1),
        SectionFigures("Retail", 7, 0, 0),
    ]

    named, others = fit_to_publish(sections)

    assert [each.section for each in named] == ["Ports", "Chips"]
    assert others == SectionFigures("", 98, 3, 2)
