"""Words nearly like a passage's among those that came: for passages that were moved and edited.

Only what is new in the later text is looked at: what was kept is another passage's.
"""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import fuzz

from app.rules.sought import Sought, is_within_word

_SHORTEST = 20
"""A shorter quote looks like too much to be found by its looks."""

_CUTOFF, _RUNNER_UP = 88.0, 10.0
"""How much alike the best has to be, out of 100, and how far ahead of the next."""

_FLOOR = _CUTOFF - _RUNNER_UP
_SHORTEST_PART = 0.7
_NEIGHBOURS = 65.0
_SPEAKS_FOR_ITSELF = 100
_LONGEST_SEARCH = 20_000_000


def lookalike(sought: Sought) -> tuple[int, int] | None:
    """Return where nearly the same words came, when nothing else is nearly as similar."""
    if len(sought.passage.quote) < _SHORTEST:
        return None
    ranked = sorted(_similar(sought), reverse=True)[:2]
    if not ranked or ranked[0][0] < _CUTOFF:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _RUNNER_UP:
        return None
    _, start, end = ranked[0]
    return (start, end) if _has_company(sought, start, end) else None


def _similar(sought: Sought) -> Iterator[tuple[float, int, int]]:
    """Yield how similar the best of each new stretch is, and where it stands."""
    quote, after = sought.passage.quote, sought.after
    stretches = list(sought.kept.unclaimed(len(after)))
    while stretches:
        start, end = stretches.pop()
        size = end - start
        if size < len(quote) * _SHORTEST_PART or size * len(quote) > _LONGEST_SEARCH:
            continue
        found = fuzz.partial_ratio_alignment(quote, after[start:end], score_cutoff=_FLOOR)
        if found is None or found.dest_start >= found.dest_end:
            continue
        first, last = start + found.dest_start, start + found.dest_end
        place = sought.trimmed(*_whole_words(after, first, last))
        score = fuzz.ratio(quote, after[slice(*place)])
        if score >= _FLOOR:
            yield score, *place
        stretches += [(start, first), (last, end)]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while is_within_word(text, start):
        start -= 1
    while is_within_word(text, end):
        end += 1
    return start, end


def _has_company(sought: Sought, start: int, end: int) -> bool:
    """Say whether what stood on one side of the passage came along; a long one needs none."""
    passage = sought.passage
    if len(passage.quote) >= _SPEAKS_FOR_ITSELF:
        return True
    before, after = sought.around(start, end)
    sides = fuzz.ratio(passage.prefix, before), fuzz.ratio(passage.suffix, after)
    return max(sides) >= _NEIGHBOURS
