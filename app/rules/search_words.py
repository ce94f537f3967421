"""What is looked for, and what it is looked for in: both are read as the same kind of words.

Capitals, accents, apostrophes and, in English, endings make no difference. Scripts that put no
spaces between words are read character by character and in overlapping pairs of characters, so
that any part of a sentence is found. Both databases are given these words and only look them up:
that is why they find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from app.rules.folding import combining_marks
from app.rules.passages import text_blocks
from app.rules.porter import stem
from app.rules.texts import VersionText

LONGEST_QUERY = 200
"""How many characters of what somebody types are read."""

_MOST_TERMS = 16
_LONGEST_WORD = 64
_MOST_BYTES = 800_000
"""Past this, in bytes of words, a text is not looked into: PostgreSQL holds a megabyte of it."""

# Thai and Lao, Myanmar, Khmer, kana, Han, Hangul.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Soft hyphens, joiners and zero-width spaces stand in the middle of a word.
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"

_CHUNK = re.compile(
    r"(?P<without>(?<!\S)-)?(?:[\"“”„«»](?P<row>[^\"“”„«»]*)[\"“”„«»]?|(?P<plain>[^\s\"“”„«»]+))"
)


class Word(NamedTuple):
    """A word as it is looked up, and where it stands in the text."""

    key: str
    start: int
    end: int


Term = tuple[str, ...]
"""A word that is looked for, or several in a row."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: all that is ``wanted`` and nothing that is ``unwanted``."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Searchable:
    """What can be found of an article or an entry: a headline, and a text of several lines."""

    headline: str
    text: str


def searchable(text: VersionText, withdrawn_because: str | None = None) -> Searchable:
    """Return what can be found of a version; of a retracted article, its reason alone."""
    if withdrawn_because is not None:
        return Searchable(text.headline, withdrawn_because)
    about = (", ".join(text.byline), text.section, ", ".join(text.tags))
    blocks = text_blocks(text)[1 if text.headline.strip() else 0 :]
    return Searchable(text.headline, "\n\n".join((*blocks, *(line for line in about if line))))


def understood(typed: str, language: str) -> Query:
    """Read what somebody typed: words, "words in a row", and -words that are not to occur.

    Whatever it holds, it is a query; one of which nothing is left wants nothing.
    """
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    for chunk in _CHUNK.finditer(typed[:LONGEST_QUERY]):
        found = [word.key for word in words(chunk["row"] or chunk["plain"] or "", language)]
        if chunk["without"]:
            unwanted[tuple(found)] = None
        elif chunk["row"]:
            wanted[tuple(found)] = None
        else:
            wanted |= dict.fromkeys((key,) for key in _longest(found))
    return Query(_some(wanted), _some(unwanted))


def _longest(keys: list[str]) -> list[str]:
    """Leave out characters that stand in a pair beside them: whoever has the pair has them."""
    pairs = "".join(key for key in keys if len(key) > 1)
    return [key for key in keys if len(key) > 1 or not _is_spaceless(key) or key not in pairs]


def _some(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(term for term in terms if term)[:_MOST_TERMS]


def words(text: str, language: str) -> Iterator[Word]:
    """Yield the words of a text as they are looked up, in order."""
    word, unit = _patterns()
    for match in word.finditer(text):
        if match["run"] is None:
            key = _key(match["word"], language)
            if key:
                yield Word(key, *match.span())
        else:
            yield from _in_pairs(list(unit.finditer(text, *match.span())))


def _in_pairs(units: list[re.Match[str]]) -> Iterator[Word]:
    """Yield each character of a run and, after it, the pair that it begins."""
    keys = [_folded(unit[0]) for unit in units]
    for at, unit in enumerate(units):
        yield Word(keys[at], *unit.span())
        if at + 1 < len(units):
            yield Word(keys[at] + keys[at + 1], unit.start(), units[at + 1].end())


def indexed(text: str, language: str) -> list[str]:
    """Return the words of a text under which it can be found, as far as a database holds them."""
    room = _MOST_BYTES
    kept = []
    for word in words(text, language):
        room -= len(word.key.encode()) + 8
        if room < 0:
            break
        kept.append(word.key)
    return kept


@lru_cache(maxsize=50_000)
def _key(word: str, language: str) -> str:
    folded = _folded(word)
    is_english = language.startswith("en") and folded.isascii() and folded.isalpha()
    return stem(folded) if is_english else folded


def _folded(word: str) -> str:
    """Return a word without capitals, accents, vowel points and what nobody sees."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(each for each in apart if not _is_accent(each) and _is_letter(each))
    return unicodedata.normalize("NFC", plain)[:_LONGEST_WORD]


def _is_accent(character: str) -> bool:
    """Say whether a mark may be missing: accents, and the points of Hebrew and Arabic."""
    place = unicodedata.combining(character)
    return 10 <= place <= 36 or place >= 200


def _is_letter(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    return not character.isspace() and unicodedata.category(character) not in ("Cf", "Cs", "Pf")


def _is_spaceless(key: str) -> bool:
    return re.match(f"[{_SPACELESS}]", key) is not None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what is a word, or a run of a script without spaces, and what is one of its parts."""
    marks = combining_marks() + _UNSEEN
    letter = rf"(?:(?![{_SPACELESS}])[^\W_][{marks}]*+)"
    unit = rf"[{_SPACELESS}][{marks}]*+"
    word = rf"(?P<word>{letter}++(?:['’](?!s\b){letter}++)*+)(?:['’]s\b)?"
    return re.compile(rf"(?P<run>(?:{unit})++)|{word}", re.IGNORECASE), re.compile(unit)
