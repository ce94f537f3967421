"""Where in a text the words stand that somebody looked for, and a few lines around them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.rules.search_words import Query, Term, Word, words

LINES = 240
"""How many characters of a text are shown, about."""

_BEFORE = 60
"""How many characters are shown before the first word that was found, about."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and whether they are what was looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place at which a term stands."""

    start: int
    end: int
    term: Term


def marked(text: str, query: Query, language: str) -> list[Piece]:
    """Return a whole text with what was looked for marked, such as a headline."""
    return list(_pieces(text, 0, len(text), _spots(list(words(text, language)), query)))


def around(text: str, query: Query, language: str) -> list[Piece]:
    """Return the part of a text that says most of what was looked for; else its beginning."""
    found = list(words(text, language))
    spots = _spots(found, query)
    start, end = _part(text, found, _best(spots))
    pieces = list(_pieces(text, start, end, spots))
    before = [Piece("… ", is_found=False)] if start else []
    after = [Piece(" …", is_found=False)] if end < len(text) else []
    return before + pieces + after


def _spots(found: Sequence[Word], query: Query) -> list[_Spot]:
    """Return where the wanted terms stand, in order."""
    terms: dict[str, list[Term]] = {}
    for term in query.wanted:
        terms.setdefault(term[0], []).append(term)
    return [
        _Spot(word.start, found[at + len(term) - 1].end, term)
        for at, word in enumerate(found)
        for term in terms.get(word.key, ())
        if tuple(other.key for other in found[at : at + len(term)]) == term
    ]


def _best(spots: Sequence[_Spot]) -> int:
    """Return where a part of the text begins that holds as many different terms as any."""
    best, at = 0, 0
    counts: dict[Term, int] = {}
    last = 0
    for spot in spots:
        while last < len(spots) and spots[last].end <= spot.start + LINES - _BEFORE:
            counts[spots[last].term] = counts.get(spots[last].term, 0) + 1
            last += 1
        if len(counts) > best:
            best, at = len(counts), spot.start
        counts[spot.term] = counts.get(spot.term, 0) - 1
        if counts[spot.term] <= 0:
            del counts[spot.term]
    return at


def _part(text: str, found: Sequence[Word], at: int) -> tuple[int, int]:
    """Return a part of the text around a place, which begins and ends with whole words."""
    if len(text) <= LINES:
        return 0, len(text)
    starts = [word.start for word in found]
    ends = [word.end for word in found]
    first = bisect_left(starts, at - _BEFORE) if at > _BEFORE else 0
    start = starts[first] if first and first < len(starts) else 0
    last = bisect_right(ends, start + LINES) - 1
    end = ends[last] if last >= 0 and ends[last] > max(at, start) else min(len(text), start + LINES)
    return start, len(text) if last == len(ends) - 1 else end


def _pieces(text: str, start: int, end: int, spots: Sequence[_Spot]) -> Iterator[Piece]:
    at = start
    for spot in spots:
        if spot.start < start or spot.end > end or spot.end <= at:
            continue
        if spot.start > at:
            yield Piece(text[at : spot.start], is_found=False)
        yield Piece(text[max(at, spot.start) : spot.end], is_found=True)
        at = spot.end
    if at < end:
        yield Piece(text[at:end], is_found=False)
