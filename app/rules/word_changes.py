"""Which words of a text changed, as the few runs that an editor would mark on a proof."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from math import isqrt
from typing import NamedTuple

from rapidfuzz.distance import Indel

from app.rules.folding import combining_marks

_WHOLE = 25_000_000
"""As many pairs of words are compared at once; longer texts go by sentences, then by pieces."""

_SENTENCE_END = re.compile(r"[.!?…。！？]['\"’”»)\]]*\s$")
_LONGEST_ENDING = 6
_SHORT = 4
"""A single word of no more characters than this does not separate two changes."""

# Written without spaces: Thai, Lao, Burmese, Khmer, Chinese and Japanese. A character is a word.
_UNSPACED = "\u0e01-\u0edf\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_INSIDE = r"(?:(?:[.'’@]|[,:/](?=\d))"


class Hunk(NamedTuple):
    """``before[old_start:old_end]`` became ``after[new_start:new_end]``."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Run(NamedTuple):
    """Items ``[old_start, old_end)`` of one sequence and ``[new_start, new_end)`` of another."""

    is_equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


_Match = tuple[tuple[int, int], tuple[int, int]]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what a word looks like, what needs a closer look, and a word looked at closely."""
    marks = combining_marks() + "\u00ad\u200c\u200d"
    alone = rf"(?:[{_UNSPACED}]|[\U00020000-\U0003ffff])"
    letter = rf"(?!{alone})[\w{marks}]"
    closely = rf"{alone}[{marks}]*|(?:{letter})+{_INSIDE}(?:{letter})+)*|[^\w\s][{marks}]*"
    return (
        re.compile(rf"\w+{_INSIDE}\w+)*|[^\w\s]"),
        re.compile(rf"{alone}|[{marks}]"),
        re.compile(closely),
    )


def _words(text: str) -> Iterator[re.Match[str]]:
    plainly, special, closely = _patterns()
    is_plain = text.isascii() or not special.search(text)
    return (plainly if is_plain else closely).finditer(text)


def words_of(text: str) -> list[str]:
    """Return the words of a text and its marks, each mark alone, without white space.

    A word keeps its accents and vowel signs, its apostrophe, and what joins numbers, initials
    and addresses: “O’Brien”, “1,200”, “5/22”, “a.m” and “name@example.org” are one word each.
    """
    return [match[0] for match in _words(text)]


def runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Run]:
    """Yield what is equal in two sequences and what is not, by turns."""
    at, to = 0, 0
    for step in Indel.opcodes(old, new):
        if step.tag != "equal":
            continue
        if (at, to) != (step.src_start, step.dest_start):
            yield Run(False, at, step.src_start, to, step.dest_start)
        yield Run(True, step.src_start, step.src_end, step.dest_start, step.dest_end)
        at, to = step.src_end, step.dest_end
    if (at, to) != (len(old), len(new)):
        yield Run(False, at, len(old), to, len(new))


def hunks(before: str, after: str) -> list[Hunk]:
    """Return what changed, in order, in runs that neither touch nor nearly touch."""
    found = _joined(before, after, _unmatched(before, after))
    end = Hunk(len(before), len(before), len(after), len(after))
    settled: list[Hunk] = []
    for hunk, following in pairwise([*found, end]):
        first = settled[-1].old_end if settled else 0
        settled.append(_settled(before, after, hunk, first, following.old_start))
    return _joined(before, after, settled)


def _unmatched(before: str, after: str) -> Iterator[Hunk]:
    """Yield what stands between each two words that stayed, where it differs."""
    previous: _Match = ((0, 0), (0, 0))
    end: _Match = ((len(before), len(before)), (len(after), len(after)))
    for match in (*_matches(before, after), end):
        (old, new), (next_old, next_new) = previous, match
        previous = match
        gap = Hunk(old[1], next_old[0], new[1], next_new[0])
        if before[gap.old_start : gap.old_end] == after[gap.new_start : gap.new_end]:
            continue
        gap = _trimmed(before, after, gap)
        sides = before[gap.old_start : gap.old_end], after[gap.new_start : gap.new_end]
        if any(side.isspace() for side in sides):
            # A line through a space, or under one, is not seen: the words around it show it.
            gap = Hunk(old[0], next_old[1], new[0], next_new[1])
        yield gap


def _matches(before: str, after: str) -> Iterator[_Match]:
    """Yield where the words that stayed begin and end in both texts."""
    old = [match.span() for match in _words(before)]
    new = [match.span() for match in _words(after)]
    pairs = _pairs([before[i:j] for i, j in old], [after[i:j] for i, j in new])
    return ((old[i], new[k]) for i, k in pairs)


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the indices of words that stayed."""
    if len(old) * len(new) <= _WHOLE:
        yield from _equal(old, new, 0, 0)
        return
    sides = _sentences(old), _sentences(new)
    starts = [[0, *accumulate(map(len, side))] for side in sides]
    for run in runs(*sides):
        i, j = starts[0][run.old_start], starts[0][run.old_end]
        k, m = starts[1][run.new_start], starts[1][run.new_end]
        yield from _in_pieces(old[i:j], new[k:m], i, k)


def _in_pieces(
    old: Sequence[str], new: Sequence[str], at: int, to: int
) -> Iterator[tuple[int, int]]:
    """Compare long runs piece by piece, which bounds the time it takes."""
    count = isqrt(len(old) * len(new) // _WHOLE) + 1
    for part in range(count):
        i, j = len(old) * part // count, len(old) * (part + 1) // count
        k, m = len(new) * part // count, len(new) * (part + 1) // count
        yield from _equal(old[i:j], new[k:m], at + i, to + k)


def _equal(
    old: Sequence[Hashable], new: Sequence[Hashable], at: int, to: int
) -> Iterator[tuple[int, int]]:
    for run in runs(old, new):
        if run.is_equal:
            first, second = range(run.old_start, run.old_end), range(run.new_start, run.new_end)
            yield from ((at + i, to + k) for i, k in zip(first, second, strict=True))


def _sentences(words: Sequence[str]) -> list[tuple[str, ...]]:
    found, start = [], 0
    for index, word in enumerate(words, start=1):
        if word in ".!?…。！？" or index == len(words):
            found.append(tuple(words[start:index]))
            start = index
    return found


def _trimmed(before: str, after: str, hunk: Hunk) -> Hunk:
    """Leave white space that both sides begin or end with to what stayed."""
    i, j, k, m = hunk
    while i < j and k < m and before[i] == after[k] and before[i].isspace():
        i, k = i + 1, k + 1
    while i < j and k < m and before[j - 1] == after[m - 1] and before[j - 1].isspace():
        j, m = j - 1, m - 1
    return Hunk(i, j, k, m)


def _joined(before: str, after: str, found: Iterable[Hunk]) -> list[Hunk]:
    """Take what stayed into the changes around it where it is too short to separate them."""
    joined: list[Hunk] = []
    for hunk in found:
        if joined and _is_one(before, after, joined[-1], hunk):
            first = joined.pop()
            hunk = Hunk(first.old_start, hunk.old_end, first.new_start, hunk.new_end)
        joined.append(hunk)
    return [_trimmed(before, after, hunk) for hunk in joined]


def _is_one(before: str, after: str, first: Hunk, second: Hunk) -> bool:
    """Say whether two changes read as one: with little between, and not just marks around it."""
    between = before[first.old_end : second.old_start].strip()
    if len(between) > _SHORT or len(words_of(between)) > 1:
        return False
    return not _has_word(between) or any(
        _has_word(text[start:end])
        for i, j, k, m in (first, second)
        for text, start, end in ((before, i, j), (after, k, m))
    )


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _settled(before: str, after: str, hunk: Hunk, first: int, last: int) -> Hunk:
    """Shift words that only went or came to where a reader would cut.

    Of “the fox [ran. The fox] slept” and “[the fox ran. ]The fox slept” the second is meant.
    The hunk may move within ``[first, last)`` of the text before.
    """
    i, j, k, m = hunk
    if i != j and k != m:
        return hunk
    text, start, end = (before, i, j) if k == m else (after, k, m)
    lowest, highest = start - (i - first), end + (last - j)
    best = max(_shifts(text, start, end, lowest, highest), default=None)
    shift = best[2] if best else 0
    return Hunk(i + shift, j + shift, k + shift, m + shift)


def _shifts(
    text: str, start: int, end: int, lowest: int, highest: int
) -> Iterator[tuple[int, int, int]]:
    """Yield how good a cut each possible shift is, how small it is, and the shift itself."""
    shift = 0
    while start + shift > lowest and text[start + shift - 1] == text[end + shift - 1]:
        shift -= 1
    while True:
        cuts = _cut(text, start + shift), _cut(text, end + shift)
        if all(cuts):
            yield sum(cuts), -abs(shift), shift
        if end + shift >= highest or text[start + shift] != text[end + shift]:
            return
        shift += 1


def _cut(text: str, at: int) -> int:
    """Say how natural it is to cut a text at a place; 0 is within a word."""
    if at in (0, len(text)):
        return 6
    before, after = text[at - 1], text[at]
    if before == "\n":
        return 5
    if _SENTENCE_END.search(text[max(0, at - _LONGEST_ENDING) : at]):
        return 4
    if before.isspace():
        return 3
    if after.isspace():
        return 2
    return 0 if _is_within_word(before, after) else 1


def _is_within_word(before: str, after: str) -> bool:
    """Say whether two neighbouring characters belong to one word."""
    return len(words_of(before + after)) < len(words_of(before)) + len(words_of(after))
