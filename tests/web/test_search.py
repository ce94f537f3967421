"""The search page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rules.kinds import CorrectionKind
from tests import make
from tests.pages import Browser, Page


@pytest.fixture
def publication(app: Flask) -> None:
    """Publish three articles and two entries."""
    with app.app_context():
        harbour = make.article("harbour")
        make.correction(harbour, notice="We said that the harbour had twelve berths. It had ten.")
        make.article(
            "tea",
            headline="Tea & <b>biscuits</b>",
            body="The *hammer* fell at `<noon>`.",
            standfirst="",
            key_points=(),
        )
        market = make.article("market", headline="The market", body="The fishmonger.")
        make.correction(market, kind=CorrectionKind.RETRACTION, notice="It was all invented.")


def search(browser: Browser, typed: str, **options: str) -> Page:
    """Open the page of what is found."""
    return browser.open("/search", query_string={"q": typed, **options})


def results(page: Page) -> list[str]:
    """Return where the results lead."""
    return [link.get("href") for link in page.html.xpath("//ol[@class='results']//h3/a")]


@pytest.mark.usefixtures("publication")
def test_a_reader_finds_an_article_from_any_page(browser: Browser) -> None:
    page = browser.open("/articles/tea").follow("Search").press("Search", q="Harbours town")

    assert results(page) == ["/articles/harbour"]
    assert page.html.xpath("//input[@name='q']/@value") == ["Harbours town"]
    assert page.follow("A harbour and its town").heading == "A harbour and its town"


@pytest.mark.usefixtures("publication")
def test_the_words_are_marked(browser: Browser) -> None:
    page = search(browser, "hammer noon biscuit")

    marked = [mark.text_content() for mark in page.html.xpath("//ol//mark")]
    assert marked == ["biscuits", "hammer", "noon"]
    assert "Tea & <b>biscuits</b>" in page.text
    assert "The hammer fell at <noon>." in page.text


@pytest.mark.usefixtures("publication")
def test_an_entry_of_the_log_is_found_with_its_number(browser: Browser) -> None:
    page = search(browser, "harbour ten", **{"in": "corrections"})

    assert results(page) == ["/corrections/1"]
    assert "Correction 1" in page.text


@pytest.mark.usefixtures("publication")
def test_what_was_found_is_narrowed_by_links(browser: Browser) -> None:
    page = search(browser, "harbour")

    assert sorted(results(page)) == ["/articles/harbour", "/corrections/1"]
    assert results(page.follow("Articles 1")) == ["/articles/harbour"]
    assert results(page.follow("Corrections 1")) == ["/corrections/1"]


@pytest.mark.usefixtures("publication")
def test_what_was_withdrawn_is_not_found(browser: Browser) -> None:
    gone, kept = search(browser, "fishmonger"), search(browser, "market")

    assert "Nothing fits all of these words" in gone.text
    assert results(kept) == ["/articles/market"]
    assert "Retracted" in kept.text
    assert "fishmonger" not in kept.text


def test_without_a_word_the_page_says_what_is_searched(browser: Browser) -> None:
    page = browser.open("/search")

    assert "Every article as it reads now" in page.text
    assert not page.html.xpath("//ol[@class='results']")


@pytest.mark.parametrize("typed", ["…", "-harbour", '"', "🎉", "%00"])
def test_where_there_is_no_word_the_page_says_what_would_be_one(
    browser: Browser, typed: str
) -> None:
    page = search(browser, typed.replace("%00", "\0"))

    is_empty = typed == "%00"
    wanted = "Every article as it reads now" if is_empty else "There is no word in that to look for"
    assert page.status == 200
    assert wanted in page.text


def test_a_long_text_is_looked_for_by_its_beginning(browser: Browser) -> None:
    page = search(browser, "harbour " * 100_000)

    assert page.status == 200
    assert "only its beginning was looked for" in page.text


def test_results_come_in_pages(app: Flask, browser: Browser) -> None:
    with app.app_context():
        for number in range(45):
            make.article(f"port-{number}", headline="A port", standfirst=str(number))

    first = search(browser, "port")
    second = first.follow("More results")
    third = second.follow("More results")

    found = [results(page) for page in (first, second, third)]
    assert [len(each) for each in found] == [20, 20, 5]
    assert len({link for each in found for link in each}) == 45
    assert results(third.follow("Previous results")) == found[1]
    assert "All that was found" in search(browser, "port", page="9").text


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999", "9" * 50, "١"])
def test_an_odd_page_is_a_page(browser: Browser, number: str) -> None:
    assert search(browser, "port", page=number, **{"in": "nowhere"}).status == 200


def test_the_page_can_be_kept_by_any_cache_and_by_no_search_engine(client: FlaskClient) -> None:
    response = client.get("/search?q=port")

    assert "s-maxage" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    assert "ETag" in response.headers
    assert b'<meta name="robots" content="noindex">' in response.data


def test_a_page_that_is_missing_offers_the_search(browser: Browser) -> None:
    page = browser.open("/nowhere")

    assert page.status == 404
    assert page.press("Search", q="port").heading == "Search"


@pytest.mark.usefixtures("publication")
@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_at_all_is_answered(browser: Browser, typed: str) -> None:
    page = search(browser, typed)

    assert page.status == 200
