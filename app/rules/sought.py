"""A passage on its way into a later text: what every way of finding it again needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from app.rules.kept_text import Chain, KeptText, kept_text
from app.rules.passages import CONTEXT, Passage
from app.rules.word_changes import words_of


@dataclass(frozen=True, slots=True)
class Sought:
    """A passage of ``before`` that is looked for in ``after``, and what the difference kept."""

    passage: Passage
    before: str
    after: str
    kept: KeptText
    chain: Chain

    def surviving(self) -> float:
        """Return which part of the passage's letters the difference kept, from 0 to 1."""
        kept = self.chain.within(self.passage.start, self.passage.end)
        survivors = sum(letters(self.before[one.old_start : one.old_end]) for one in kept)
        return survivors / max(1, letters(self.passage.quote))

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Leave out white space that the passage did not begin or end with."""
        quote = self.passage.quote
        while start < end and self.after[start].isspace() and not quote[0].isspace():
            start += 1
        while end > start and self.after[end - 1].isspace() and not quote[-1].isspace():
            end -= 1
        return start, end

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands before and after a place of the later text."""
        return self.after[max(0, start - CONTEXT) : start], self.after[end : end + CONTEXT]

    def context(self, at: int) -> int:
        """Return how many of the characters beside the passage stand beside a place, too."""
        before, after = self.around(at, at + len(self.passage.quote))
        prefix = _alike(self.passage.prefix[::-1], before[::-1])
        return prefix + _alike(self.passage.suffix, after)

    def places(self) -> Iterator[int]:
        """Yield where the quote stands in the later text, not as a part of longer words."""
        quote, at = self.passage.quote, self.after.find(self.passage.quote)
        while at >= 0:
            if self._is_cut_alike(at):
                yield at
            at = self.after.find(quote, at + 1)

    def _is_cut_alike(self, at: int) -> bool:
        """Say whether a place begins and ends within a word only where the passage does."""
        ends = (at, self.passage.start), (at + len(self.passage.quote), self.passage.end)
        return all(
            is_within_word(self.before, old) or not is_within_word(self.after, new)
            for new, old in ends
        )

    def is_free(self, at: int) -> bool:
        """Say whether no other part of the earlier text was kept at a place."""
        for one in self.kept.claimants(at, at + len(self.passage.quote)):
            is_own = self.passage.start <= one.old_start and one.old_end <= self.passage.end
            if not is_own and letters(self.before[one.old_start : one.old_end]):
                return False
        return True


def sought(passage: Passage, before: str, after: str) -> Sought:
    """Set out to find a passage of ``before`` in ``after``."""
    kept = kept_text(before, after)
    return Sought(passage, before, after, kept, kept.chain(passage.start, passage.end))


def letters(text: str) -> int:
    """Count letters and digits; marks and white space do not make a passage."""
    return sum(map(str.isalnum, text))


def is_within_word(text: str, at: int) -> bool:
    """Say whether a cut would part a word."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return len(words_of(before + after)) < len(words_of(before)) + len(words_of(after))


def _alike(first: str, second: str) -> int:
    """Return with how many of the same characters two strings begin."""
    both = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1], both))
