"""Slugs: what an article's address is made of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.slugs import is_slug, slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Hello, world!", "hello-world"),
        ("Crème brûlée à Zürich", "creme-brulee-a-zurich"),
        ("  a_b--c  ", "a-b-c"),
        ("Don't panic", "dont-panic"),
        ("ﬁnding № 5", "finding-no-5"),
    ],
)
def test_a_slug_is_the_text_in_plain_letters(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_a_long_slug_ends_with_a_whole_word() -> None:
    text = " ".join(["correction"] * 12)

    slug = slugify(text)

    assert slug == "-".join(["correction"] * 7)


def test_one_endless_word_is_cut_where_it_must_be() -> None:
    assert slugify("a" * 200) == "a" * 80


def test_a_text_without_plain_letters_gets_a_name_of_its_own() -> None:
    slugs = {slugify("北京"), slugify("東京"), slugify("")}

    assert len(slugs) == 3
    assert all(re.fullmatch(r"article-[0-9a-f]{8}", slug) for slug in slugs)


@given(st.text())
def test_every_text_has_a_slug_that_stays_the_same(text: str) -> None:
    slug = slugify(text)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert 1 <= len(slug) <= 80
    assert slugify(slug) == slug


@pytest.mark.parametrize("text", ["a", "a-2", "1964", "a" * 120])
def test_what_may_be_an_address_as_it_stands(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "ä", "a/b", "a\n", "..", "a" * 121])
def test_what_may_be_none(text: str) -> None:
    assert not is_slug(text)
