"""A cursor says where a page of a list ended; what is none begins at the beginning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.pagination import LARGEST, cursor, position, whole_number

# Hypothesis takes bounds without a zone, and adds one.
FIRST = datetime(1000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
LAST = datetime(9999, 1, 1, tzinfo=UTC).replace(tzinfo=None)
TIMES = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
NUMBERS = st.integers(min_value=0, max_value=LARGEST)


@given(TIMES, NUMBERS)
def test_a_cursor_is_read_as_it_is_written(at: datetime, number: int) -> None:
    assert position(cursor(at, number)) == (at, number)


def test_a_cursor_knows_microseconds() -> None:
    at = datetime(2026, 11, 23, 2, 0, 0, 123457, tzinfo=UTC)

    assert position(cursor(at, 7)) == (at, 7)
    assert position(cursor(at + timedelta(microseconds=1), 7)) != (at, 7)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        ".",
        "1",
        "1.",
        ".1",
        "1.2.3",
        "a.b",
        "1e9.1",
        "9" * 30 + ".1",
        "9" * 5000 + ".1",
        "1." + "9" * 5000,
        f"1.{LARGEST + 1}",
        "1.-1",
        "1.1; DROP TABLE",
    ],
)
def test_what_is_no_cursor_begins_at_the_beginning(text: str | None) -> None:
    assert position(text) is None


@given(st.text())
def test_any_text_at_all_is_a_cursor_or_none(text: str) -> None:
    found = position(text)

    assert found is None or (found[0].tzinfo is UTC and 0 <= found[1] <= LARGEST)


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("999999999", 999999999)]
)
def test_a_whole_number_is_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", [None, "", "-1", "+1", "1.0", "1_000", " 1", "1\n", "٣", "²", "1000000000", "9" * 5000]
)
def test_what_is_no_whole_number_is_none(text: str | None) -> None:
    assert whole_number(text) is None
