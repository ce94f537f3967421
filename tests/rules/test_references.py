"""References survive being read out, written down and typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.references import (
    ALPHABET,
    base32,
    case_number,
    case_reference,
    grouped,
    report_reference,
    typed_reference,
    typed_token,
)

TOKEN = "7K3M92QFABCDEFGHJKMNPQRSTV"
BYTES = st.binary(min_size=5, max_size=5)
SECRETS = st.integers(min_value=0, max_value=2**128 - 1)


def test_the_alphabet_holds_nothing_that_looks_like_something_else() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(SECRETS)
def test_a_number_of_128_bits_is_written_without_loss(number: int) -> None:
    token = base32(number, 26)

    read = sum(ALPHABET.index(letter) << (5 * at) for at, letter in enumerate(reversed(token)))

    assert read == number
    assert len(token) == 26


@given(BYTES)
def test_a_report_s_reference_is_read_as_it_is_written(random: bytes) -> None:
    reference = report_reference(random)

    assert typed_reference(reference) == reference
    assert len(reference) == len("R-7K3M-92QF")


@given(BYTES, BYTES)
def test_two_secrets_have_two_references(first: bytes, second: bytes) -> None:
    is_same = report_reference(first) == report_reference(second)

    assert is_same is (first == second)


@pytest.mark.parametrize(
    "typed",
    [
        "R-7K3M-92QF",
        "r-7k3m-92qf",
        " R 7K3M 92QF ",
        "R7K3M92QF",
        "7k3m92qf",
        "R–7K3M–92QF",
        "R-7K3M-92QF.",
        "\u200br-7k3m-92qf\n",
    ],
)
def test_a_reference_may_be_typed_in_many_ways(typed: str) -> None:
    assert typed_reference(typed) == "R-7K3M-92QF"


def test_letters_that_look_like_numbers_are_read_as_numbers() -> None:
    assert typed_reference("r-oOiI-lL10") == "R-0011-1110"


@given(BYTES, st.data())
def test_any_mistaken_letter_still_leads_to_the_reference(
    random: bytes, data: st.DataObject
) -> None:
    reference = report_reference(random)
    confused = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(data.draw(st.sampled_from(confused.get(c, c + c.lower()))) for c in reference)

    assert typed_reference(typed) == reference


@pytest.mark.parametrize(
    "typed", ["", "R-7K3M-92Q", "R-7K3M-92QFF", "C-0404", "R-7K3M-92QU", "R-7K3M-92Qé", "R" * 5000]
)
def test_what_is_no_reference_is_none(typed: str) -> None:
    assert typed_reference(typed) is None


@given(st.integers(min_value=1, max_value=999_999_999))
def test_a_case_s_reference_is_read_as_it_is_written(number: int) -> None:
    assert case_number(case_reference(number)) == number


@pytest.mark.parametrize(
    "typed", ["C-0404", "c-404", " C 0404 ", "c404", "404", "C–0404", "C-O4O4", "c - 404"]
)
def test_a_case_s_reference_may_be_typed_in_many_ways(typed: str) -> None:
    assert case_number(typed) == 404


@pytest.mark.parametrize(
    "typed", ["", "C-", "C", "coil", "c-oil", "oil", "1,964", "-4", "٤٠٤", "C-²", "C-1234567890"]
)
def test_a_word_is_no_case(typed: str) -> None:
    assert case_number(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        TOKEN,
        TOKEN.lower(),
        grouped(TOKEN),
        f"https://news.example/reports/{TOKEN}",
        f"  https://news.example/reports/{TOKEN}/ ",
        f"https://news.example/reports/{TOKEN}?next=/desk/cases#sent",
        f"https://news.example/reports/{TOKEN}/#answer/1",
        f"https://news.example/reports/{TOKEN}/answer",
        f"/reports/{TOKEN}\n",
        f"<https://news.example/reports/{TOKEN}>.",
        TOKEN.replace("1", "l").replace("0", "O"),
    ],
)
def test_a_token_is_found_in_whatever_was_pasted(typed: str) -> None:
    assert typed_token(typed) == TOKEN


@given(SECRETS)
def test_a_token_that_was_written_in_groups_is_read_back(number: int) -> None:
    token = base32(number, 26)

    assert typed_token(grouped(token).lower()) == token


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_read(typed: str) -> None:
    reference, number = typed_reference(typed), case_number(typed)

    assert set(typed_token(typed)) <= {*ALPHABET, "U"}
    assert reference is None or typed_reference(reference) == reference
    assert number is None or case_number(case_reference(number)) == number


def test_groups_of_five_leave_the_rest_at_the_end() -> None:
    assert grouped("ABCDEFGHJKM") == "ABCDE FGHJK M"
    assert grouped("") == ""
