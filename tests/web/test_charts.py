"""Where the marks of a chart stand: in proportion, in the drawing, and legible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.web.charts import HEIGHT, WIDTH, Series, bars, column_chart, line_chart, scale


@pytest.mark.parametrize(
    ("largest", "step", "top"),
    [(0, 1, 1), (0.3, 1, 1), (1, 1, 1), (3, 1, 3), (7, 2, 8), (41, 20, 60), (72, 20, 80),
     (1500, 500, 1500), (99_999, 50_000, 100_000)],
)  # fmt: skip
def test_a_scale_has_few_round_lines_and_holds_what_is_highest(
    largest: float, step: float, top: float
) -> None:
    assert scale(largest) == (step, top)


@given(some.floats(0, 1e9))
def test_every_scale_has_one_to_four_lines(largest: float) -> None:
    step, top = scale(largest)

    assert top >= largest
    assert 1 <= round(top / step) <= 4


def test_columns_are_in_proportion_and_the_highest_says_how_high_it_is() -> None:
    found = column_chart(["a", "b"], [Series("x", [4, 2]), Series("y", [0, 1])], str)

    assert [column.series for column in found.columns] == [0, 0, 1]
    heights = [column.height for column in found.columns]
    assert heights == [160, 80, 40]
    assert [note.text for note in found.notes] == ["4"]


def test_a_line_is_broken_where_a_week_has_no_value() -> None:
    found = line_chart(list("abcd"), [Series("x", [1, 2, None, 4])], str)

    assert [len(line.points.split()) for line in found.lines] == [2, 1]
    assert [note.text for note in found.notes] == ["4"]


def test_the_lettering_of_two_lines_that_end_close_together_does_not_overlap() -> None:
    found = line_chart(list("ab"), [Series("x", [50, 50]), Series("y", [90, 52])], str)

    (first, second) = found.notes
    assert abs(first.y - second.y) > 20


def test_a_chart_without_a_single_value_has_no_marks() -> None:
    found = line_chart(list("ab"), [Series("x", [None, None])], str)

    assert (found.lines, list(found.notes)) == ([], [])


@given(some.lists(some.none() | some.floats(0, 1e6), min_size=1, max_size=52))
def test_nothing_is_drawn_outside(values: list[float | None]) -> None:
    names, series = ["23 Nov"] * len(values), [Series("x", values), Series("y", values[::-1])]

    columns = column_chart(names, series, lambda value: f"{value:.1f}")
    lines = line_chart(names, series, lambda value: f"{value:.1f}")

    for column in columns.columns:
        assert 0 <= column.x <= column.x + column.width <= WIDTH
        assert 0 <= column.y <= column.y + column.height <= HEIGHT
    assert all(0 <= line.y <= HEIGHT and 0 <= line.x <= WIDTH for line in lines.lines)
    assert len(columns.names) <= 5


def test_bars_are_in_per_cent_of_the_longest() -> None:
    found = bars([("Ports", 8, 2), ("Chips", 2, 0), ("Trade", 0, 0)])

    assert [(bar.length, bar.part_length) for bar in found] == [(100, 25), (25, 0), (0, 0)]
    assert bars([("None", 0, 0)])[0].length == 0
