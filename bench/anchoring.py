"""How well passages are found again: over every real edit of the blog's history.

Prints a table, and exits with 1 when a passage was found at a wrong place.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

if __name__ == "__main__":  # a script finds what lies beside it, not the project
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.rules.anchoring import Fate, Traced, trace
from app.rules.passages import Passage
from bench.real_edits import Draw, Edit, History, Truth, Window, history, passages, truth

SEED = 20250412
DRAW = Draw()

EXPLAINED = {
    ("2020-09-03-a-federal-guide-to-de-risk-government-technology-projects.md", number): (
        "Two paragraphs that share most of their words, with each other and with the standfirst, "
        "changed places: the difference of characters takes one for the other. "
        "Read one by one: the passages were found where they had been moved to."
    )
    for number in (2, 3)
} | {
    ("2024-11-05-three-ways-to-write-fearless-spreadsheet-formulas.md", 1): (
        "Two sentences changed places within their paragraph, and one was reworded: what was "
        "marked holds the passage, and with it the sentence that stands before it now."
    )
}
"""Edits where what looks like a wrong place was read and is none, with the reason."""

_DRIFT = 20
"""A changed passage may reach so many characters beyond where it stood: to a word's end."""

_FOR_DIFFLIB = 10
"""One edit of so many is also compared with difflib, which takes its time."""


class Outcome(NamedTuple):
    """One passage, what became of it, and what was found."""

    edit: Edit
    passage: Passage
    truth: Truth
    found: Traced
    seconds: float
    is_first: bool

    @property
    def is_right(self) -> bool:
        """Whether the fate is one of the true ones, at the right place."""
        return self.found.fate in self.truth.fates and not self.is_false

    @property
    def is_false(self) -> bool:
        """Whether it points at a place where the passage is not."""
        if self.found.fate is Fate.GONE:
            return False
        if self.found.fate is Fate.UNCHANGED:
            return self.found.start not in self.truth.places and not self._is_twin()
        return self._is_off()

    def _is_off(self) -> bool:
        """Whether a changed passage lies neither in its place nor where its words were moved."""
        start, end = self.found.start, self.found.end
        if any(start <= at < end for at in self.truth.proofs):
            return False
        length = len(self.passage.quote)
        if any(start < at + length and at < end for at in self.truth.places):
            return False
        return not any(_is_in(window, start, end) for window in self.truth.windows)

    def _is_twin(self) -> bool:
        """Whether the place cannot be told from the true one by anything around it."""
        around = self.passage.prefix + self.passage.quote + self.passage.suffix
        start = self.found.start - len(self.passage.prefix)
        return start >= 0 and self.edit.after.startswith(around, start)


def _is_in(window: Window, start: int, end: int) -> bool:
    """Say whether a place lies within a window, and has some of the passage's own characters."""
    if start < window.left - _DRIFT or end > window.right + _DRIFT:
        return False
    return window.core is None or (start < window.core[1] and window.core[0] < end)


def outcomes(edits: Iterable[Edit], seed: int = SEED, draw: Draw = DRAW) -> Iterator[Outcome]:
    """Draw passages from each edit and trace them; the first of an edit also makes the map."""
    random = Random(seed)
    for edit in edits:
        for number, passage in enumerate(passages(edit, random, draw)):
            started = perf_counter()
            found = trace(passage, edit.before, edit.after)
            seconds = perf_counter() - started
            yield Outcome(edit, passage, truth(edit, passage), found, seconds, number == 0)


class Figures(NamedTuple):
    """What came of all passages, by what truly became of them."""

    unchanged: Sequence[Outcome]
    changed: Sequence[Outcome]
    others: Sequence[Outcome]
    """Gone, or with too little left, or too much moved, to allow one fate only."""

    false: Sequence[Outcome]
    explained: Sequence[Outcome]


def figures(found: Sequence[Outcome]) -> Figures:
    """Sort outcomes by the truth, and take the false anchors out."""
    unchanged = [one for one in found if one.truth.fates == {Fate.UNCHANGED}]
    changed = [one for one in found if one.truth.fates == {Fate.CHANGED}]
    others = [one for one in found if one.truth.fates not in ({Fate.UNCHANGED}, {Fate.CHANGED})]
    wrong = [one for one in found if one.is_false]
    explained = [one for one in wrong if (one.edit.path, one.edit.number) in EXPLAINED]
    return Figures(unchanged, changed, others, [x for x in wrong if x not in explained], explained)


def share(found: Sequence[Outcome]) -> float:
    """Return which part is right, from 0 to 1."""
    return sum(one.is_right for one in found) / max(1, len(found))


def main(words: Sequence[str]) -> int:
    """Measure, print, and return 1 when a passage was found at a wrong place."""
    arguments = _parser().parse_args(words)
    past = history(arguments.files)
    draw = DRAW._replace(fewest=arguments.fewest, most=arguments.most)
    found = list(outcomes(past.edits, arguments.seed, draw))
    result = figures(found)
    _print(*_table(past, found, result), *_times(past.edits, found))
    shown = [one for one in found if not one.is_right] if arguments.show else result.false
    _print(*(line for one in shown for line in _lines(one)))
    return 1 if result.false else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench/anchoring.py", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="(default: %(default)s)")
    parser.add_argument("--files", type=int, help="only so many files (default: all)")
    parser.add_argument("--fewest", type=int, default=DRAW.fewest, help="words of a passage")
    parser.add_argument("--most", type=int, default=DRAW.most, help="words of a passage")
    parser.add_argument("--show", action="store_true", help="print every miss")
    return parser


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _table(past: History, found: Sequence[Outcome], result: Figures) -> Iterator[str]:
    yield f"{past.files} files, {len(past.edits)} edits of the text, {len(found)} passages"
    yield f"({past.unreadable} versions unreadable, {past.same} with the same text: passed over)"
    yield ""
    for name, some, goal in (
        ("unchanged, found at the place", result.unchanged, "100 %"),
        ("changed, recognised as changed", result.changed, "98 %"),
        ("gone, or not to be told", result.others, ""),
    ):
        count = f"{sum(one.is_right for one in some)} of {len(some)}"
        yield f"{name:34}{count:>16}{share(some):>10.2%}   {goal}"
    yield f"{'false anchors':34}{len(result.false):>16}{'':10}   0"
    yield f"{'  looked false, read, explained':34}{len(result.explained):>16}"


def _times(edits: Sequence[Edit], found: Sequence[Outcome]) -> Iterator[str]:
    yield ""
    first = [one.seconds for one in found if one.is_first]
    rest = [one.seconds for one in found if not one.is_first]
    for name, seconds in (("first passage of two versions", first), ("each further passage", rest)):
        yield f"{name:34}median {_ms(median(seconds))}, p95 {_ms(quantiles(seconds, n=20)[-1])}"
    slow = median(_by_difflib(edit) for edit in edits[::_FOR_DIFFLIB])
    ratio = slow / median(first), slow / median(rest)
    yield f"{'difflib, words of two versions':34}median {_ms(slow)}"
    yield f"{'':34}as long as {ratio[0]:.1f} first or {ratio[1]:.0f} further passages"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3f} ms"


def _by_difflib(edit: Edit) -> float:
    started = perf_counter()
    SequenceMatcher(None, edit.before.split(), edit.after.split(), autojunk=False).get_opcodes()
    return perf_counter() - started


def _lines(one: Outcome) -> Iterator[str]:
    edit, passage, found = one.edit, one.passage, one.found
    fates = " or ".join(sorted(one.truth.fates))
    yield f"\n{edit.path}, version {edit.number}, at {passage.start}: {fates}"
    yield f"  was   …{passage.prefix!r} [{passage.quote!r}] {passage.suffix!r}…"
    for left, right, _ in one.truth.windows[:1]:
        yield f"  true  {left}: {edit.after[left:right]!r}"
    yield f"  found {found.start}: {found.fate} {found.text!r}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
