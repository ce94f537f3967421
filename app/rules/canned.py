"""Canned explanations: texts with placeholders, which are filled in for one case and then edited.

A placeholder is one of the names below in braces, such as ``{headline}``. What a case does not
settle stays in the text, for a person to put the right words there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.rules.marks import N_

PLACEHOLDERS: Mapping[str, str] = {
    "headline": N_("the article’s headline"),
    "passage": N_("the passage that was reported"),
    "reference": N_("the report’s reference, where one reader sent it"),
    "version": N_("the number of the version that was reported"),
    "entry": N_("the number of the article’s entry in the log, where it has one"),
    "publication": N_("the publication’s name"),
    "policy": N_("the address of the corrections policy"),
    "letters": N_("where opinions and letters go"),
    "complaints": N_("where complaints about coverage go"),
    "rights": N_("where legal and removal requests go"),
    "source": N_("left to you: the source that was checked"),
    "wanted": N_("left to you: what would change the decision"),
    "place": N_("left to you: where to go instead"),
}
"""Every placeholder, with what stands in its place."""

_IN_BRACES = re.compile(r"\{([^{}\n]{0,40})\}")


def unknown(text: str) -> list[str]:
    """Return what stands in braces in a text and is no placeholder, in order and once each."""
    return _once(name for name in _IN_BRACES.findall(text) if name not in PLACEHOLDERS)


def unfilled(text: str) -> list[str]:
    """Return the placeholders that still stand in a text, in order and once each."""
    return _once(name for name in _IN_BRACES.findall(text) if name in PLACEHOLDERS)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of placeholders; one that has no value stays."""
    return _IN_BRACES.sub(lambda found: values.get(found[1]) or found[0], text)


def _once(names: Iterable[str]) -> list[str]:
    return [f"{{{name}}}" for name in dict.fromkeys(names)]
