"""Where exact words stand in texts, for those who have to find each of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.rules.search_marks import Piece

_AROUND = 60
"""How many characters stay on either side of the words, about."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The first place at which words stand, with what is around them, and how many there are."""

    pieces: Sequence[Piece]
    number: int


def spellings(words: str) -> list[str]:
    """Return the ways of writing words that a database may not know for the same.

    SQLite knows capitals of ASCII alone, and neither database knows that an accent may be a
    character of its own (Unicode NFC and NFD).
    """
    once = " ".join(words.split())
    if once.isascii():
        return [once]
    cased = (once, once.lower(), once.upper(), once.title())
    return sorted({unicodedata.normalize(form, each) for each in cased for form in ("NFC", "NFD")})


def occurrences(texts: Iterable[str], words: str) -> Occurrences:
    """Find words in texts, whatever their case and the white space between them."""
    pattern = re.compile(
        r"\s+".join(re.escape(word) for word in _composed(words).split()), re.IGNORECASE
    )
    found = [(text, list(pattern.finditer(text))) for text in map(_composed, texts)]
    number = sum(len(matches) for _text, matches in found)
    first = next(((text, matches[0].span()) for text, matches in found if matches), None)
    if first is None:
        return Occurrences((), 0)
    text, (start, end) = first
    return Occurrences(tuple(_excerpt(text, start, end)), number)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _excerpt(text: str, start: int, end: int) -> Iterable[Piece]:
    before, after = text[:start], text[end:]
    if len(before) > _AROUND:
        before = "… " + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + " …"
    pieces = (Piece(before, is_found=False), Piece(text[start:end], is_found=True))
    return (piece for piece in (*pieces, Piece(after, is_found=False)) if piece.text)
