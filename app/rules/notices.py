"""A first wording of a notice, for its author to make their own."""

from __future__ import annotations

from app.rules.kinds import CorrectionKind
from app.rules.marks import N_

_WORDINGS = {
    CorrectionKind.CORRECTION: N_(
        "An earlier version of this article said “{was}”. That was wrong: it is “{now}”. "
        "The text was corrected on {date}."
    ),
    CorrectionKind.CLARIFICATION: N_(
        "An earlier version of this article said “{was}”, which could be read as "
        "[what it could be taken to mean]. It now says “{now}”. Clarified on {date}."
    ),
    CorrectionKind.EDITORS_NOTE: N_(
        "This article did not meet our standards when it was published, because "
        "[what was missing or unfair]. We have [what was done about it]. Noted on {date}."
    ),
    CorrectionKind.RETRACTION: N_(
        "We withdrew this article on {date}, because [what is wrong with it as a whole]. "
        "It said [the main claim]; in fact [what is right]."
    ),
    CorrectionKind.UPDATE: N_(
        "This article was updated on {date}: [what is new]. What stood here before was right "
        "when it was published."
    ),
    CorrectionKind.MINOR: N_("A slip was put right: “{was}” is now “{now}”."),
}
_WAS = N_("[what it said]")
_NOW = N_("[what is right]")


def wording(kind: CorrectionKind) -> str:
    """Return the wording for a kind, with places for ``{was}``, ``{now}`` and ``{date}``."""
    return _WORDINGS[kind]


def first_wording(sentence: str, was: str, now: str, date: str) -> str:
    """Fill a wording; what the difference does not say stays a blank in square brackets.

    A full stop at the end of what is quoted goes: the sentence has its own.
    """
    return sentence.format(was=was.rstrip(".") or _WAS, now=now.rstrip(".") or _NOW, date=date)


def has_blank(notice: str) -> bool:
    """Say whether a blank of a wording was left standing in a notice."""
    opened = notice.find("[")
    return opened >= 0 and notice.find("]", opened) > opened
