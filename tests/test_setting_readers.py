"""How the settings about the publication's place on the web are read, and what they refuse."""

from __future__ import annotations

import pytest

from app import setting_readers as readers

POLICIES = readers.pairs(*readers.POLICIES)
TRUST = readers.pairs(*readers.TRUST)


def test_pairs_are_names_with_addresses() -> None:
    text = "ethicsPolicy=https://a.example/e?x=y, masthead=http://a.example/m"

    assert POLICIES(text) == [
        "ethicsPolicy=https://a.example/e?x=y",
        "masthead=http://a.example/m",
    ]
    assert POLICIES("") == []


@pytest.mark.parametrize(
    "text",
    [
        "ethicsPolicy",
        "ethicsPolicy=",
        "ethicsPolicy=javascript:alert(1)",
        "ethicsPolicy=https://",
        "ethicsPolicy=https://a.example/\nb",
        "name=https://a.example/",
        "@type=https://a.example/",
    ],
)
def test_other_pairs_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="holds name=https"):
        POLICIES(text)


def test_trust_may_say_yes_or_no() -> None:
    assert TRUST("datatrainingallowed=no") == ["datatrainingallowed=no"]


@pytest.mark.parametrize("text", ["", "mailto:a@b.example", "https://b.example/", "tel:+65-1"])
def test_a_contact_is_an_address(text: str) -> None:
    assert readers.contact(text) == text


@pytest.mark.parametrize("text", ["a@b.example", "mailto:a@b.example\nExpires: never", "ftp://b"])
def test_another_contact_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mailto: or https"):
        readers.contact(text)


def test_a_day_is_read_and_another_text_refused() -> None:
    assert readers.day("2026-11-24") == "2026-11-24"
    assert readers.day("") == ""
    with pytest.raises(ValueError, match="is a day such as"):
        readers.day("24 November")


@pytest.mark.parametrize("text", ["", "ledger.example,2026", "desk@ledger.example,2026-11-24"])
def test_an_authority_is_a_domain_and_a_date(text: str) -> None:
    assert readers.authority(text) == text


@pytest.mark.parametrize("text", ["ledger.example", "ledger.example,26", "a b,2026", ":,2026"])
def test_another_authority_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a domain and a date"):
        readers.authority(text)
