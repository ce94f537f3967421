"""The words that were looked for, marked, and a few lines around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.rules.search_marks import LINES, Piece, around, marked
from app.rules.search_words import understood

TEXT = (
    "The town is old. " * 20
    + "Its harbour opened in 1964 with twelve berths. "
    + "Nothing happened. " * 20
    + "A harbour needs cranes."
)


def shown(pieces: list[Piece]) -> str:
    """Return pieces as a line, with brackets around what was found."""
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


def test_words_are_marked_in_all_their_forms() -> None:
    query = understood("opening harbours", "en")

    assert shown(marked("The harbour opens", query, "en")) == "The [harbour] [opens]"


def test_words_in_a_row_are_marked_where_they_are_in_a_row() -> None:
    query = understood('"twelve berths"', "en")

    found = marked("Twelve ships at twelve berths", query, "en")

    assert shown(found) == "Twelve ships at [twelve berths]"


def test_characters_of_a_script_without_spaces_are_marked_as_one() -> None:
    query = understood("東京都", "en")

    assert (
        "".join(p.text for p in marked("ここは東京都です", query, "en") if p.is_found) == "東京都"
    )


def test_the_part_that_says_most_is_shown() -> None:
    found = shown(around(TEXT, understood("harbour berths", "en"), "en"))

    assert "[harbour] opened in 1964 with twelve [berths]" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) < LINES + 30


def test_the_beginning_is_shown_where_the_words_stand_elsewhere() -> None:
    found = shown(around(TEXT, understood("unheard", "en"), "en"))

    assert found.startswith("The town is old.")
    assert found.endswith(" …")


def test_a_short_text_is_shown_whole() -> None:
    assert shown(around("All berths.", understood("berth", "en"), "en")) == "All [berths]."
    assert around("", understood("berth", "en"), "en") == []


@given(st.text(), st.text(max_size=20))
def test_marking_changes_no_text(text: str, typed: str) -> None:
    query = understood(typed, "en")

    whole = "".join(piece.text for piece in marked(text, query, "en"))
    part = "".join(piece.text for piece in around(text, query, "en"))

    assert whole == text
    assert part.removeprefix("… ").removesuffix(" …") in text


def test_a_text_without_a_gap_is_cut_all_the_same() -> None:
    found = shown(around("x" * 5000, understood("y", "en"), "en"))

    assert len(found) <= LINES + 2
