"""CSV that spreadsheets read as it was meant, and never calculate."""

from __future__ import annotations

import csv as reader
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.rules.spreadsheets import csv, defused


def read(text: str) -> list[list[str]]:
    """Read CSV as other programs do."""
    return list(reader.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://evil.example","Click")',
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\N{NO-BREAK SPACE}=1+1",
        "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
        "\N{RIGHT-TO-LEFT MARK}=1+1",
        "＝1+1",
        "\0=1+1",
        "\ttab",
    ],
)
def test_what_begins_like_a_formula_is_made_text(text: str) -> None:
    assert defused(text) == "'" + text

    cell = read(csv(["Said"], [[text]]))[1][0]

    assert cell.startswith("'")


@pytest.mark.parametrize("text", ["", "Ports", "1 + 1 = 2", "C-0404", "a=b", "Ärger", "港"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


def test_numbers_stay_numbers_and_days_are_days() -> None:
    text = csv(["Week", "Reports", "Hours", "None"], [[date(2026, 11, 16), -3, 1.5, None]])

    assert text == '"Week","Reports","Hours","None"\r\n2026-11-16,-3,1.5,\r\n'


@given(some.lists(some.lists(some.text(), min_size=2, max_size=2)))
def test_every_text_comes_out_as_it_went_in_but_for_the_apostrophe(rows: list[list[str]]) -> None:
    given_rows = [[cell.replace("\0", "") for cell in row] for row in rows]

    found = read(csv(["One", "Other"], rows))[1:]

    assert found == [[defused(cell) for cell in row] for row in given_rows]


@given(some.text())
def test_no_cell_begins_a_formula_whatever_is_put_in_front_of_it(text: str) -> None:
    cell = read(csv(["Said"], [[text]]))[1][0]

    assert cell.strip()[:1] not in set("=+-@")
