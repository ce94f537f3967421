"""How the text of a setting is read: each raises ``ValueError`` with what it should be instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

from app.days_off import is_known
from app.rules.calendar import WEEK
from app.rules.transparency.notes import Verifier
from app.rules.transparency.witnesses import Witness

_SWITCH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LARGEST = 1_000_000_000
_A_YEAR = 8760  # in hours
_MOST_WORKING_DAYS = 260
_AUTHORITY = re.compile(r"[a-z0-9.@-]+\.[a-z]+,\d{4}(-\d\d(-\d\d)?)?")

POLICIES = (
    "actionableFeedbackPolicy",
    "correctionsPolicy",
    "diversityPolicy",
    "diversityStaffingReport",
    "ethicsPolicy",
    "masthead",
    "missionCoveragePrioritiesPolicy",
    "noBylinesPolicy",
    "ownershipFundingInfo",
    "publishingPrinciples",
    "unnamedSourcesPolicy",
    "verificationFactCheckingPolicy",
)
"""The policies of a news organisation that schema.org has names for."""

TRUST = (
    "member",
    "belongto",
    "control",
    "controlledby",
    "social",
    "vendor",
    "customer",
    "disclosure",
    "contact",
    "datatrainingallowed",
)
"""What a line of trust.txt may say, in the order of its specification."""


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


def working_days(text: str) -> int:
    """Read a number of working days, up to those of a year."""
    number = count(text)
    if number > _MOST_WORKING_DAYS:
        raise ValueError(f"is a number of working days from 0 to {_MOST_WORKING_DAYS}")
    return number


def workdays(text: str) -> str:
    """Read the days of a week on which the desk works, and name them in their order."""
    days = {name.lower() for name in names(text)}
    if not days or not days <= set(WEEK):
        raise ValueError(f"names days of the week with commas, of {', '.join(WEEK)}")
    return ",".join(day for day in WEEK if day in days)


def country(text: str) -> str:
    """Read the code of a country, or of a part of one, whose public holidays are known."""
    code = text.strip().upper()
    if code and not is_known(code):
        raise ValueError("is a code such as SG or DE-BY whose public holidays are known, or empty")
    return code


def dates(text: str) -> list[str]:
    """Read days with commas between them."""
    try:
        return [date.fromisoformat(name).isoformat() for name in names(text)]
    except ValueError:
        raise ValueError("lists days such as 2026-12-24, with commas") from None


def names(text: str) -> list[str]:
    """Read names with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]


def some_of(*known: str) -> Callable[[str], list[str]]:
    """Return a reader of names with commas between them, each of which has to be known."""

    def read(text: str) -> list[str]:
        found = names(text)
        if not set(found) <= set(known):
            raise ValueError(f"holds nothing but {', '.join(known)}, with commas")
        return found

    return read


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


def pairs(*known: str) -> Callable[[str], list[str]]:
    """Return a reader of ``name=value`` with commas between them, each name one of these."""

    def read(text: str) -> list[str]:
        found = names(text)
        for pair in found:
            name, _equals, value = pair.partition("=")
            if name not in known or not _is_said(value):
                raise ValueError(f"holds name=https://…, the name one of {', '.join(known)}")
        return found

    return read


def _is_said(value: str) -> bool:
    """Say whether a value of a pair is an address, or a plain yes or no."""
    return value in ("yes", "no") or _is_whole(value)


def _is_whole(text: str) -> bool:
    scheme, _colon, rest = text.partition("://")
    return scheme in ("http", "https") and bool(rest) and text.isprintable() and " " not in text


def contact(text: str) -> str:
    """Read an address at which somebody can be written to or called."""
    is_uri = text.startswith(("mailto:", "tel:")) and text.isprintable() and " " not in text
    if text and not is_uri and not _is_whole(text):
        raise ValueError("begins with mailto: or https://")
    return text


def day(text: str) -> str:
    """Read a day such as 2026-11-24."""
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("is a day such as 2026-11-24") from None


def authority(text: str) -> str:
    """Read who gives out names, as tag URIs have it (RFC 4151): a domain, a comma, a date."""
    if text and not _AUTHORITY.fullmatch(text):
        raise ValueError("is a domain and a date since when it was yours: ledger.example,2026")
    return text


def vkeys(text: str) -> list[str]:
    """Read the keys with which a log was checked before, with commas between them."""
    return [str(Verifier.parse(vkey)) for vkey in names(text)]


def witnesses(text: str) -> list[str]:
    """Read witnesses with commas between them, each as its key, a space and its address."""
    found = [Witness.parse(name) for name in names(text)]
    if len({witness.key.name for witness in found}) < len(found):
        raise ValueError("names each witness once")
    return [f"{witness.key} {witness.url}" for witness in found]
