"""What changed in a text of several blocks: words of those that belong together, and whole ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from app.rules.block_pairs import Pair, matched
from app.rules.word_changes import BREAK, Hunk, hunks, words_of

_MOST = 1.05
"""Marking so many times the words that have to be marked is a fair price for reading well."""

_ANEW = 0.7
"""Where more than this part of all words has to be marked, the text was written anew: the few
that stayed stand in both by chance."""


def as_text(blocks: Sequence[str]) -> str:
    """Return blocks as one text in which a break ends each of them."""
    return "".join(block + BREAK for block in blocks)


def changes(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    """Return what changed between two texts given as blocks; places are those in ``as_text``.

    Words are compared within blocks that belong together, so that a “the” of one paragraph is
    not taken for a “the” of another. Where that marks more words than need be, as it does when
    a paragraph is moved and reworded, words count wherever they stand.
    """
    was, now = as_text(before), as_text(after)
    stretches = [
        (place, list(_words(was, now, place)) if is_paired else [place])
        for place, is_paired in _stretches(before, after)
    ]
    moved = _moved(was, now, [hunk for _, found in stretches for hunk in found])
    touched = [at for at, (_, found) in enumerate(stretches) if _has(was, now, found, moved)]
    first, last = (touched[0], touched[-1] + 1) if touched else (0, 0)
    found = [
        *_by_blocks(stretches[:first]),
        *_in_doubt(was, now, stretches[first:last]),
        *_by_blocks(stretches[last:]),
    ]
    return [part for hunk in found for part in _at_blocks(was, now, hunk)]


_Stretch = tuple[Hunk, list[Hunk]]
"""A place in both texts, and what changed there."""


def _stretches(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Hunk, bool]]:
    """Yield all of both texts in order: blocks that belong together, and what is between them."""
    olds = [0, *accumulate(len(block) + len(BREAK) for block in before)]
    news = [0, *accumulate(len(block) + len(BREAK) for block in after)]
    ends = Pair(0, 0, 0, 0), Pair(len(before), len(before), len(after), len(after))
    for (_, i, _, k), (j, last, m, final) in pairwise([ends[0], *matched(before, after), ends[1]]):
        if i < j or k < m:
            yield Hunk(olds[i], olds[j], news[k], news[m]), False
        if j < last:
            yield Hunk(olds[j], olds[last], news[m], news[final]), True


def _moved(was: str, now: str, found: Sequence[Hunk]) -> Counter[str]:
    """Return the words that went at one place and came at another, if there are many.

    Of all that is marked no other difference can leave more unmarked than these.
    """
    went = [word for hunk in found for word in words_of(was[hunk.old_start : hunk.old_end])]
    came = [word for hunk in found for word in words_of(now[hunk.new_start : hunk.new_end])]
    moved, size = Counter(went) & Counter(came), len(went) + len(came)
    is_modest = size <= _MOST * (size - 2 * moved.total())
    return Counter() if is_modest else moved


def _has(was: str, now: str, found: Sequence[Hunk], moved: Counter[str]) -> bool:
    return bool(moved) and any(
        word in moved for i, j, k, m in found for word in words_of(was[i:j] + " " + now[k:m])
    )


def _by_blocks(stretches: Sequence[_Stretch]) -> list[Hunk]:
    return [hunk for _, found in stretches for hunk in found]


def _in_doubt(was: str, now: str, stretches: Sequence[_Stretch]) -> list[Hunk]:
    """Compare blocks, or else words wherever they stand."""
    by_blocks = _by_blocks(stretches)
    if not by_blocks:
        return []
    first, last = stretches[0][0], stretches[-1][0]
    whole = Hunk(first.old_start, last.old_end, first.new_start, last.new_end)
    wherever = list(_words(was, now, whole))
    least = _size(was, now, wherever)
    is_modest = _size(was, now, by_blocks) <= _MOST * least
    is_anew = least > _ANEW * (len(words_of(was)) + len(words_of(now)))
    return by_blocks if is_modest or is_anew else wherever


def _words(was: str, now: str, place: Hunk) -> Iterator[Hunk]:
    """Yield which words changed at a place."""
    i, j, k, m = place
    old, new = was[i:j], now[k:m]
    for a, b, c, d in hunks(old, new) if old != new else ():
        yield Hunk(i + a, i + b, k + c, k + d)


def _size(was: str, now: str, found: Sequence[Hunk]) -> int:
    return sum(len(words_of(was[i:j])) + len(words_of(now[k:m])) for i, j, k, m in found)


def _at_blocks(was: str, now: str, hunk: Hunk) -> Iterator[Hunk]:
    """Part the end of a block that went, or came, from whole blocks that did so with it.

    “One[ two ¶ Three] ¶ Four” is meant as “One[ two] ¶ [Three ¶ ]Four”.
    """
    i, j, k, m = hunk
    if i == j:
        yield from map(_flipped, _at_blocks(now, was, _flipped(hunk))) if k < m else ()
        return
    end = was.find(BREAK, i, j)
    if k < m or end < 0 or not was.startswith(BREAK, j):
        yield hunk
        return
    if i < end:
        yield Hunk(i, end, k, k)
    step = len(BREAK)
    yield Hunk(end + step, j + step, k + step, k + step)


def _flipped(hunk: Hunk) -> Hunk:
    return Hunk(hunk.new_start, hunk.new_end, hunk.old_start, hunk.old_end)
