"""Cursors: where a page of a list ended, as a short text in its address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor(at: datetime, number: int) -> str:
    """Write a time and an id as a cursor."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}.{number}"


def position(text: str | None) -> tuple[datetime, int] | None:
    """Read a cursor; anything else than one begins at the beginning."""
    try:
        microseconds, number = (text or "").split(".")
        at = _EPOCH + timedelta(microseconds=int(microseconds))
        return (at, int(number)) if abs(int(number)) < 2**62 else None
    except (ValueError, OverflowError):
        return None


def whole_number(text: str | None) -> int | None:
    """Read a positive number of at most nine digits; anything else is ``None``."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) if is_number and text is not None else None
