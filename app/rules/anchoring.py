"""Finding a passage again in a later version: unchanged, changed or gone, and never a guess.

The difference of the two versions decides. Words that still stand are only taken for the
passage where they are not somebody else's, that is, where no other part of the earlier text
was kept there: of a name that was corrected here and stands elsewhere too, only this place counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from app.rules.differences import BREAK
from app.rules.kept_text import Chain, KeptText, Span, kept_text
from app.rules.marks import N_
from app.rules.passages import CONTEXT, Passage
from app.rules.word_changes import words_of

_ENOUGH_CONTEXT = 24
"""A quote that went is recognised elsewhere with so many of the characters around it."""

_SPEAKS_FOR_ITSELF = 40
"""A quote with so many characters, of which there is one, needs no context."""

_SURVIVES, _MOSTLY = 0.3, 0.5
_ALIKE = 65.0
_SENTENCE, _NAME = 100, 20
_LONGEST_GAP = 20_000

_SHORTEST_FUZZY = 20
_SHORTEST_PART = 0.7
_CUTOFF, _RUNNER_UP = 88.0, 10.0
_FLOOR = _CUTOFF - _RUNNER_UP
_COMPANY, _NEEDS_NO_COMPANY = 65.0, 100
_LONGEST_SEARCH = 20_000_000


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
    kept = kept_text(before, after)
    sought = _Sought(passage, before, after, kept, kept.chain(passage.start, passage.end))
    window = sought.window()
    start = sought.verbatim(*window)
    if start is not None:
        return sought.traced(Fate.UNCHANGED, start, start + len(passage.quote))
    found = sought.replaced(*window) or sought.similar()
    if found is not None:
        return sought.traced(Fate.CHANGED, *found)
    return sought.traced(Fate.GONE, window[0], window[0])


@dataclass(frozen=True, slots=True)
class _Sought:
    """A passage on its way into a later text."""

    passage: Passage
    before: str
    after: str
    kept: KeptText
    chain: Chain

    def traced(self, fate: Fate, start: int, end: int) -> Traced:
        return Traced(fate, start, end, self.after[start:end])

    # --- where the difference leads ---------------------------------------------------

    def window(self) -> tuple[int, int]:
        """Return what stands now between what stood before and after the passage."""
        left = self._edge(self.passage.start, self.passage.start)
        right = self._edge(self.passage.end - 1, self.passage.end)
        if left >= right:
            return left, left
        return self._trimmed(left, right)

    def _edge(self, inside: int, cut: int) -> int:
        """Return where the cut at the passage's first or last character is now."""
        one = self.chain.at(inside)
        if one is not None:
            return one.new_start + cut - one.old_start
        gap = self.chain.gap(inside)
        if gap.new_start == gap.new_end:
            return gap.new_start + _slide(self.before, gap, cut, is_end=cut > inside)
        return _cut_within(self.before, self.after, gap, cut, is_end=cut > inside)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Leave out white space that the passage did not begin or end with."""
        quote = self.passage.quote
        while start < end and self.after[start].isspace() and not quote[0].isspace():
            start += 1
        while end > start and self.after[end - 1].isspace() and not quote[-1].isspace():
            end -= 1
        return start, end

    # --- the very same words ----------------------------------------------------------

    def verbatim(self, left: int, right: int) -> int | None:
        """Return where the very same words stand and are the passage's, or ``None``."""
        quote = self.passage.quote
        if self.after[left:right] == quote:
            return left
        free = [at for at in _places(quote, self.after) if self._is_free(at)]
        near = [at for at in free if left < at + len(quote) and at < right]
        if near:
            return self._best(near)
        return self._elsewhere(free)

    def _is_free(self, at: int) -> bool:
        """Say whether no other part of the earlier text was kept at a place."""
        for one in self.kept.claimants(at, at + len(self.passage.quote)):
            is_own = self.passage.start <= one.old_start and one.old_end <= self.passage.end
            if not is_own and _letters(self.before[one.old_start : one.old_end]):
                return False
        return True

    def _context(self, at: int) -> int:
        """Return how many of the characters around the passage stand around a place."""
        end = at + len(self.passage.quote)
        before, after = self.after[max(0, at - CONTEXT) : at], self.after[end : end + CONTEXT]
        prefix = _alike(self.passage.prefix[::-1], before[::-1])
        return prefix + _alike(self.passage.suffix, after)

    def _best(self, places: Sequence[int]) -> int | None:
        """Return the place with the most of the passage's surroundings; ``None`` for a draw."""
        ranked = sorted(((self._context(at), at) for at in places), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1]

    def _elsewhere(self, free: Sequence[int]) -> int | None:
        """Return where the passage was moved to, if there is no doubt that it was."""
        quote = self.passage.quote
        if self._surviving() >= _MOSTLY:
            return None
        is_single = self.before.count(quote) == self.after.count(quote) == 1
        if is_single and len(quote) >= _SPEAKS_FOR_ITSELF:
            return self.after.index(quote)
        return self._best([at for at in free if self._context(at) >= _ENOUGH_CONTEXT])

    # --- other words ------------------------------------------------------------------

    def _surviving(self) -> float:
        """Return which part of the passage's letters the difference kept."""
        kept = self.chain.within(self.passage.start, self.passage.end)
        letters = sum(_letters(self.before[one.old_start : one.old_end]) for one in kept)
        return letters / max(1, _letters(self.passage.quote))

    def replaced(self, left: int, right: int) -> tuple[int, int] | None:
        """Return what stands in the passage's place now, if it is a version of it."""
        quote, text = self.passage.quote, self.after[left:right]
        surviving = self._surviving()
        if surviving >= _MOSTLY:
            return left, right
        if len(text) <= 3 * len(quote) + _SENTENCE and _letters(text):
            if surviving >= _SURVIVES or fuzz.ratio(quote, text) >= _ALIKE:
                return left, right
        return self._pinned()

    def _pinned(self) -> tuple[int, int] | None:
        """Return what came for the passage where a sentence was kept around it."""
        first, last = self._around(self.passage.start), self._around(self.passage.end - 1)
        old_start, old_end = first.old_start, last.old_end
        was, now = self.before[old_start:old_end], self.after[first.new_start : last.new_end]
        longest = 2 * len(self.passage.quote)
        if BREAK in was or BREAK in now or len(was) > longest or len(now) > longest + _NAME:
            return None
        before = self.before[:old_start].rpartition("\n")[2]
        after = self.before[old_end:].partition("\n")[0]
        if not _letters(now) or not (before.strip() or after.strip()):
            return None
        return self._trimmed(first.new_start, last.new_end)

    def _around(self, position: int) -> Span:
        """Return the gap around a character that was not kept, or the character itself."""
        one = self.chain.at(position)
        if one is None:
            return self.chain.gap(position)
        at = one.new_start + position - one.old_start
        return Span(position, position + 1, at, at + 1)

    def similar(self) -> tuple[int, int] | None:
        """Return where nearly the same words came, when nothing else is nearly as similar."""
        quote = self.passage.quote
        if len(quote) < _SHORTEST_FUZZY:
            return None
        ranked = sorted(self._similar(quote), reverse=True)[:2]
        if not ranked or ranked[0][0] < _CUTOFF:
            return None
        if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _RUNNER_UP:
            return None
        return ranked[0][1:]

    def _similar(self, quote: str) -> Iterator[tuple[float, int, int]]:
        """Yield how similar the best of each new stretch is, and where it stands."""
        least = int(len(quote) * _SHORTEST_PART)
        stretches = [each for each in self.kept.unclaimed(len(self.after)) if _size(each) >= least]
        while stretches:
            start, end = stretches.pop()
            if len(quote) * (end - start) > _LONGEST_SEARCH:
                continue
            found = fuzz.partial_ratio_alignment(quote, self.after[start:end], score_cutoff=_FLOOR)
            if found is None or found.dest_start >= found.dest_end:
                continue
            place = self._trimmed(
                *_whole_words(self.after, start + found.dest_start, start + found.dest_end)
            )
            score = fuzz.ratio(quote, self.after[slice(*place)])
            if score >= _FLOOR and self._has_company(*place):
                yield score, *place
            rest = (start, start + found.dest_start), (start + found.dest_end, end)
            stretches += [each for each in rest if _size(each) >= least]

    def _has_company(self, start: int, end: int) -> bool:
        """Say whether what stood on one side of the passage came along."""
        if len(self.passage.quote) >= _NEEDS_NO_COMPANY:
            return True
        before, after = self.after[max(0, start - CONTEXT) : start], self.after[end : end + CONTEXT]
        prefix = fuzz.ratio(self.passage.prefix, before)
        return max(prefix, fuzz.ratio(self.passage.suffix, after)) >= _COMPANY


def _slide(before: str, gap: Span, cut: int, *, is_end: bool) -> int:
    """Return how far to move a cut in words that went, where others may as well have gone.

    Of “the the end”, with one “the” left, the passage “the end” has lost nothing.
    """
    start, end = gap.old_start, gap.old_end
    if is_end:
        length = cut - start
        return length if before[start:cut] == before[end : end + length] else 0
    length = end - cut
    is_same = start >= length and before[start - length : start] == before[cut:end]
    return -length if is_same else 0


def _cut_within(before: str, after: str, gap: Span, cut: int, *, is_end: bool) -> int:
    """Return where a cut within changed words is now, at the border of a word."""
    was, now = before[gap.old_start : gap.old_end], after[gap.new_start : gap.new_end]
    offset = cut - gap.old_start
    if not was[:offset].strip():
        return gap.new_start
    if not was[offset:].strip():
        return gap.new_end
    if max(len(was), len(now)) > _LONGEST_GAP:
        return gap.new_end if is_end else gap.new_start
    at = gap.new_start + _led_to(was, now, offset)
    step = 1 if is_end else -1
    while gap.new_start < at < gap.new_end and _is_within_word(after, at):
        at += step
    return at


def _led_to(was: str, now: str, offset: int) -> int:
    for step in Levenshtein.opcodes(was, now):
        if step.src_start <= offset < step.src_end:
            return min(step.dest_start + offset - step.src_start, step.dest_end)
    return len(now)


def _places(quote: str, text: str) -> Iterator[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _letters(text: str) -> int:
    """Count letters and digits; marks and white space do not make a passage."""
    return sum(map(str.isalnum, text))


def _alike(first: str, second: str) -> int:
    """Return with how many of the same characters two strings begin."""
    both = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1], both))


def _is_within_word(text: str, at: int) -> bool:
    """Say whether a cut would part a word."""
    return len(words_of(text[at - 1 : at + 1])) < len(words_of(text[at - 1])) + len(
        words_of(text[at])
    )


def _size(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and _is_within_word(text, start):
        start -= 1
    while end < len(text) and _is_within_word(text, end):
        end += 1
    return start, end
