"""Cursors: where a page of a list ended, as a short text in its address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from werkzeug.routing import IntegerConverter, Map

LARGEST = 999_999_999
"""The largest number that an address may hold: any database can compare it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor(at: datetime, number: int) -> str:
    """Write a time and an id as a cursor."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}.{number}"


def position(text: str | None) -> tuple[datetime, int] | None:
    """Read a cursor; anything else than one begins at the beginning."""
    try:
        microseconds, number = (text or "").split(".")
        at = _EPOCH + timedelta(microseconds=int(microseconds))
        return (at, int(number)) if 0 <= int(number) <= LARGEST else None
    except (ValueError, OverflowError):
        return None


def whole_number(text: str | None) -> int | None:
    """Read a positive number of at most nine digits; anything else is ``None``."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) if is_number and text is not None else None


class NumberConverter(IntegerConverter):
    """A number in an address; one that nothing here can have is no page, and not an error."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST)
