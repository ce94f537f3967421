"""The check of a notice's wording sees what a standards editor sees, and refuses nothing."""

from __future__ import annotations

import pytest

from app.rules.kinds import CorrectionKind
from app.rules.wording import check

GOOD = (
    "An earlier version of this article said the harbour opened in 1965. "
    "It opened on 3 March 1964, the port’s records show."
)
SERIOUS = [CorrectionKind.CORRECTION, CorrectionKind.CLARIFICATION, CorrectionKind.RETRACTION]
OTHERS = [kind for kind in CorrectionKind if kind not in SERIOUS]


def warnings(notice: str, kind: CorrectionKind = CorrectionKind.CORRECTION) -> list[str]:
    """Return the first words of each thing that is not as it should be."""
    return [" ".join(each.text.split()[:2]) for each in check(notice, kind) if not each.is_met]


@pytest.mark.parametrize("kind", CorrectionKind)
def test_a_good_notice_has_no_warning(kind: CorrectionKind) -> None:
    assert warnings(GOOD, kind) == []


@pytest.mark.parametrize("kind", SERIOUS)
def test_a_serious_notice_is_looked_at_in_four_ways(kind: CorrectionKind) -> None:
    assert len(check(GOOD, kind)) == 4


@pytest.mark.parametrize("kind", OTHERS)
def test_other_notices_need_no_date_and_may_say_what_was_polished(kind: CorrectionKind) -> None:
    notice = "The headline said “harbor”; the spelling was tweaked throughout."

    advice = check(notice, kind)

    assert len(advice) == 2
    assert all(each.is_met for each in advice)


@pytest.mark.parametrize("kind", SERIOUS)
@pytest.mark.parametrize(
    "verb", ["tweaked", "adjusted", "polished", "refreshed", "cleaned up", "Massaged"]
)
def test_a_euphemism_is_noticed(verb: str, kind: CorrectionKind) -> None:
    notice = f"The year 1965 that the article gave for the harbour has been {verb} to 1964."

    assert warnings(notice, kind) == ["Plays the"]


@pytest.mark.parametrize(
    "notice",
    [
        "The article of 1964 misidentified the Polish minister who opened the harbour.",
        "The article of 1964 gave a sum that was not adjusted for inflation.",
    ],
)
def test_people_from_poland_and_prices_play_nothing_down(notice: str) -> None:
    assert warnings(notice) == []


@pytest.mark.parametrize(
    "date",
    ["1964", "3 March", "March 3", "3rd of March", "Nov. 3", "12 sept", "2026-11-03", "may 12"],
)
def test_a_date_is_recognised(date: str) -> None:
    notice = f"The article said the harbour had twelve berths on {date}. It had ten."

    assert warnings(notice) == []


@pytest.mark.parametrize("words", ["yesterday", "12 berths", "40 marchers", "in room 2105"])
def test_what_is_no_date_is_warned_of(words: str) -> None:
    notice = f"The article said the harbour had more berths than it has, {words}."

    assert warnings(notice) == ["Names no"]


@pytest.mark.parametrize(
    "words",
    [
        "incorrectly gave the year",
        "misspelled the name",
        "misspelt the name",
        "contained errors in the year",
        "omitted that the mayor owns a berth",
        "named the wrong architect",
        "should have called him Noor Salleh",
    ],
)
def test_saying_what_was_wrong_is_recognised(words: str) -> None:
    notice = f"An earlier version of this article of 3 March 1964 {words}."

    assert warnings(notice) == []


def test_a_notice_that_does_not_say_what_was_wrong_is_warned_of() -> None:
    notice = "This article of 3 March 1964 about the harbour has been changed since."

    assert warnings(notice) == ["Does not"]


@pytest.mark.parametrize("notice", ["", "   ", "It was 1964, not 1965."])
def test_a_notice_that_cannot_stand_alone_is_warned_of(notice: str) -> None:
    assert "Is very" in warnings(notice)


def test_every_warning_can_come_at_once() -> None:
    assert warnings("Tweaked.") == ["Does not", "Is very", "Names no", "Plays the"]
