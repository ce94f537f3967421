"""Rate limits, as pages look at them."""

from __future__ import annotations

from limits import parse

from app.services._limits import limiter


def used(limit: str, *who: str) -> int:
    """Return how much of ``limit`` has been used up by ``who`` in the present window."""
    item = parse(limit)
    return item.amount - limiter().get_window_stats(item, *who).remaining
