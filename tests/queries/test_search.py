"""Searching: what is public now is found, on both databases alike, whatever is typed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models import Article
from app.queries import search
from app.queries.search import Found, Kind
from app.rules.kinds import CorrectionKind
from app.rules.search_words import understood
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def find(typed: str, limit: int = 20, **options: Any) -> list[Found]:
    """Search as the page does."""
    return search.page(understood(typed, "en"), "en", limit, **options)


def names(typed: str, **options: Any) -> set[str]:
    """Return what is found: slugs of articles, and entries by their number."""
    found = find(typed, **options)
    return {str(each.number) if each.number else each.slug for each in found}


def line(found: Found) -> str:
    """Return what is shown of the text, with brackets around what was looked for."""
    return "".join(f"[{p.text}]" if p.is_found else p.text for p in found.text)


@pytest.fixture
def publication(in_app: Flask) -> None:
    """Publish three articles and an entry."""
    make.article("harbour")
    plain("tea", "The last auction", "Tea was sold *under the hammer*.")
    plain("tokyo", "東京タワーの秘密", "ここは東京都です。 Café Ünal, مُحَمَّد.", language="ja")
    canal = plain("canal", "A canal", "It has twelve locks.")
    make.correction(canal, notice="We said that the canal had twelve locks. It has ten.")


def plain(slug: str, headline: str, body: str, **text: Any) -> Article:
    """Publish an article that says nothing else."""
    nothing: dict[str, Any] = {"standfirst": "", "key_points": ()}
    return make.article(slug, headline=headline, body=body, **nothing, **text)


EXPECTED: dict[str, set[str]] = {
    "harbour": {"harbour"},
    "HARBOURS": {"harbour"},
    "hammer tea": {"tea"},
    "hammer harbour": set(),
    "Noor": {"harbour", "tea", "tokyo", "canal"},
    "canal": {"canal", "1"},
    "canal -locks": set(),
    "auction -berths": {"tea"},
    '"sold under the hammer"': {"tea"},
    '"hammer the under"': set(),
    '"auction tea"': set(),  # from the headline into the text
    "ten locks": {"canal", "1"},
    "twelve": {"harbour", "1"},
    "東京": {"tokyo"},
    "京タ": {"tokyo"},
    "都": {"tokyo"},
    "東都": set(),
    '"東京都"': {"tokyo"},
    "cafe unal": {"tokyo"},
    "محمد": {"tokyo"},
    "opened in 1964": {"harbour"},
}


@pytest.mark.usefixtures("publication")
def test_what_is_found() -> None:
    found = {typed: names(typed) for typed in EXPECTED}

    assert found == EXPECTED


ODD = [
    *("", " ", '"', '""', "'", "''", "\\", "-", "--", "- -a", "*", "a*", "(", ")", "()"),
    *("a AND", "OR", "NOT a", "NEAR(a b)", "a NEAR/2 b", "headline:a", "{headline words}:a", "^a"),
    *("a+b", "a & b", "a | !b", "a <-> b", "a:*", "%", "_", "a%b", "';--", '" OR 1=1', "−1", "1e5"),
    *("\0", "a\0b", "🎉", "🎉🎉", "\ud800", "\u202eabc", "مرحبا", "⑴", "½", "ffi", "İ", "ß"),
    *("\u0301", "a\u0301", "\U000e0001", "\ufeff", "C-0001", "a@b.c", "https://a.example/b?c=d"),
    *("<script>", "&amp;", "x" * 1_000_000, '"' * 1_000_000, "a " * 100_000),
]


@pytest.mark.usefixtures("publication")
def test_whatever_is_typed_has_an_answer() -> None:
    found = {typed: find(typed) for typed in ODD}

    counted = {typed: sum(search.counts(understood(typed, "en")).values()) for typed in ODD}
    assert {typed: len(results) for typed, results in found.items()} == counted


@pytest.mark.usefixtures("publication")
@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_text_at_all_has_an_answer(typed: str) -> None:
    found = find(typed)

    assert sum(search.counts(understood(typed, "en")).values()) == len(found)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_any_text_at_all_can_be_found(text: str) -> None:
    on = make.article(headline="Anything", body="Something.", standfirst=text)
    wanted = understood(text, "en")

    found = search.page(wanted, "en", 1000)

    assert not wanted.wanted or wanted.unwanted or on.slug in {each.slug for each in found}


def test_an_article_is_found_by_what_it_says_now() -> None:
    on = make.article("harbour")
    before = names("twelve berths")

    make.correction(on, text=make.edited(on, "twelve", "ten"), notice="A number was wrong.")

    assert before == {"harbour"}
    assert names("twelve berths") == set()
    assert names("ten berths") == {"harbour"}
    assert names("number") == {"1"}


def test_a_retracted_article_is_found_by_its_reason_and_not_by_its_text() -> None:
    on = make.article("market", headline="The market", body="Nobody knew the fishmonger.")

    make.correction(on, kind=CorrectionKind.RETRACTION, notice="Everything was invented.")

    assert names("fishmonger") == names("Noor") == set()
    assert names("invented") == {"market", "1"}
    assert names("market") == {"market"}
    found = find("market invented")
    assert [each.is_withdrawn for each in found] == [True]
    assert line(found[0]) == "Everything was [invented]."


def test_a_text_that_comes_after_a_retraction_is_not_found_either() -> None:
    on = make.article("market", body="Nobody knew the fishmonger.")
    make.correction(on, kind=CorrectionKind.RETRACTION, notice="Everything was invented.")

    edited = make.edited(on, "Nobody", "Somebody")
    make.correction(on, kind=CorrectionKind.MINOR, text=edited, notice="A slip.")

    assert names("somebody") == names("fishmonger") == set()


def test_an_article_whose_retraction_was_amended_is_found_by_its_text_again() -> None:
    on = make.article("market", body="Nobody knew the fishmonger.")
    number = make.correction(on, kind=CorrectionKind.RETRACTION, notice="It was invented.")
    notice = "The retraction was a mistake: nothing was invented."

    make.correction(on, kind=CorrectionKind.EDITORS_NOTE, amends=number, notice=notice)

    assert names("fishmonger") == {"market"}
    assert names("invented") == {"1", "2"}


def test_the_best_comes_first() -> None:
    make.article(
        "in-passing", headline="A town", body="There is a lighthouse. " + "And more. " * 50
    )
    make.article("about-it", headline="The lighthouse", body="The lighthouse is a lighthouse.")

    found = [each.slug for each in find("lighthouse")]

    assert found == ["about-it", "in-passing"]


def test_what_is_found_comes_in_pages_without_gaps() -> None:
    for number in range(7):
        make.article(f"port-{number}", headline="A port")

    pages = [[f.slug for f in find("port", 3, after=after)] for after in (0, 3, 6, 9)]

    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len({slug for page in pages for slug in page}) == 7


@pytest.mark.usefixtures("publication")
def test_one_kind_can_be_asked_for() -> None:
    counts = search.counts(understood("canal", "en"))

    assert counts == {Kind.ARTICLES: 1, Kind.CORRECTIONS: 1}
    assert names("canal", kind=Kind.ARTICLES) == {"canal"}
    assert names("canal", kind=Kind.CORRECTIONS) == {"1"}


@pytest.mark.usefixtures("publication")
def test_an_entry_comes_with_its_number_and_its_article() -> None:
    found = find("canal", kind=Kind.CORRECTIONS)[0]

    assert (found.number, found.correction, found.slug) == (1, CorrectionKind.CORRECTION, "canal")
    assert "".join(piece.text for piece in found.headline) == "A canal"
    assert line(found).startswith("We said that the [canal] had")


def test_long_texts_are_found_by_their_words_on_both_databases() -> None:
    many = " ".join(f"w{number}" for number in range(17_000))
    make.article("long", body=f"{'the end ' * 400} {many}")
    make.article("chinese", body="東京" * 25_000)

    assert names("w16999 end") == {"long"}
    assert names('"the end the end"') == {"long"}
    assert names("京東") == {"chinese"}
