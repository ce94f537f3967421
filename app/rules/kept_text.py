"""Which characters of a text still stand in a later one, and where.

Paragraphs are paired first, as the comparison of two versions shows them; words are only looked
for within a pair, so that a “the” of one paragraph is never taken for a “the” of another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from rapidfuzz import fuzz

from app.rules.block_pairs import matched
from app.rules.word_changes import BREAK, hunks

_SHORTEST_MOVED = 20
"""A paragraph with fewer characters is not recognised where it was moved."""

_STILL_THE_SAME, _RUNNER_UP = 75.0, 15.0
_MOST_COMPARED = 10_000

_Blocks = Sequence[tuple[int, int]]


class Kept(NamedTuple):
    """``before[old_start:old_end]`` and ``after[new_start:new_end]`` are the same characters."""

    old_start: int
    old_end: int
    new_start: int

    @property
    def new_end(self) -> int:
        """Where it ends in the later text, exclusive."""
        return self.new_start + self.old_end - self.old_start


class Span(NamedTuple):
    """A stretch of both texts: ``before[old_start:old_end]`` and ``after[new_start:new_end]``."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Chain(NamedTuple):
    """What was kept within a stretch of both texts, in the same order in both."""

    span: Span
    kept: tuple[Kept, ...]

    def at(self, position: int) -> Kept | None:
        """Return what was kept around a character of the earlier text, or ``None``."""
        index = bisect_right(self.kept, position, key=lambda one: one.old_start) - 1
        if index < 0 or position >= self.kept[index].old_end:
            return None
        return self.kept[index]

    def gap(self, position: int) -> Span:
        """Return the stretch around a character that was not kept, up to what was."""
        index = bisect_right(self.kept, position, key=lambda one: one.old_start)
        old_start, old_end, new_start, new_end = self.span
        if index:
            old_start, new_start = self.kept[index - 1].old_end, self.kept[index - 1].new_end
        if index < len(self.kept):
            old_end, new_end = self.kept[index].old_start, self.kept[index].new_start
        return Span(old_start, old_end, new_start, new_end)

    def within(self, start: int, end: int) -> Iterator[Kept]:
        """Yield what was kept of ``before[start:end]``."""
        index = max(0, bisect_right(self.kept, start, key=lambda one: one.old_start) - 1)
        for old_start, old_end, new_start in self.kept[index:]:
            if old_start >= end:
                return
            first, last = max(old_start, start), min(old_end, end)
            if first < last:
                yield Kept(first, last, new_start + first - old_start)


class KeptText(NamedTuple):
    """All that was kept: in place, and in paragraphs that stand elsewhere now."""

    in_place: Chain
    moved: tuple[Chain, ...]
    claims: tuple[Kept, ...]
    """Everything kept, in the order of the later text."""

    def chain(self, start: int, end: int) -> Chain:
        """Return where to look for ``before[start:end]``: in the moved paragraph, or in place."""
        for chain in self.moved:
            if chain.span.old_start <= start and end <= chain.span.old_end:
                return chain
        return self.in_place

    def claimants(self, start: int, end: int) -> Iterator[Kept]:
        """Yield whose characters ``after[start:end]`` are, where they were kept."""
        index = max(0, bisect_right(self.claims, start, key=lambda one: one.new_start) - 1)
        for one in self.claims[index:]:
            if one.new_start >= end:
                return
            first, last = max(one.new_start, start), min(one.new_end, end)
            if first < last:
                old = one.old_start + first - one.new_start
                yield Kept(old, old + last - first, first)

    def unclaimed(self, length: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches of the later text, of ``length`` characters, that are new."""
        at = 0
        for one in self.claims:
            if one.new_start > at:
                yield at, one.new_start
            at = max(at, one.new_end)
        if at < length:
            yield at, length


@lru_cache(maxsize=128)
def kept_text(before: str, after: str) -> KeptText:
    """Return what of ``before`` still stands in ``after``; many passages ask for one pair."""
    old, new = _blocks(before), _blocks(after)
    pairs = list(matched([before[i:j] for i, j in old], [after[i:j] for i, j in new]))
    spans = [_span(old[i:j], new[k:m]) for i, j, k, m in pairs]
    whole = Span(0, len(before), 0, len(after))
    in_place = _chain(before, after, whole, spans)
    gone = _others(old, [(pair.old_start, pair.old_end) for pair in pairs])
    came = _others(new, [(pair.new_start, pair.new_end) for pair in pairs])
    moves = _moves(before, after, gone, came)
    moved = tuple(_chain(before, after, span, [span]) for span in moves)
    everything = [one for chain in (in_place, *moved) for one in chain.kept]
    return KeptText(in_place, moved, tuple(sorted(everything, key=lambda one: one.new_start)))


def _blocks(text: str) -> _Blocks:
    """Return where the paragraphs of a text begin and end."""
    spans, at = [], 0
    for block in text.split(BREAK):
        spans.append((at, at + len(block)))
        at += len(block) + len(BREAK)
    return spans


def _span(old: _Blocks, new: _Blocks) -> Span:
    return Span(old[0][0], old[-1][1], new[0][0], new[-1][1])


def _others(blocks: _Blocks, paired: Sequence[tuple[int, int]]) -> _Blocks:
    """Return the blocks that belong to no pair."""
    taken = {index for start, end in paired for index in range(start, end)}
    return [block for index, block in enumerate(blocks) if index not in taken]


def _chain(before: str, after: str, whole: Span, spans: Iterable[Span]) -> Chain:
    kept = (one for span in spans for one in _words(before, after, span))
    spaced = _with_spaces(before, after, whole, kept)
    return Chain(whole, tuple(_joined(spaced)))


def _words(before: str, after: str, span: Span) -> Iterator[Kept]:
    """Yield what paragraphs kept between the changes."""
    old, new = span.old_start, span.new_start
    was, now = before[old : span.old_end], after[new : span.new_end]
    for a, b, _, d in hunks(was, now) if was != now else ():
        yield Kept(old, span.old_start + a, new)
        old, new = span.old_start + b, span.new_start + d
    yield Kept(old, span.old_end, new)


def _with_spaces(before: str, after: str, whole: Span, kept: Iterable[Kept]) -> Iterator[Kept]:
    """Give white space that both sides of a gap begin or end with to what stayed."""
    first = Kept(whole.old_start, whole.old_start, whole.new_start)
    last = Kept(whole.old_end, whole.old_end, whole.new_end)
    for one, following in pairwise((first, *kept, last)):
        yield one
        i, j, k, m = one.old_end, following.old_start, one.new_end, following.new_start
        lead = _shared_space(before[i:j], after[k:m])
        trail = _shared_space(before[i + lead : j][::-1], after[k + lead : m][::-1])
        yield Kept(i, i + lead, k)
        yield Kept(j - trail, j, m - trail)


def _shared_space(first: str, second: str) -> int:
    both = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1] and two[0].isspace(), both))


def _joined(kept: Iterable[Kept]) -> Iterator[Kept]:
    """Make one of what touches in both texts, and leave out what is empty."""
    last = Kept(0, 0, 0)
    for one in kept:
        if (last.old_end, last.new_end) == (one.old_start, one.new_start):
            last = Kept(last.old_start, one.old_end, last.new_start)
        elif one.old_start < one.old_end:
            if last.old_start < last.old_end:
                yield last
            last = one
    if last.old_start < last.old_end:
        yield last


def _moves(before: str, after: str, gone: _Blocks, came: _Blocks) -> Iterator[Span]:
    """Yield the paragraphs that went here and came there, neighbours as one."""
    joined: list[Span] = []
    for span in _undoubted(before, after, gone, came):
        last = joined[-1] if joined else None
        if last and last[1::2] == (span.old_start - len(BREAK), span.new_start - len(BREAK)):
            joined[-1] = Span(last.old_start, span.old_end, last.new_start, span.new_end)
        else:
            joined.append(span)
    yield from joined


def _undoubted(before: str, after: str, gone: _Blocks, came: _Blocks) -> Iterator[Span]:
    """Yield each two blocks that are by far more like each other than like any other block."""
    gone = [(i, j) for i, j in gone if j - i >= _SHORTEST_MOVED]
    came = [(k, m) for k, m in came if m - k >= _SHORTEST_MOVED]
    if not gone or not came or len(gone) * len(came) > _MOST_COMPARED:
        return
    scores = [[fuzz.ratio(before[i:j], after[k:m]) for k, m in came] for i, j in gone]
    columns = list(zip(*scores, strict=True))
    for (i, j), row in zip(gone, scores, strict=True):
        best = max(row)
        column = row.index(best)
        is_mutual = best == max(columns[column]) and best >= _STILL_THE_SAME
        if is_mutual and _is_far_ahead(row) and _is_far_ahead(columns[column]):
            yield Span(i, j, *came[column])


def _is_far_ahead(scores: Sequence[float]) -> bool:
    first, second = (*sorted(scores, reverse=True)[:2], 0.0)[:2]
    return first - second >= _RUNNER_UP
