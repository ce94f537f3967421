"""Canned texts: what a case settles is filled in, and the rest is left to a person."""

from __future__ import annotations

import pytest

from app.rules.canned import PLACEHOLDERS, fill, unfilled, unknown


def test_a_placeholder_gives_way_to_its_value() -> None:
    text = "About “{headline}”: see {policy}."

    filled = fill(text, {"headline": "A harbour", "policy": "https://site.example/policy"})

    assert filled == "About “A harbour”: see https://site.example/policy."


def test_what_has_no_value_stays_for_a_person() -> None:
    filled = fill("We asked {source} about {headline}.", {"headline": "A harbour", "source": ""})

    assert filled == "We asked {source} about A harbour."
    assert unfilled(filled) == ["{source}"]


def test_a_value_is_not_filled_in_again() -> None:
    filled = fill("“{passage}”", {"passage": "{headline}", "headline": "A harbour"})

    assert filled == "“{headline}”"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{name}, {Headline} and {name}", ["{name}", "{Headline}"]),
        ("{}", ["{}"]),
        ("{ headline }", ["{ headline }"]),
        ("{headline} and {passage}", []),
        ("{not\nclosed}", []),
        ("a { b", []),
    ],
)
def test_a_name_that_is_no_placeholder_is_found_out(text: str, found: list[str]) -> None:
    assert unknown(text) == found


def test_braces_that_stand_for_nothing_are_no_gap() -> None:
    assert unfilled("The set {1, 2} and {sic}") == []


def test_each_placeholder_is_a_plain_word_with_a_meaning() -> None:
    assert all(name.isalpha() and name.islower() for name in PLACEHOLDERS)
    assert all(PLACEHOLDERS.values())
