"""Dates as people and programs write them in front matter, as moments in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_ISO = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_WORDS = (
    r"(?:(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2}),?"
    r"|(?P<day2>\d{1,2})\.? (?P<name2>[a-z]{3,9})\.?,?) (?P<year>\d{4})"
)
_TIME = (
    r"(?:(?:t|,? +)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r" *(?P<zone>[a-z]{1,4}|[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_FORMS = tuple(re.compile(day + _TIME, re.I | re.A) for day in (_ISO, _WORDS))
_FURTHEST_ZONE = timedelta(hours=14)
_OFFSET = re.compile(r"([+-])(\d{1,2}?):?(\d{2})?", re.A)
_IN_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:-|$)", re.A)


def moment(typed: str) -> tuple[datetime, str]:
    """Return the moment that was typed, in UTC, and a remark where something was assumed.

    A day without a time is its first moment in UTC. Raises ``ValueError`` for what is no date.
    """
    text = " ".join(typed.split())
    date, aside = re.fullmatch(r"(.*?)(?: *(\(.*\)))?", text).groups()  # type: ignore[union-attr] # matches any line
    remark = f"“{aside}” after the date was left out." if aside else ""
    parts = next((found for form in _FORMS if (found := form.fullmatch(date))), None)
    if parts is None:
        raise ValueError(f"“{typed}” is not a date.")
    zone, assumed = _zone(parts)
    return _built(typed, parts, zone), remark or assumed


def day_in_name(stem: str) -> datetime | None:
    """Return the day that a file's name begins with, as ``2026-11-24-slug``, or ``None``."""
    match = _IN_NAME.match(stem)
    try:
        return _day(match) if match else None
    except ValueError:
        return None


def _day(match: re.Match[str]) -> datetime:
    return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)


def without_day(stem: str) -> str:
    """Return a file's name without the day that it begins with."""
    return _IN_NAME.sub("", stem, count=1) or stem


def _zone(parts: re.Match[str]) -> tuple[timezone, str]:
    typed = parts["zone"]
    if not typed:
        return UTC, "The time has no zone: taken as UTC." if parts["hour"] else ""
    if typed.lower() in _ZONES:
        return timezone(timedelta(hours=_ZONES[typed.lower()])), ""
    offset = _OFFSET.fullmatch(typed)
    if offset is None:
        raise ValueError(f"“{typed}” is not a time zone.")
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    if ahead > _FURTHEST_ZONE:
        raise ValueError(f"“{typed}” is not a time zone.")
    return timezone(-ahead if offset[1] == "-" else ahead), ""


def _built(typed: str, parts: re.Match[str], zone: timezone) -> datetime:
    named = {name: number for name, number in parts.groupdict().items() if number}
    try:
        month = int(named["month"]) if "month" in named else _month(named)
        local = datetime(
            int(named["year"]),
            month,
            int(named.get("day") or named["day2"]),
            int(named.get("hour", 0)),
            int(named.get("minute", 0)),
            int(named.get("second", 0)),
            tzinfo=zone,
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"“{typed}” is not a date.") from None


def _month(named: dict[str, str]) -> int:
    word = (named.get("name") or named["name2"]).lower()
    return next(at for at, month in enumerate((*_MONTHS, word), start=1) if month.startswith(word))
