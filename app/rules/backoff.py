"""When to try again what could not be delivered."""

from __future__ import annotations

from datetime import datetime, timedelta

_WAITS = (1, 5, 15, 60, 240, 720, 1440)
"""Minutes until the next try, after each failed one; after the last one nobody tries again."""

_SPREAD = 0.25


def next_try(tries: int, at: datetime, chance: float) -> datetime | None:
    """Return when to try for the next time after ``tries`` failures, or ``None`` for never.

    ``chance`` is between 0 and 1 and spreads the tries over a quarter more of the wait, so that
    what failed together is not tried together (jitter).
    """
    if tries > len(_WAITS):
        return None
    return at + timedelta(minutes=_WAITS[tries - 1] * (1 + _SPREAD * chance))
