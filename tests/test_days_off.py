"""Days off: public holidays of a country, and of a part of one; and the settings that name them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app import create_app
from app.config import BadSetting
from app.days_off import is_known, public_holidays
from app.rules.calendar import Calendar

SETTINGS = {"ENV": "development", "SECRET_KEY": "a secret for tests, which protects nothing"}


@pytest.mark.parametrize("code", ["SG", "DE", "DE-BY", "US-CA"])
def test_the_holidays_of_many_places_are_known(code: str) -> None:
    assert is_known(code)
    assert date(2026, 12, 25) in public_holidays(code, 2026)


@pytest.mark.parametrize("code", ["", "XX", "DE-", "DE-XX", "-BY", "sg", "DE-BY-1"])
def test_the_holidays_of_nowhere_are_not(code: str) -> None:
    assert not is_known(code)


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)

    assert epiphany in public_holidays("DE-BY", 2026)
    assert epiphany not in public_holidays("DE", 2026)


def test_without_a_code_there_are_no_holidays() -> None:
    assert public_holidays("", 2026) == frozenset()


def started(folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> Calendar:
    """Start the application with settings from the environment, and return its calendar."""
    for name, text in settings.items():
        monkeypatch.setenv(f"CORRIGENDA_{name}", text)
    found: Calendar = create_app(SETTINGS, folder).config["CALENDAR"]
    return found


def test_the_calendar_is_what_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = started(
        tmp_path,
        monkeypatch,
        WORKDAYS="Sat, mon,tue",
        HOLIDAYS="de-by",
        EXTRA_HOLIDAYS="2026-12-21, 2026-12-22",
    )

    days = [day for day in range(19, 30) if calendar.is_working_day(date(2026, 12, day))]
    assert days == [19, 28, 29]  # the 26th is a Saturday, and a holiday


def test_without_settings_the_desk_works_from_monday_to_friday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = started(tmp_path, monkeypatch)

    days = [day for day in range(21, 28) if calendar.is_working_day(date(2026, 12, day))]
    assert days == [21, 22, 23, 24, 25]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("WORKDAYS", "", "names days of the week"),
        ("WORKDAYS", "mon,funday", "names days of the week"),
        ("HOLIDAYS", "Atlantis", "is a code such as SG or DE-BY"),
        ("HOLIDAYS", "DE-XX", "is a code such as SG or DE-BY"),
        ("EXTRA_HOLIDAYS", "24.12.2026", "lists days such as 2026-12-24"),
        ("EXTRA_HOLIDAYS", "2026-02-30", "lists days such as 2026-12-24"),
        ("DECISION_DAYS", "999999999", "is a number of working days from 0 to 260"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, said: str
) -> None:
    with pytest.raises(BadSetting, match=f"CORRIGENDA_{name}: {said}"):
        started(tmp_path, monkeypatch, **{name: text})
