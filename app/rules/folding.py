"""Texts read as somebody would copy or type them, with the way back to the original.

White space, kinds of quotation mark and dash, capitals, the way an accent is coded and
characters that nobody sees make no difference here.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

_DASHES = "‐‑‒–—―−"
_SAME = str.maketrans(
    dict.fromkeys("‘’‚‛′´`ʼ‹›＇", "'")
    | dict.fromkeys("“”„‟″«»＂", '"')
    | dict.fromkeys(_DASHES, "-")
    | {"…": "..."}
    | dict.fromkeys("İı", "i")  # a Turkish keyboard's, whose capitals go other ways
)

# Soft hyphen, joiners, zero-width spaces, signs of direction, selectors of a picture's style:
# they come and go with copying.
_UNSEEN = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff"
)
_SEEN_SPACE = re.compile(r"\s")
_GAP = re.compile(rf"[\s{_UNSEEN}]+")


class Part(NamedTuple):
    """A part of a text as it is read: where it begins there, and where it came from.

    ``is_plain`` says that each character came from one; otherwise the part is a whole.
    """

    at: int
    start: int
    end: int
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is read, and the parts it is made of."""

    text: str
    parts: Sequence[Part]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]``, which is not empty, stands in the original."""
        return self._character(start)[0], self._character(end - 1)[1]

    def _character(self, position: int) -> tuple[int, int]:
        index = bisect_right(self.parts, position, key=itemgetter(0)) - 1
        part = self.parts[index]
        if not part.is_plain:
            return part.start, part.end
        at = part.start + position - part.at
        return at, at + 1


@lru_cache(maxsize=8)
def folded(text: str) -> Folded:
    """Read a text without what copying and typing change."""
    read: list[str] = []
    parts: list[Part] = []
    length = 0
    for start, end, is_plain in _parts(text):
        piece = _read(text[start:end])
        if piece:
            read.append(piece)
            parts.append(Part(length, start, end, is_plain))
            length += len(piece)
    return Folded("".join(read), parts)


def _parts(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the parts that are read character by character, and those that are not."""
    plainly, special, closely = _patterns()
    is_simple = text.isascii() or not special.search(text)
    at = 0
    for match in (plainly if is_simple else closely).finditer(text):
        if match.start() > at:
            yield at, match.start(), True
        yield *match.span(), False
        at = match.end()
    if at < len(text):
        yield at, len(text), True


def _read(part: str) -> str:
    if _GAP.fullmatch(part):
        return " " if _SEEN_SPACE.search(part) else ""
    read = part.translate(_SAME).casefold()
    if read.strip("-") == "":
        return "-"
    if len(read) == 1 or read.isascii():
        return read
    return unicodedata.normalize("NFC", read)


@cache
def combining_marks() -> str:
    """Return the accents, vowel signs and points that belong to the character before them."""
    characters = map(chr, range(0x300, 0xFE30))
    return "".join(each for each in characters if unicodedata.category(each)[0] == "M")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what may change its length, what needs a closer look, and what may change then."""
    characters = map(chr, (*range(0x80, 0x600), *range(0x1E00, 0x2030), *range(0xFB00, 0xFB20)))
    wide = "".join(each for each in characters if len(each.translate(_SAME).casefold()) > 1)
    marks = combining_marks()
    plainly = rf"[\s{_UNSEEN}]{{2,}}|[^\S ]|[-{_DASHES}]{{2,}}"
    closely = rf"{plainly}|[{_UNSEEN}]|[^\s{_UNSEEN}][{marks}]+|[{wide}]"
    return re.compile(plainly), re.compile(f"[{_UNSEEN}{marks}{wide}]"), re.compile(closely)
