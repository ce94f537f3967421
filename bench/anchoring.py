"""How well passages are found again: over every real edit of the blog's history.

Prints a table, and exits with 1 when a passage was found at a wrong place or a goal was missed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

if __name__ == "__main__":  # a script finds what lies beside it, not the project
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.rules.anchoring import Fate, Traced, trace
from app.rules.kept_text import kept_text
from app.rules.passages import Passage
from bench.real_edits import Edit, Truth, Window, history, passages, truth

SEED = 20250412
ANYWHERE, NEAR = 6, 12
"""Passages drawn for each edit: from the whole text, and where something changed."""

_DRIFT = 20
"""A changed passage may reach so many characters beyond where it stood: to a word's end."""


class Outcome(NamedTuple):
    """One passage, what became of it, and what was found."""

    edit: Edit
    passage: Passage
    truth: Truth
    found: Traced
    seconds: float

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


def outcomes(
    edits: Iterable[Edit], seed: int = SEED, anywhere: int = ANYWHERE, near: int = NEAR
) -> Iterator[Outcome]:
    """Draw passages from each edit and trace them."""
    random = Random(seed)  # noqa: S311 - the same passages every time
    for edit in edits:
        for passage in passages(edit, random, anywhere, near):
            started = perf_counter()
            found = trace(passage, edit.before, edit.after)
            seconds = perf_counter() - started
            yield Outcome(edit, passage, truth(edit, passage), found, seconds)
