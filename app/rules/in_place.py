"""What stands in a passage's place now: its edges led through the difference of two texts."""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from app.rules.kept_text import Span
from app.rules.sought import Sought, is_within_word, letters
from app.rules.word_changes import BREAK

MOSTLY = 0.5
"""A passage that kept so much of its letters is still there, whatever was put into it."""

_SURVIVES = 0.3
_ALIKE = 65.0
"""Of 20,000 pairs of unrelated paragraphs of the blog, 1 in 1,000 is more alike than 55."""

_SENTENCE, _NAME = 100, 20
"""So many characters more than expected may stand in a passage's place."""

_LONGEST_GAP = 5_000


def window(sought: Sought) -> tuple[int, int]:
    """Return what stands now between what stood before and after the passage."""
    left = _edge(sought, sought.passage.start, sought.passage.start)
    right = _edge(sought, sought.passage.end - 1, sought.passage.end)
    return sought.trimmed(left, right) if left < right else (left, left)


def replaced(sought: Sought, left: int, right: int) -> tuple[int, int] | None:
    """Return what stands in the passage's place now, if it is a version of it."""
    quote, text, surviving = sought.passage.quote, sought.after[left:right], sought.surviving()
    if surviving >= MOSTLY and text:
        return left, right
    is_comparable = bool(letters(text)) and len(text) <= 3 * len(quote) + _SENTENCE
    if is_comparable and (surviving >= _SURVIVES or fuzz.ratio(quote, text) >= _ALIKE):
        return left, right
    return _pinned(sought)


def _pinned(sought: Sought) -> tuple[int, int] | None:
    """Return what came for the passage where a sentence was kept around it."""
    first, last = (_around(sought, at) for at in (sought.passage.start, sought.passage.end - 1))
    was = sought.before[first.old_start : last.old_end]
    now = sought.after[first.new_start : last.new_end]
    longest = 2 * len(sought.passage.quote)
    if BREAK in was or BREAK in now or len(was) > longest or len(now) > longest + _NAME:
        return None
    before = sought.before[: first.old_start].rpartition("\n")[2]
    after = sought.before[last.old_end :].partition("\n")[0]
    if not letters(now) or not letters(before + after):
        return None
    return sought.trimmed(first.new_start, last.new_end)


def _around(sought: Sought, position: int) -> Span:
    """Return the gap around a character that was not kept, or the character itself."""
    one = sought.chain.at(position)
    if one is None:
        return sought.chain.gap(position)
    at = one.new_start + position - one.old_start
    return Span(position, position + 1, at, at + 1)


def _edge(sought: Sought, inside: int, cut: int) -> int:
    """Return where the cut before or after the character at ``inside`` is now."""
    one = sought.chain.at(inside)
    if one is not None:
        return one.new_start + cut - one.old_start
    gap = sought.chain.gap(inside)
    if gap.new_start == gap.new_end:
        slide = _slide_on if cut > inside else _slide_back
        return gap.new_start + slide(sought.before, gap, cut)
    return _cut_within(sought, gap, cut, 1 if cut > inside else -1)


def _slide_back(before: str, gap: Span, cut: int) -> int:
    """Return how far to move a passage's start that went, where what is before it may have.

    Of “the the end”, with one “the” left, the passage “the end” has lost nothing.
    """
    length = gap.old_end - cut
    first = gap.old_start - length
    is_same = first >= 0 and before[first : gap.old_start] == before[cut : gap.old_end]
    return -length if is_same else 0


def _slide_on(before: str, gap: Span, cut: int) -> int:
    """Return how far to move a passage's end that went, where what is after it may have."""
    length = cut - gap.old_start
    is_same = before[gap.old_start : cut] == before[gap.old_end : gap.old_end + length]
    return length if is_same else 0


def _cut_within(sought: Sought, gap: Span, cut: int, step: int) -> int:
    """Return where a cut within changed words is now; ``step`` leads out to a word's border."""
    was = sought.before[gap.old_start : gap.old_end]
    now = sought.after[gap.new_start : gap.new_end]
    offset = cut - gap.old_start
    if not was[:offset].strip():
        return gap.new_start
    if not was[offset:].strip():
        return gap.new_end
    if max(len(was), len(now)) > _LONGEST_GAP:
        return gap.new_end if step > 0 else gap.new_start
    at = gap.new_start + _led_to(was, now, offset)
    while gap.new_start < at < gap.new_end and is_within_word(sought.after, at):
        at += step
    return at


def _led_to(was: str, now: str, offset: int) -> int:
    for step in Levenshtein.opcodes(was, now):
        if step.src_start <= offset < step.src_end:
            return min(step.dest_start + offset - step.src_start, step.dest_end)
    return len(now)
