"""Who may not decide a matter, whatever their role: nobody is judge of their own work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

Decision = tuple[int | None, datetime | None]
"""Who took a decision on a case, if anybody did, and when."""


def is_author(name: str, byline: Iterable[str]) -> bool:
    """Say whether somebody's name stands in an article's byline; capitals do not matter."""
    return name.casefold() in (author.casefold() for author in byline)


def is_own_decision(
    person: int, decisions: Iterable[Decision], appealed_at: datetime | None
) -> bool:
    """Say whether ``person`` took one of the decisions that an appeal is against."""
    if appealed_at is None:
        return False
    earlier = {by for by, at in decisions if at is not None and at <= appealed_at}
    return person in earlier
