"""Rate limits for what is no deed of a service, such as a failed sign-in."""

from __future__ import annotations

from limits import parse

from app.rules.errors import TooMany
from app.services._limits import WAIT, is_on, limiter


def refuse_excess(limit: str, *who: str) -> None:
    """Raise ``TooMany`` where ``who`` has used up ``limit``, such as "5 per 15 minutes"."""
    if is_on() and not limiter().test(parse(limit), *who):
        raise TooMany(WAIT)


def count(limit: str, *who: str) -> None:
    """Count one try of ``who`` against ``limit``."""
    if is_on():
        limiter().hit(parse(limit), *who)


def used(limit: str, *who: str) -> int:
    """Return how much of ``limit`` has been used up by ``who`` in the present window."""
    item = parse(limit)
    return item.amount - limiter().get_window_stats(item, *who).remaining
