"""Finding a passage again in a later version: unchanged, changed or gone, and never a guess.

The difference of the two versions decides. Words that still stand are only taken for the
passage where they are not somebody else's, that is, where no other part of the earlier text
was kept there: of a name that was corrected here and stands elsewhere too, only this place counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.rules.in_place import MOSTLY, replaced, window
from app.rules.lookalikes import lookalike
from app.rules.marks import N_
from app.rules.passages import Passage
from app.rules.sought import Sought, sought

_ENOUGH_CONTEXT = 24
"""A quote that went is recognised elsewhere with so many of the characters around it."""

_SPEAKS_FOR_ITSELF = 40
"""A quote with so many characters, of which there is one in either text, needs no context."""


class Fate(StrEnum):
    """What became of a passage in a later version."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"

    @property
    def label(self) -> str:
        """The fate as the desk and the reader see it."""
        return _LABELS[self]


_LABELS = {
    Fate.UNCHANGED: N_("unchanged"),
    Fate.CHANGED: N_("changed"),
    Fate.GONE: N_("gone"),
}


@dataclass(frozen=True, slots=True)
class Traced:
    """What became of a passage: ``text`` is what stands at ``[start, end)`` of the later text.

    Of a passage that is gone, ``start`` and ``end`` are where it stood, and ``text`` is empty.
    """

    fate: Fate
    start: int
    end: int
    text: str


def trace(passage: Passage, before: str, after: str) -> Traced:
    """Return what became in ``after`` of a passage of ``before``.

    What cannot be known is gone: a mark at a wrong place does more harm than none.
    """
    if before[passage.start : passage.end] != passage.quote or not passage.quote:
        return Traced(Fate.GONE, 0, 0, "")
    if before == after:
        return Traced(Fate.UNCHANGED, passage.start, passage.end, passage.quote)
    search = sought(passage, before, after)
    left, right = window(search)
    start = _verbatim(search, left, right)
    if start is not None:
        return Traced(Fate.UNCHANGED, start, start + len(passage.quote), passage.quote)
    found = replaced(search, left, right) or lookalike(search)
    if found is None:
        return Traced(Fate.GONE, left, left, "")
    text = after[slice(*found)]
    return Traced(Fate.UNCHANGED if text == passage.quote else Fate.CHANGED, *found, text)


def _verbatim(search: Sought, left: int, right: int) -> int | None:
    """Return where the very same words stand and are the passage's, or ``None``."""
    quote = search.passage.quote
    if search.after[left:right] == quote:
        return left
    free = [at for at in search.places() if search.is_free(at)]
    near = [at for at in free if left < at + len(quote) and at < right]
    return _best(search, near) if near else _elsewhere(search, free)


def _elsewhere(search: Sought, free: Iterable[int]) -> int | None:
    """Return where the passage was moved to, if there is no doubt that it was."""
    quote = search.passage.quote
    if search.surviving() >= MOSTLY:
        return None
    is_single = search.before.count(quote) == search.after.count(quote) == 1
    if is_single and len(quote) >= _SPEAKS_FOR_ITSELF:
        return next(search.places(), None)
    return _best(search, (at for at in free if search.context(at) >= _ENOUGH_CONTEXT))


def _best(search: Sought, places: Iterable[int]) -> int | None:
    """Return the place with the most of the passage's surroundings; ``None`` for a draw."""
    ranked = sorted(((search.context(at), at) for at in places), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]
