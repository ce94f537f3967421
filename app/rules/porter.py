"""English words without their endings, so that “corrected” is found by “corrections”.

After M. F. Porter, “An algorithm for suffix stripping”, Program 14 (3), 1980, with its author's
later changes (``-logi``, ``-bli``). A stem is no word: it only has to be the same for the forms
of one. Words are given in lower case, in the letters a to z.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SHORTEST = 3

# A consonant, and a vowel; ``y`` is a vowel where it follows a consonant.
_C, _V = "(?:[^aeiouy]|(?:^|(?<=[aeiou]))y)", "(?:[aeiou]|(?<=[^aeiou])y)"
_MEASURED = re.compile(f"{_V}{_C}")
_HAS_VOWEL = re.compile(_V)
_DOUBLED = re.compile(r"([^aeiouylsz])\1$")
_SHORT_SYLLABLE = re.compile(f"{_C}{_V}(?:(?![wxy]){_C})$")

_SECOND = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize",
    "bli": "ble", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize",
    "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful",
    "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
_THIRD = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_FOURTH = "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize".split()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of an English word."""
    if len(word) < _SHORTEST:
        return word
    for step in (_plural, _past, _y_to_i, _second, _third, _fourth, _final_e, _final_l):
        word = step(word)
    return word


def _measure(part: str) -> int:
    """Return how often vowels are followed by consonants: Porter's *m*."""
    return len(_MEASURED.findall(part))


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        part = word.removesuffix(ending)
        if part != word:
            return _mended(part) if _HAS_VOWEL.search(part) else word
    return word


def _mended(part: str) -> str:
    """Give back the ``e`` that went with -ed or -ing, or take a consonant that came with it."""
    if part.endswith(("at", "bl", "iz")):
        return part + "e"
    if _DOUBLED.search(part):
        return part[:-1]
    return part + "e" if _measure(part) == 1 and _SHORT_SYLLABLE.search(part) else part


def _y_to_i(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and _HAS_VOWEL.search(word[:-1]) else word


def _second(word: str) -> str:
    return _replaced(word, _SECOND)


def _third(word: str) -> str:
    return _replaced(word, _THIRD)


def _replaced(word: str, endings: dict[str, str]) -> str:
    """Put another ending in the place of the longest that the word has, where a stem is left."""
    found = max((e for e in endings if word.endswith(e)), key=len, default="")
    part = word.removesuffix(found)
    return part + endings[found] if found and _measure(part) > 0 else word


def _fourth(word: str) -> str:
    found = max((e for e in _FOURTH if word.endswith(e)), key=len, default="")
    part = word.removesuffix(found)
    if not found or _measure(part) <= 1 or (found == "ion" and not part.endswith(("s", "t"))):
        return word
    return part


def _final_e(word: str) -> str:
    part = word.removesuffix("e")
    if part == word or _measure(part) == 0:
        return word
    return word if _measure(part) == 1 and _SHORT_SYLLABLE.search(part) else part


def _final_l(word: str) -> str:
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
