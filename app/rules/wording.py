"""The check of a notice's wording: advice to its author, never a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.rules.kinds import CorrectionKind
from app.rules.marks import N_
from app.rules.notices import has_blank

_SERIOUS = frozenset(
    {CorrectionKind.CORRECTION, CorrectionKind.CLARIFICATION, CorrectionKind.RETRACTION}
)
_MONTH = (
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DATE = re.compile(
    rf"\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|\b{_MONTH} \d{{1,2}}\b",
    re.IGNORECASE,
)
_SAYS_WHAT_WAS_WRONG = re.compile(
    r"\b(?:incorrect\w*|wrong\w*|mistaken\w*|erroneous\w*|errors?|misstated|misspel\w+"
    r"|misidentified|misattributed|misquoted|omitted|said|stated|gave|named|had (?:said|given)"
    r"|could be read|should have|instead of|rather than|not)\b",
    re.IGNORECASE,
)
# Neither people from Poland nor prices adjusted for inflation play anything down.
_EUPHEMISM = re.compile(
    r"\b(?:tweak\w*|refresh\w*|polish(?:ed|ing)|(?-i:polish)|massag\w*|clean(?:ed)? up"
    r"|freshen\w*|adjust\w*(?! for\b))\b",
    re.IGNORECASE,
)
_SHORTEST = 40


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that was looked at in a notice, and whether it is as it should be."""

    is_met: bool
    text: str


def check(notice: str, kind: CorrectionKind) -> tuple[Advice, ...]:
    """Look at a notice as a standards editor would."""
    advice = [_says_what(notice), _stands_alone(notice)]
    if has_blank(notice):
        advice.append(Advice(False, N_("Holds a blank in [square brackets]: fill it in")))
    if kind in _SERIOUS:
        advice += [_has_date(notice), _is_plain(notice)]
    return tuple(advice)


def _says_what(notice: str) -> Advice:
    if _SAYS_WHAT_WAS_WRONG.search(notice):
        return Advice(True, N_("Says what was wrong"))
    return Advice(False, N_("Does not say what was wrong: “The article said …”"))


def _stands_alone(notice: str) -> Advice:
    if len(notice.strip()) >= _SHORTEST:
        return Advice(True, N_("Stands on its own"))
    return Advice(False, N_("Is very short: readers see it without the article"))


def _has_date(notice: str) -> Advice:
    if _DATE.search(notice):
        return Advice(True, N_("Names a date"))
    return Advice(False, N_("Names no date: readers may not know which day is meant"))


def _is_plain(notice: str) -> Advice:
    found = _EUPHEMISM.search(notice)
    if found is None:
        return Advice(True, N_("Calls the mistake a mistake"))
    return Advice(False, N_("Plays the mistake down: say “corrected”, not “tweaked” or “adjusted”"))
