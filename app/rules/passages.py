"""Passages: the exact words a report is about, and where they stand in a version.

A passage is a W3C Web Annotation TextQuoteSelector (exact, prefix, suffix) together
with a TextPositionSelector (start, end), over the text of one version. Positions count
Unicode code points from 0; ``end`` is exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from app.rules.markup import blocks, render
from app.rules.texts import VersionText

CONTEXT = 32
"""Length of a passage's prefix and suffix, in characters."""

_CLOSE_ENOUGH = 80.0
_SHORTEST_GUESS = 12
_SAME = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})


@dataclass(frozen=True, slots=True)
class Passage:
    """Exact words of a version with up to 32 characters on either side, and their position."""

    quote: str
    prefix: str
    suffix: str
    start: int
    end: int


def body_blocks(text: VersionText) -> tuple[str, ...]:
    """Return the body as readers see it, one string for each block that is not empty."""
    return _body_blocks(text.body)


@lru_cache(maxsize=512)
def _body_blocks(body: str) -> tuple[str, ...]:
    return tuple(block.text for block in blocks(render(body)) if block.text)


def text_blocks(text: VersionText) -> tuple[str, ...]:
    """Return all that readers see of a version, in reading order, without empty parts."""
    parts = (text.headline, text.standfirst, *text.key_points, *body_blocks(text))
    return tuple(" ".join(part.split()) if "\n" not in part else part for part in parts if part)


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
    """Find words that a person typed or pasted; the first place counts.

    White space, straight or curly quotation marks, kinds of dash and capitals may differ:
    they are what copying and typing change. Returns ``None`` when the words are not there.
    """
    wanted = _folded(typed)[0].strip()
    folded, origin = _folded(text)
    at = folded.find(wanted) if wanted else -1
    if at < 0:
        return None
    return select(text, origin[at], origin[at + len(wanted) - 1] + 1)


def closest(typed: str, text: str) -> str | None:
    """Suggest the words of ``text`` that somebody probably meant, or ``None``."""
    wanted = _folded(typed)[0].strip()
    folded, origin = _folded(text)
    if not _SHORTEST_GUESS <= len(wanted) <= len(folded):
        return None
    match = fuzz.partial_ratio_alignment(wanted, folded, score_cutoff=_CLOSE_ENOUGH)
    if match is None or match.dest_end <= match.dest_start:
        return None
    start, end = _whole_words(text, origin[match.dest_start], origin[match.dest_end - 1] + 1)
    return text[start:end]


def _folded(text: str) -> tuple[str, list[int]]:
    """Return ``text`` without what copying changes, and the origin of each character."""
    letters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        if character.isspace():
            if letters and letters[-1] == " ":
                continue
            folded = " "
        else:
            folded = character.translate(_SAME).casefold()
        letters.extend(folded)
        origin.extend([position] * len(folded))
    return "".join(letters), origin


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
