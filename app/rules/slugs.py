"""Slugs: the part of an article's address that is made from its name."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

LONGEST = 80
"""The most characters that a slug has."""

_NUMBERED = 120
"""The most that it has with the number that tells it from another of the same words."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.A)


def slugify(text: str) -> str:
    """Return a slug of 1 to 80 characters: ``[a-z0-9]+(-[a-z0-9]+)*``.

    Accents fall away (Unicode NFKD). Too long a slug ends at a word's end. A text without any
    letter or digit that has an ASCII form gets a name made from its hash.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    # An apostrophe stands within a word: "don't" is one word, not two.
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")
    if len(slug) > LONGEST:
        at_a_word = slug[: LONGEST + 1].rpartition("-")[0]
        slug = at_a_word or slug[:LONGEST]
    return slug or f"article-{sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def is_slug(text: str) -> bool:
    """Say whether a text may be the last part of an article's address as it stands."""
    return len(text) <= _NUMBERED and _SLUG.fullmatch(text) is not None
