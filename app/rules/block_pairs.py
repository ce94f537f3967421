"""Which blocks of a text became which: kept, joined or split, but with changed words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from app.rules.word_changes import landmarks, words_of

_ALIKE = 0.4
"""Blocks that share a smaller part of their words than this are not versions of each other."""

_NEARLY = 85.0
"""Blocks that share this percentage of their characters are the same block."""

_CONTAINED = 0.8
_SHORTEST_CONTAINED = 8
"""A block of at least so many words may have become a part of another, or been made of one."""

_JOINED = 0.5
"""A neighbour that has at least this part of its words in the rest of a pair belongs to it."""

_AT_ONCE = 150

# Private characters that stand for words; two words that share one do no harm here.
_FIRST_CODE, _CODES = 0xE000, 0x100000


class Pair(NamedTuple):
    """Blocks ``[old_start, old_end)`` became blocks ``[new_start, new_end)``."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Yield the blocks that read alike, and those that became each other, in order.

    A block of which there are two is not matched by itself: its neighbours tell which it is.
    """
    i = k = 0
    for first, second in (*landmarks(old, new), (len(old), len(new))):
        if old[i:first] == new[k:second]:
            yield from (Pair(i + n, i + n + 1, k + n, k + n + 1) for n in range(first - i))
        else:
            for a, b, c, d in _pairs(old[i:first], new[k:second]):
                yield Pair(a + i, b + i, c + k, d + k)
        if first < len(old):
            yield Pair(first, first + 1, second, second + 1)
        i, k = first + 1, second + 1


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Yield the blocks that belong together, in order; very many are matched piece by piece."""
    if len(old) == len(new) and all(map(_is_nearly, old, new)):
        yield from (Pair(at, at + 1, at, at + 1) for at in range(len(old)))
        return
    codes = _Codes()
    before, after = [_coded(block, codes) for block in old], [_coded(block, codes) for block in new]
    count = max(len(old), len(new)) // _AT_ONCE + 1
    for part in range(count):
        i, j = len(old) * part // count, len(old) * (part + 1) // count
        k, m = len(new) * part // count, len(new) * (part + 1) // count
        for pair in _grown(before[i:j], after[k:m]):
            yield Pair(pair[0] + i, pair[1] + i, pair[2] + k, pair[3] + k)


def _is_nearly(old: str, new: str) -> bool:
    """Say whether a block stands almost as it did, so that there is no doubt what became of it."""
    return fuzz.ratio(old, new, score_cutoff=_NEARLY) > 0


class _Codes(dict[str, str]):
    """One character for each word; a full stop is no likeness, so marks have none."""

    def __missing__(self, word: str) -> str:
        is_word = any(map(str.isalnum, word))
        self[word] = chr(_FIRST_CODE + len(self) % _CODES) if is_word else ""
        return self[word]


def _coded(block: str, codes: _Codes) -> str:
    """Write each word of a block as one character, capitals and small letters alike."""
    return "".join(map(codes.__getitem__, words_of(block.casefold())))


def _grown(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Take blocks between the pairs into those that they were joined to or split from."""
    i = k = 0
    for core, (j, m) in pairwise([*_partners(old, new), (len(old), len(new))]):
        pair = Pair(core[0], core[0] + 1, core[1], core[1] + 1)
        while grown := _larger(old, new, pair, Pair(i, j, k, m)):
            pair = grown
        yield pair
        i, k = pair.old_end, pair.new_end


def _larger(old: Sequence[str], new: Sequence[str], pair: Pair, limits: Pair) -> Pair | None:
    """Return the pair with a neighbouring block that belongs to it, or ``None``."""
    i, j, k, m = pair
    neighbours = []
    if i > limits.old_start:
        neighbours.append((old[i - 1], Pair(i - 1, j, k, m)))
    if j < limits.old_end:
        neighbours.append((old[j], Pair(i, j + 1, k, m)))
    if k > limits.new_start:
        neighbours.append((new[k - 1], Pair(i, j, k - 1, m)))
    if m < limits.new_end:
        neighbours.append((new[m], Pair(i, j, k, m + 1)))
    common = _common(old, new, pair) if neighbours else 0
    for block, larger in neighbours:
        wanted = max(1, _JOINED * len(block))
        if _common(old, new, larger) - common >= wanted:
            return larger
    return None


def _common(old: Sequence[str], new: Sequence[str], pair: Pair) -> int:
    was, now = old[pair.old_start : pair.old_end], new[pair.new_start : pair.new_end]
    return LCSseq.similarity("".join(was), "".join(now))


def _partners(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of blocks, in order, that have the most words in common altogether."""
    similarity, sizes = LCSseq.similarity, [len(now) for now in new]
    common = [
        [
            similarity(was, now, score_cutoff=_least(len(was), size))
            for now, size in zip(new, sizes, strict=True)
        ]
        for was in old
    ]
    best = _best(common, len(new))
    i = k = 0
    while i < len(old) and k < len(new):
        if common[i][k] and best[i][k] == common[i][k] + best[i + 1][k + 1]:
            yield i, k
            i, k = i + 1, k + 1
        elif best[i][k] == best[i + 1][k]:
            i += 1
        else:
            k += 1


def _best(common: Sequence[Sequence[int]], width: int) -> list[list[int]]:
    """Return how many words can be kept from each two blocks on, to the end."""
    best = [[0] * (width + 1)]
    for row in reversed(common):
        below, line = best[-1], [0]
        for k in range(width - 1, -1, -1):
            kept = max(below[k], line[-1])
            line.append(max(kept, row[k] + below[k + 1]) if row[k] else kept)
        best.append(line[::-1])
    return best[::-1]


@lru_cache(maxsize=4096)
def _least(was: int, now: int) -> int:
    """Return how many words blocks of so many words share, in order, when they are alike."""
    least = _ALIKE * (was + now) / 2
    if min(was, now) >= _SHORTEST_CONTAINED:
        least = min(least, _CONTAINED * min(was, now))
    return max(1, ceil(least))
