"""Charts: where each mark of a drawing stands.

Templates draw them as SVG, and style sheets colour them. Lengths are in the units of the
drawing, 420 wide and 200 high; the browser scales it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log10

WIDTH, HEIGHT = 420, 200
_LEFT, _TOP, _FLOOR = 40, 14, 174
_NAMES = 5
"""How many names of weeks have room under the axis."""

_APART = 26
"""How far below another end a line has to end for its lettering to have room above it."""

Value = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """A row of values, one for each week, ``None`` where there is none."""

    name: str
    values: Sequence[Value]

    @property
    def present(self) -> list[float]:
        """The values that there are."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True, slots=True)
class Letters:
    """A text in the drawing, and the point that it begins, ends or is centred at."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """An upright bar of one of the series, numbered from 0."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A run of one series without a gap: points as SVG has them, and where it ends."""

    series: int
    points: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as it is drawn, and the values that it shows."""

    series: Sequence[Series]
    ticks: Sequence[Letters]
    names: Sequence[Letters]
    notes: Sequence[Letters]
    columns: Sequence[Column] = ()
    lines: Sequence[Line] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    floor: int = _FLOOR


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a table with its number drawn beside it; lengths in per cent of the longest."""

    label: str
    value: int
    part: int
    length: float
    part_length: float


def bars(rows: Sequence[tuple[str, int, int]]) -> list[Bar]:
    """Return rows of a label, a number and the part of it that is marked, with their bars."""
    longest = max((value for _, value, _ in rows), default=0) or 1
    return [
        Bar(label, value, part, _percent(value, longest), _percent(part, longest))
        for label, value, part in rows
    ]


def _percent(value: int, whole: int) -> float:
    return round(100 * value / whole, 1)


def column_chart(
    names: Sequence[str], series: Sequence[Series], written: Callable[[float], str]
) -> Drawing:
    """Return columns side by side for each week; the highest of all says how high it is."""
    step, top = scale(_largest(series))
    room = (WIDTH - _LEFT) / len(names)
    width = round(room * 0.8 / len(series), 2)
    columns = [
        Column(s, round(_LEFT + room * (n + 0.1) + s * width, 2), y, width, round(_FLOOR - y, 2))
        for s, each in enumerate(series)
        for n, value in enumerate(each.values)
        if value and (y := _height(value, top))
    ]
    highest = min(columns, key=lambda column: column.y, default=None)
    notes = []
    if highest:
        middle = highest.x + highest.width / 2
        notes.append(_inside(middle, highest.y - 4, written(_largest(series))))
    return Drawing(series, _ticks(step, top, written), _names(names), notes, columns)


def line_chart(
    names: Sequence[str], series: Sequence[Series], written: Callable[[float], str]
) -> Drawing:
    """Return a line for each series, broken where a week has no value; its end says where it is."""
    step, top = scale(_largest(series))
    lines, ends = [], []
    for s, each in enumerate(series):
        points = [_point(n, len(names), value, top) for n, value in enumerate(each.values)]
        lines += _runs(s, points)
        last = max((n for n, point in enumerate(points) if point), default=None)
        if last is not None:
            ends.append((points[last], written(each.values[last] or 0)))
    return Drawing(series, _ticks(step, top, written), _names(names), _notes(ends), (), lines)


def scale(largest: float) -> tuple[float, float]:
    """Return the distance between the lines of a grid, a round number, and the topmost of them."""
    least = max(largest, 1) / 4
    power = 10 ** floor(log10(least))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)
    step = max(step, 1)
    return step, step * max(ceil(largest / step), 1)


def _largest(series: Sequence[Series]) -> float:
    return max((value or 0 for each in series for value in each.values), default=0)


def _height(value: float, top: float) -> float:
    return round(_FLOOR - value / top * (_FLOOR - _TOP), 2)


def _middle(n: int, number: int) -> float:
    return round(_LEFT + (WIDTH - _LEFT) / number * (n + 0.5), 2)


def _ticks(step: float, top: float, written: Callable[[float], str]) -> list[Letters]:
    return [
        Letters(_LEFT - 6, _height(n * step, top), written(n * step))
        for n in range(1, round(top / step) + 1)
    ]


def _names(names: Sequence[str]) -> list[Letters]:
    """Name as many weeks as there is room for, the last one always among them."""
    every = ceil(len(names) / _NAMES)
    return [
        _inside(_middle(n, len(names)), HEIGHT - 8, name)
        for n, name in enumerate(names)
        if (len(names) - 1 - n) % every == 0
    ]


def _point(n: int, number: int, value: Value, top: float) -> tuple[float, float] | None:
    return None if value is None else (_middle(n, number), _height(value, top))


def _runs(series: int, points: Sequence[tuple[float, float] | None]) -> list[Line]:
    """Return the lines through neighbouring points; a point without neighbours is one as well."""
    runs = [[p for p in run if p] for is_there, run in groupby(points, bool) if is_there]
    return [Line(series, " ".join(f"{x:g},{y:g}" for x, y in run), *run[-1]) for run in runs if run]


def _notes(ends: Sequence[tuple[tuple[float, float] | None, str]]) -> list[Letters]:
    """Letter the ends of lines, above them; the lower of two that are close goes below."""
    notes: list[Letters] = []
    for (x, y), text in sorted((point, text) for point, text in ends if point):
        is_close = any(abs(y - 8 - note.y) < _APART and abs(x - note.x) < 60 for note in notes)
        notes.append(_inside(x, y + 18 if is_close else y - 8, text))
    return notes


def _inside(x: float, y: float, text: str) -> Letters:
    """Keep a text that is centred at ``x`` from running out of the drawing."""
    half = 3.6 * len(text)
    return Letters(round(min(max(x, _LEFT + half), WIDTH - half), 2), round(y, 2), text)
