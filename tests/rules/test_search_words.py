"""What is looked for, and what it is looked for in, are read as the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.search_words import (
    LONGEST_QUERY,
    Query,
    indexed,
    searchable,
    understood,
    words,
)
from app.rules.texts import VersionText


def keys(text: str, language: str = "en") -> list[str]:
    """Return the words of a text as they are looked up."""
    return [word.key for word in words(text, language)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Corrections", "corrected"),
        ("the publisher’s", "THE PUBLISHER"),
        ("O’Brien", "OBrien"),
        ("don't", "don’t"),
        ("Tomás", "TOMAS"),
        ("Straße", "STRASSE"),
        ("e\u0301cole", "école"),
        ("co\u00adoperate", "cooperate"),
        ("Ελλάδα", "ΕΛΛΑΔΑ"),
        ("مُحَمَّد", "محمد"),
        ("ＡＢＣ", "abc"),
        ("twenty-foot", "twenty foot"),
        ("東京タワー", "東京ﾀﾜｰ"),
    ],
)
def test_what_makes_no_difference(one: str, other: str) -> None:
    assert keys(one) == keys(other) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 and a_b", ["1", "000", "and", "a", "b"]),
        ("東京都", ["東", "東京", "京", "京都", "都"]),
        ("AとB", ["a", "と", "b"]),
        ("⑴ 🎉 — …", ["1"]),
        ("", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_what_is_a_word(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_other_languages_keep_their_endings() -> None:
    assert keys("Korrekturen corrections", "de") == ["korrekturen", "corrections"]


@given(st.text(st.characters(exclude_categories=[])))
def test_a_word_is_what_both_databases_take_for_one(text: str) -> None:
    for word in words(text, "en"):
        assert all(each.isalnum() if each.isascii() else not each.isspace() for each in word.key)
        assert word.key
        assert 0 <= word.start < word.end <= len(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("two berths", Query((("two",), ("berth",)))),
        ('"two berths" port', Query((("two", "berth"), ("port",)))),
        ("“two berths", Query((("two", "berth"),))),
        ("port -ship", Query((("port",),), (("ship",),))),
        ('port -"tall ship"', Query((("port",),), (("tall", "ship"),))),
        ("twenty-foot", Query((("twenti",), ("foot",)))),
        ("port port Port", Query((("port",),))),
        ("東京都", Query((("東京",), ("京都",)))),
        ("東", Query((("東",),))),
        ("-ship", Query((), (("ship",),))),
        ("port AND (NEAR/2 *", Query((("port",), ("and",), ("near",), ("2",)))),
        ('"', Query(())),
        ("- -- ''", Query(())),
        ("\0", Query(())),
    ],
)
def test_how_what_is_typed_is_understood(typed: str, expected: Query) -> None:
    assert understood(typed, "en") == expected


def test_a_long_query_is_read_as_far_as_anybody_reads() -> None:
    found = understood(" ".join(f"w{number}" for number in range(1000)), "en")

    assert len(found.wanted) == 16
    assert understood("x" * 1_000_000, "en") == understood("x" * LONGEST_QUERY, "en")


def test_a_huge_text_is_read_as_far_as_a_database_holds_it() -> None:
    found = indexed(" ".join(str(number) for number in range(200_000)), "en")

    assert sum(len(word) + 8 for word in found) <= 800_000
    assert len(found) > 50_000


def test_an_article_is_found_by_all_that_it_shows() -> None:
    text = VersionText(
        headline="A harbour",
        standfirst="Small.",
        body="It *opened*.",
        byline=("Noor Salleh",),
        section="Ports",
        tags=("ships",),
    )

    found = searchable(text)

    assert found.headline == "A harbour"
    assert found.text.split("\n\n") == ["Small.", "It opened.", "Noor Salleh", "Ports", "ships"]


def test_a_retracted_article_is_found_by_its_reason_alone() -> None:
    found = searchable(VersionText(headline="A market", body="Invented."), "It never was.")

    assert (found.headline, found.text) == ("A market", "It never was.")
