"""Exact words in texts: each is found, whatever its case, its white space and its accents."""

from __future__ import annotations

import unicodedata

import pytest

from app.rules.occurrences import occurrences, spellings


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("Noor Salleh wrote it.", "noor salleh", 1),
        ("NOOR\n  Salleh, noor salleh", "Noor Salleh", 2),
        ("É. Noël and NOËL", "noël", 2),
        (unicodedata.normalize("NFD", "Noël"), "noël", 1),
        ("a.b a+b", "a.b", 1),
        ("<b>Noor</b>", "<B>noor", 1),
        ("سلام عليكم", "عليكم", 1),
        ("王伟在港口", "王伟", 1),
        ("Noor", "Salleh", 0),
        ("", "Noor", 0),
    ],
)
def test_words_are_found(text: str, words: str, number: int) -> None:
    found = occurrences(["", text], words)

    assert found.number == number
    assert [piece.is_found for piece in found.pieces].count(True) == min(number, 1)
    assert bool(found.pieces) == bool(number)


def test_a_few_words_around_the_first_are_shown() -> None:
    text = f"{'before ' * 50}Noor Salleh{' after' * 50}"

    found = occurrences([text], "noor salleh")

    before, marked, after = (piece.text for piece in found.pieces)
    assert marked == "Noor Salleh"
    assert before.startswith("… before")
    assert after.endswith("after …")
    assert len(before + after) < 130


@pytest.mark.parametrize(
    ("words", "some"),
    [
        ("Noor  Salleh", ["Noor Salleh"]),
        ("Noël", ["Noël", "noël", "NOËL", unicodedata.normalize("NFD", "noël")]),
        ("straße", ["straße", "STRASSE"]),
    ],
)
def test_spellings_that_a_database_does_not_know_for_the_same(words: str, some: list[str]) -> None:
    assert set(some) <= set(spellings(words))
