"""How the text of a setting is read: each raises ``ValueError`` with what it should be instead."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

_SWITCH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LARGEST = 1_000_000_000
_A_YEAR = 8760  # in hours


def switch(text: str) -> bool:
    """Read 1 or 0."""
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError:
        raise ValueError("say 1 or 0") from None


def count(text: str) -> int:
    """Read a whole number from 0 on."""
    if not text.strip().isdecimal() or int(text) > _LARGEST:
        raise ValueError("is a whole number from 0 on")
    return int(text)


def hours(text: str) -> int:
    """Read hours, from one to those of a year."""
    number = count(text)
    if not 1 <= number <= _A_YEAR:
        raise ValueError(f"is a number of hours from 1 to {_A_YEAR}")
    return number


def names(text: str) -> list[str]:
    """Read names with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]


def environment(text: str) -> str:
    """Read in which environment the site runs."""
    if text not in ("production", "development"):
        raise ValueError("is production or development")
    return text


def zone(text: str) -> str:
    """Read a time zone of the IANA database."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is a time zone such as Asia/Singapore") from None
    return text


def language(text: str) -> str:
    """Read a language that dates and numbers can be written in."""
    try:
        Locale.parse(text, sep="-" if "-" in text else "_")
    except (UnknownLocaleError, ValueError, TypeError):
        raise ValueError("is a language such as en") from None
    return text


def level(text: str) -> str:
    """Read from which level on is logged."""
    if text.upper() not in _LEVELS:
        raise ValueError(f"is one of {', '.join(_LEVELS)}")
    return text.upper()


def address(*schemes: str, may_be_empty: bool = True) -> Callable[[str], str]:
    """Return a reader of addresses with one of these schemes; it never quotes what it read."""

    def read(text: str) -> str:
        if not text and may_be_empty:
            return text
        try:
            scheme = urlsplit(text).scheme
        except ValueError:
            scheme = ""
        if scheme not in schemes or "://" not in text:
            raise ValueError(f"begins with {' or '.join(f'{each}://' for each in schemes)}")
        return text

    return read
