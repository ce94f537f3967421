"""Who may not decide a matter, whatever their role: nobody is judge of their own work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def is_author(name: str, byline: Iterable[str]) -> bool:
    """Say whether somebody's name stands in an article's byline; capitals do not matter."""
    return name.casefold() in (author.casefold() for author in byline)


def is_own_decision(person: int, decided_by: int | None, appealed_at: datetime | None) -> bool:
    """Say whether an appeal is against a decision that ``person`` took."""
    return appealed_at is not None and decided_by == person
