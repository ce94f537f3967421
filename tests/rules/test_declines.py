"""The grounds of a decision are written down and read again without loss."""

from __future__ import annotations

import pytest

from app.rules.declines import Grounds, read, written
from app.rules.kinds import DeclineReason


@pytest.mark.parametrize("reason", DeclineReason)
@pytest.mark.parametrize("detail", ["", "the port’s records", "a: b: c", "https://port.example/"])
def test_grounds_are_read_as_they_were_written(reason: DeclineReason, detail: str) -> None:
    grounds = Grounds(reason, detail)

    assert read(written(grounds)) == grounds


@pytest.mark.parametrize("text", ["", "7", "C-0003", "spam", "Accurate as published: records"])
def test_the_reason_of_another_step_is_none(text: str) -> None:
    assert read(text) is None


def test_an_entry_is_known_by_its_number() -> None:
    assert Grounds(DeclineReason.ALREADY_CORRECTED, "12").entry == 12
    assert Grounds(DeclineReason.ALREADY_CORRECTED, "١٢").entry is None
    assert Grounds(DeclineReason.ACCURATE, "12").entry is None
