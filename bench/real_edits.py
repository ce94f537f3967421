"""Every edit in the blog's history, passages drawn from it, and what truly became of them.

The truth comes from a difference of single characters that has nothing in common with the code
it judges. It is blind to what was moved, so words of which there is one stand in for it there.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from re import finditer
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from app.importers.markdown import parse
from app.importers.report import UnreadableArticle
from app.rules.anchoring import Fate
from app.rules.passages import Passage, select, version_text

HISTORY = Path(__file__).resolve().parents[2] / "shared" / "data" / "18f-blog" / "history.jsonl"

_BY_CHANCE = 6
"""Fewer equal characters in a row than this prove nothing: any two texts have them."""

_CHANGED, _GONE = 0.5, 0.1
"""What keeps so much of its characters is changed; what keeps no more than this is gone."""

_CONTEXTS = (0, 8, 16, 32, 64)

_SINGLE = 20
"""Of shorter words there may be one in either text by chance: unchanged is possible, not sure."""

_NEAREST = 120
"""How far from the passage a piece may stand that shows where its paragraph went."""

_SHINGLE = 16
"""So many characters, of which there is one in either text, prove where they went."""


class Draw(NamedTuple):
    """How many passages are drawn for an edit, and how many words they have."""

    anywhere: int = 6
    near: int = 12
    fewest: int = 3
    most: int = 40


class Run(NamedTuple):
    """``before[old_start:old_end]`` are the characters at ``new_start`` of the later text."""

    old_start: int
    old_end: int
    new_start: int

    @property
    def new_end(self) -> int:
        """Where the characters end in the later text, exclusive."""
        return self.new_start + self.old_end - self.old_start


@dataclass
class Edit:
    """Two consecutive versions of one file whose texts differ; ``number`` is the later one's."""

    path: str
    number: int
    before: str
    after: str

    @cached_property
    def alignments(self) -> tuple[list[Run], list[Run]]:
        """The equal runs of two differences of single characters, without those by chance.

        One is made from the front and one from the back: where a repeated word went or came,
        it may have been either, and both are as short as can be.
        """
        return _forwards(self.before, self.after), _backwards(self.before, self.after)

    @cached_property
    def changes(self) -> list[int]:
        """Where in the earlier text something went, came or was replaced."""
        return sorted({at for run in self.alignments[0] for at in run[:2]})


def _forwards(before: str, after: str) -> list[Run]:
    return [
        Run(step.src_start, step.src_end, step.dest_start)
        for step in Levenshtein.opcodes(before, after)
        if step.tag == "equal" and step.src_end - step.src_start >= _BY_CHANCE
    ]


def _backwards(before: str, after: str) -> list[Run]:
    olds, news = len(before), len(after)
    runs = _forwards(before[::-1], after[::-1])
    return [Run(olds - j, olds - i, news - k - (j - i)) for i, j, k in reversed(runs)]


class Window(NamedTuple):
    """What stands now between what stood around a passage; ``core`` holds its own characters."""

    left: int
    right: int
    core: tuple[int, int] | None


@dataclass(frozen=True)
class Truth:
    """What became of a passage: its possible fates, and where it may be found.

    ``places`` are where it stands unchanged. ``proofs`` are where characters of the passage
    stand that are found in either text just once, so that they went there.
    """

    fates: frozenset[Fate]
    places: frozenset[int]
    windows: tuple[Window, ...]
    proofs: frozenset[int]


@dataclass
class History:
    """The edits of all files, and what was passed over on the way."""

    files: int = 0
    unreadable: int = 0
    same: int = 0
    edits: list[Edit] = field(default_factory=list)


def history(limit: int | None = None) -> History:
    """Read every pair of consecutive versions, of the first ``limit`` files or of all."""
    found = History()
    with HISTORY.open(encoding="utf-8") as lines:
        for line in lines:
            if found.files == limit:
                break
            found.files += 1
            _read(json.loads(line), found)
    return found


def _read(record: dict[str, object], found: History) -> None:
    """Add one file's edits; a version that cannot be read is skipped, not compared."""
    path, revisions = str(record["path"]), record["revisions"]
    assert isinstance(revisions, list)  # noqa: S101 - the shape of the file, for the types
    before: str | None = None
    for number, revision in enumerate(revisions):
        try:
            after = version_text(parse(path, revision["text"].encode()).draft.text)
        except UnreadableArticle:
            found.unreadable += 1
            continue
        if before == after:
            found.same += 1
        elif before is not None:
            found.edits.append(Edit(path, number, before, after))
        before = after


def passages(edit: Edit, random: Random, draw: Draw) -> Iterator[Passage]:
    """Draw passages of whole words: some anywhere, some over or beside a change."""
    words = [match.span() for match in finditer(r"\S+", edit.before)]
    starts = [start for start, _ in words]
    for drawn in range(draw.anywhere + draw.near if len(words) >= draw.fewest else 0):
        length = min(random.randint(draw.fewest, draw.most), len(words))
        first = random.randint(0, len(words) - length)
        if drawn >= draw.anywhere and edit.changes:
            word = bisect_right(starts, random.choice(edit.changes))
            first = min(max(0, word - random.randint(0, length + 1)), len(words) - length)
        yield select(edit.before, words[first][0], words[first + length - 1][1])


def truth(edit: Edit, passage: Passage) -> Truth:
    """Return what became of a passage, by characters."""
    start, end = passage.start, passage.end
    survivals = [
        [clipped for run in runs if (clipped := _clipped(run, start, end))]
        for runs in edit.alignments
    ]
    windows = [
        _window(runs, survived, start, end, len(edit.after))
        for runs, survived in zip(edit.alignments, survivals, strict=True)
    ]
    moved_to = _moved_to(edit, passage, windows)
    windows += moved_to
    proofs = _proofs(edit, passage)
    places = {*_single_places(edit, passage), *_places_in(edit.after, passage.quote, moved_to)}
    places = {at for at in places if _is_cut_alike(edit, passage, at)}
    is_sure = bool(places) and end - start >= _SINGLE
    whole = [
        one
        for one in survivals
        if [_size([run]) for run in one] == [end - start]
        and _is_cut_alike(edit, passage, one[0].new_start)
    ]
    places |= {one[0].new_start for one in whole}
    fates = {Fate.UNCHANGED} if places else set()
    for survived in survivals:
        if is_sure or survived in whole:
            continue
        share, moved = _size(survived) / (end - start), len(proofs) * _SHINGLE / (end - start)
        fates |= _fates(share, 1.0 if moved_to else moved)
    return Truth(frozenset(fates), frozenset(places), tuple(windows), proofs)


def _size(runs: Sequence[Run]) -> int:
    return sum(run.old_end - run.old_start for run in runs)


def _is_cut_alike(edit: Edit, passage: Passage, at: int) -> bool:
    """Say whether no letter was added to the first or last word: “please” is no “pleased”."""
    ends = (passage.start, at), (passage.end, at + len(passage.quote))
    return all(_is_cut(edit.before, old) or not _is_cut(edit.after, new) for old, new in ends)


def _is_cut(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _fates(share: float, moved: float) -> set[Fate]:
    """Return what may have become of what keeps a share in place, and another elsewhere."""
    if share <= _GONE:
        return {Fate.GONE, Fate.CHANGED} if moved > _GONE else {Fate.GONE}
    return {Fate.CHANGED} if share >= _CHANGED else {Fate.CHANGED, Fate.GONE}


def _moved_to(edit: Edit, passage: Passage, windows: Sequence[Window]) -> list[Window]:
    """Return what stands between the nearest pieces of which there is one in either text.

    They show where a paragraph was moved to, even when the passage's own words are repeated.
    Of no interest where the differences say the same.
    """
    reach = range(_NEAREST)
    before = (_single_piece(edit, passage.start - _SHINGLE - back) for back in reach)
    after = (_single_piece(edit, passage.end + on) for on in reach)
    left = next((at + _SHINGLE for at in before if at is not None), None)
    right = next((at for at in after if at is not None), None)
    if left is None or right is None:
        return []
    if not 0 < right - left <= 2 * len(passage.quote) + 2 * _NEAREST:
        return []
    cores = [window.core for window in windows if window.core is not None]
    if any(left < core[1] and core[0] < right for core in cores):
        return []
    return [Window(left, right, None)]


def _places_in(text: str, quote: str, windows: Sequence[Window]) -> Iterator[int]:
    for window in windows:
        if text.count(quote, window.left, window.right) == 1:
            yield text.index(quote, window.left)


def _single_piece(edit: Edit, at: int) -> int | None:
    piece = edit.before[max(at, 0) : at + _SHINGLE]
    is_single = at >= 0 and edit.before.count(piece) == edit.after.count(piece) == 1
    return edit.after.index(piece) if is_single else None


def _proofs(edit: Edit, passage: Passage) -> frozenset[int]:
    """Return where pieces of the passage stand of which there is one in either text."""
    starts = range(passage.start, passage.end - _SHINGLE + 1, _SHINGLE)
    found = (_single_piece(edit, at) for at in starts)
    return frozenset(at for at in found if at is not None)


def _clipped(run: Run, start: int, end: int) -> Run | None:
    first, last = max(run.old_start, start), min(run.old_end, end)
    return Run(first, last, run.new_start + first - run.old_start) if first < last else None


def _window(
    runs: Sequence[Run], survived: Sequence[Run], start: int, end: int, length: int
) -> Window:
    before = [clipped for run in runs if (clipped := _clipped(run, 0, start))]
    after = [clipped for run in runs if (clipped := _clipped(run, end, run.old_end))]
    left = before[-1].new_end if before else 0
    right = after[0].new_start if after else length
    core = (survived[0].new_start, survived[-1].new_end) if survived else None
    return Window(left, right, core)


def _single_places(edit: Edit, passage: Passage) -> Iterator[int]:
    """Yield where the passage stands if, with some context, there is one in either text."""
    for context in _CONTEXTS:
        start = max(0, passage.start - context)
        sought = edit.before[start : passage.end + context]
        if edit.before.count(sought) == 1 and edit.after.count(sought) == 1:
            yield edit.after.index(sought) + passage.start - start
            return
