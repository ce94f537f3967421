"""Which words of a text changed, as the few runs that an editor would mark on a proof."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from math import isqrt
from typing import NamedTuple

from rapidfuzz.distance import Indel, Postfix, Prefix

from app.rules.folding import combining_marks

BREAK = "\n\n"
"""What stands between two blocks of a text."""

_AT_ONCE = 100_000_000
"""As many pairs of words are compared at once; longer texts go from landmark to landmark."""

_SENTENCE_END = re.compile(r"[.!?…。！？]['\"’”»)\]]*\s$")
_LONGEST_ENDING = 6

# Written without spaces: Thai, Lao, Burmese, Khmer, Chinese and Japanese. A character is a word.
_UNSPACED = "\u0e01-\u0edf\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_INSIDE = r"(?:(?:[.'’@]|[,:/](?=\d))"


class Hunk(NamedTuple):
    """``before[old_start:old_end]`` became ``after[new_start:new_end]``."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


_Span = tuple[int, int]


class Run(NamedTuple):
    """Items ``[old_start, old_end)`` of one sequence and ``[new_start, new_end)`` of another."""

    is_equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what a word looks like, what needs a closer look, and a word looked at closely."""
    marks = combining_marks() + "\u00ad\u200c\u200d"
    alone = rf"(?:[{_UNSPACED}]|[\U00020000-\U0003ffff])"
    letter = rf"(?!{alone})[\w{marks}]"
    closely = rf"{alone}[{marks}]*|(?:{letter})+{_INSIDE}(?:{letter})+)*|[^\w\s][{marks}]*|{BREAK}"
    return (
        re.compile(rf"\w+{_INSIDE}\w+)*|[^\w\s]|{BREAK}"),
        re.compile(
            "[^\\x00-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u200b\u200e-\u20cf\u2100-\u2bff]"
        ),
        re.compile(closely),
    )


def _words(text: str) -> re.Pattern[str]:
    """Return what the words of a text look like."""
    plainly, special, closely = _patterns()
    return plainly if text.isascii() or not special.search(text) else closely


def words_of(text: str) -> list[str]:
    """Return the words of a text and its marks, each mark alone, without white space.

    A word keeps its accents and vowel signs, its apostrophe, and what joins numbers, initials
    and addresses: “O’Brien”, “1,200”, “5/22”, “a.m” and “name@example.org” are one word each.
    """
    found: list[str] = _words(text).findall(text)
    return [word for word in found if word != BREAK] if BREAK in text else found


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


def landmarks(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return where the items stand of which either sequence has just one, in order.

    They are as many as can be: the longest rising chain (M. L. Fredman, 1975).
    """
    once = {item for item, count in Counter(old).items() if count == 1}
    places = {item: at for at, item in enumerate(new) if item in once}
    repeated = {item for item, count in Counter(new).items() if count > 1}
    ends: list[int] = []
    chains: list[tuple[int, int, int]] = []  # where in either, and the chain's link before
    tips: list[int] = []
    for at, item in enumerate(old):
        if item not in places or item in repeated:
            continue
        length = bisect_left(ends, places[item])
        chains.append((at, places[item], tips[length - 1] if length else -1))
        ends[length : length + 1] = [places[item]]
        tips[length : length + 1] = [len(chains) - 1]
    return _chain(chains, tips[-1] if tips else -1)


def _chain(chains: Sequence[tuple[int, int, int]], tip: int) -> list[tuple[int, int]]:
    found = []
    while tip >= 0:
        at, to, tip = chains[tip]
        found.append((at, to))
    return found[::-1]


def hunks(before: str, after: str) -> list[Hunk]:
    """Return what changed, in order, in runs that do not touch: no more than has to be marked."""
    found = list(_unmatched(before, after))
    end = Hunk(len(before), len(before), len(after), len(after))
    settled: list[Hunk] = []
    for hunk, following in pairwise([*found, end]):
        first = settled[-1].old_end if settled else 0
        settled.append(_settled(before, after, hunk, first, following.old_start))
    return list(_joined(before, after, settled))


def _middle(before: str, after: str) -> tuple[_Span, _Span]:
    """Return what is left of either text without the words that both begin and end with."""
    start = before.rfind(" ", 0, Prefix.similarity(before, after)) + 1
    common = Postfix.similarity(before[start:], after[start:])
    at = before.find(" ", len(before) - common)
    behind = len(before) - at if at >= 0 else 0
    return (start, len(before) - behind), (start, len(after) - behind)


def _unmatched(before: str, after: str) -> Iterator[Hunk]:
    """Yield what differs between the words that stayed."""
    (i, end), (k, final) = _middle(before, after)
    words = _words(before).finditer(before, i, end), _words(after).finditer(after, k, final)
    old, new = ([word.span() for word in side] for side in words)
    for (start, last), (to, behind) in (
        *_same(before, after, old, new),
        ((end,) * 2, (final,) * 2),
    ):
        if before[i:start] != after[k:to]:
            yield _trimmed(before, after, Hunk(i, start, k, to))
        i, k = last, behind


def _same(
    before: str, after: str, old: Sequence[_Span], new: Sequence[_Span]
) -> Iterator[tuple[_Span, _Span]]:
    """Yield where the words that stayed begin and end in both texts."""
    was, now = [before[i:j] for i, j in old], [after[i:j] for i, j in new]
    i = k = 0
    for first, last, to, behind in (*_differing(was, now), Hunk(len(old), 0, len(new), 0)):
        yield from zip(old[i:first], new[k:to], strict=True)
        i, k = last, behind


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[Hunk]:
    """Yield which items differ; of very long texts stretch by stretch."""
    for i, j, k, m in _stretches(old, new):
        for run in runs(old[i:j], new[k:m]):
            if not run.is_equal:
                yield Hunk(run.old_start + i, run.old_end + i, run.new_start + k, run.new_end + k)


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[Hunk]:
    """Cut long texts at landmarks, and then by length, which bounds the time it takes."""
    if len(old) * len(new) <= _AT_ONCE:
        yield Hunk(0, len(old), 0, len(new))
        return
    for (i, k), (j, m) in pairwise([(0, 0), *landmarks(old, new), (len(old), len(new))]):
        count = isqrt((j - i) * (m - k) // _AT_ONCE) + 1
        for part in range(count):
            yield Hunk(
                i + (j - i) * part // count,
                i + (j - i) * (part + 1) // count,
                k + (m - k) * part // count,
                k + (m - k) * (part + 1) // count,
            )


def _trimmed(before: str, after: str, hunk: Hunk) -> Hunk:
    """Leave white space that both sides begin or end with to what stayed; no break is halved."""
    i, j, k, m = hunk
    spaces = " " if BREAK in before[i:j] or BREAK in after[k:m] else " \n\u00a0"
    while i < j and k < m and before[i] == after[k] and before[i] in spaces:
        i, k = i + 1, k + 1
    while i < j and k < m and before[j - 1] == after[m - 1] and before[j - 1] in spaces:
        j, m = j - 1, m - 1
    return Hunk(i, j, k, m)


def _joined(before: str, after: str, found: Iterable[Hunk]) -> Iterator[Hunk]:
    """Make one of hunks that touch, and of replaced words with only a mark between them."""
    last: Hunk | None = None
    for hunk in found:
        if last and _is_one(before, after, last, hunk):
            last = Hunk(last.old_start, hunk.old_end, last.new_start, hunk.new_end)
            continue
        if last:
            yield _trimmed(before, after, last)
        last = hunk
    if last:
        yield _trimmed(before, after, last)


def _is_one(before: str, after: str, first: Hunk, second: Hunk) -> bool:
    between = before[first.old_end : second.old_start]
    if not between:
        return True
    if _has_word(between) or "\n" in between:
        return False
    return all(_has_word(before[i:j]) and _has_word(after[k:m]) for i, j, k, m in (first, second))


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
    """Say how natural it is to cut a text at a place; 0 is within a word or break."""
    if at in (0, len(text)):
        return 6
    before, after = text[at - 1], text[at]
    if before == "\n":
        return 0 if after == "\n" else 5
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
