"""Passages: the exact words a report is about, and where they stand in a version.

A passage is a W3C Web Annotation TextQuoteSelector (exact, prefix, suffix) together
with a TextPositionSelector (start, end), over the text of one version. Positions count
Unicode code points from 0; ``end`` is exclusive.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from app.rules.folding import folded
from app.rules.markup import Block, blocks, one_line, render
from app.rules.texts import VersionText

CONTEXT = 32
"""Length of a passage's prefix and suffix, in characters."""

_CLOSE_ENOUGH = 80.0
_SHORTEST_GUESS = 12


@dataclass(frozen=True, slots=True)
class Passage:
    """Exact words of a version with up to 32 characters on either side, and their position."""

    quote: str
    prefix: str
    suffix: str
    start: int
    end: int


Span = tuple[int, int]
"""A stretch of a text: its start, and its end, which is exclusive."""


def overlap(one: Span, other: Span) -> bool:
    """Say whether two stretches of a text share a character."""
    return one[0] < other[1] and other[0] < one[1]


def body_blocks(text: VersionText) -> tuple[str, ...]:
    """Return the body as readers see it, one string for each block that is not empty."""
    return tuple(block.text for block in rendered(text.body) if block.text)


@lru_cache(maxsize=512)
def rendered(body: str) -> tuple[Block, ...]:
    """Return the blocks of a body that is written in Markdown, pictures too."""
    return tuple(blocks(render(body)))


def text_blocks(text: VersionText) -> tuple[str, ...]:
    """Return all that readers see of a version, in reading order, without empty parts."""
    parts = (text.headline, text.standfirst, *text.key_points, text.image_caption)
    lines = (one_line(part) for part in parts)
    return (*(line for line in lines if line), *body_blocks(text))


def version_text(text: VersionText) -> str:
    """Return the text of a version: its blocks, with an empty line between each two."""
    return "\n\n".join(text_blocks(text))


def select(text: str, start: int, end: int) -> Passage:
    """Return the passage at ``[start, end)`` of ``text``."""
    return Passage(
        quote=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        end=end,
    )


def find(typed: str, text: str) -> Passage | None:
    """Find words that a person typed or pasted; the first place counts, whole words before parts.

    The very same characters are looked for first. Then white space, kinds of quotation mark
    and dash, capitals, the way an accent is coded, and characters that nobody sees may differ:
    they are what copying and typing change. Returns ``None`` when the words are not there.
    """
    words = typed.strip()
    wanted = folded(words).text.strip()
    if not wanted:
        return None
    at = _whole(words, text)
    if at is not None:
        return select(text, at, at + len(words))
    read = folded(text)
    at = _whole(wanted, read.text)
    if at is None:
        at = read.text.find(wanted)
    return select(text, *read.origin(at, at + len(wanted))) if at >= 0 else None


def _whole(words: str, text: str) -> int | None:
    """Return where ``words`` first stand with no letter of another word at either end."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not (_is_within(text, at) or _is_within(text, end)):
            return at
        at = text.find(words, at + 1)
    return None


def _is_within(text: str, at: int) -> bool:
    """Say whether a cut would part a word, or an accent from its letter."""
    if not 0 < at < len(text):
        return False
    is_word = text[at - 1].isalnum() and text[at].isalnum()
    return is_word or unicodedata.category(text[at]).startswith("M")


def closest(typed: str, text: str) -> str | None:
    """Suggest the words of ``text`` that somebody probably meant, or ``None``."""
    wanted, read = folded(typed).text.strip(), folded(text)
    if not _SHORTEST_GUESS <= len(wanted) <= len(read.text):
        return None
    match = fuzz.partial_ratio_alignment(wanted, read.text, score_cutoff=_CLOSE_ENOUGH)
    if match is None or match.dest_end <= match.dest_start:
        return None
    start, end = _whole_words(text, *read.origin(match.dest_start, match.dest_end))
    return text[start:end]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def surroundings(blocks_of_text: Sequence[str], passage: Passage) -> tuple[str, str, str]:
    """Return the block around a passage as what stands before, in and after it."""
    offset = 0
    for block in blocks_of_text:
        if passage.start < offset + len(block) and passage.end <= offset + len(block):
            start, end = passage.start - offset, passage.end - offset
            if start >= 0 and block[start:end] == passage.quote:
                return block[:start], block[start:end], block[end:]
        offset += len(block) + 2
    return passage.prefix, passage.quote, passage.suffix
