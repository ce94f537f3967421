"""What the forms' fields take for a text, a line and a web address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.forms.fields import is_web_address, split_lines, tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, ""),
        ("", ""),
        ("  words \n", "words"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("\u00a0words\u3000", "words"),
        ("two  words", "two  words"),
    ],
)
def test_a_text_is_kept_with_one_kind_of_line_break(typed: str | None, kept: str) -> None:
    assert tidy(typed) == kept


@given(st.text())
def test_tidying_twice_changes_nothing_more(typed: str) -> None:
    once = tidy(typed)

    assert tidy(once) == once
    assert "\r" not in once


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org/a?b=c#d",
        "HTTPS://EXAMPLE.ORG",
        "https://user@example.org:8443/",
        "https://bücher.example/ä",
    ],
)
def test_a_whole_address_is_one(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "www.example.org/page",
        "https://",
        "https:///path",
        "https://localhost",
        "javascript:alert(1)",
        "data:text/html,hello.org",
        "ftp://example.org",
        "https://exam ple.org",
        "https://example.org/a b",
        "https://example.org/\nnext",
        "https://[::1",
        "//example.org",
    ],
)
def test_what_is_no_whole_address_is_none(address: str) -> None:
    assert not is_web_address(address)


@given(st.text())
def test_any_text_at_all_is_an_address_or_none(text: str) -> None:
    assert is_web_address(text) in (True, False)


def test_lines_are_those_that_hold_something() -> None:
    assert split_lines(" one \n\n  \r\ntwo\n") == ["one", "two"]
    assert split_lines(None) == []
