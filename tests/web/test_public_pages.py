"""The front page, articles and their versions, and the pages about the publication."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Article
from app.rules.kinds import CorrectionKind, DeclineReason, Placement
from app.web.public import articles
from tests import make
from tests.pages import Browser, Page, squeezed
from tests.web.publication import publish_all, serving


@pytest.fixture
def harbour(app: Flask) -> str:
    """Return the address of an article that was not corrected yet."""
    with app.app_context():
        make.article("harbour")
    return "/articles/harbour"


@pytest.fixture
def site(app: Flask, browser: Browser) -> Browser:
    """Return a browser on a publication that has something of everything."""
    with app.app_context():
        publish_all()
    return browser


def correct(app: Flask, old: str, new: str, kind: CorrectionKind, notice: str) -> None:
    """Put ``new`` for ``old`` in the harbour's text by an entry of a kind."""
    with app.app_context():
        on = db.session.scalars(select(Article).where(Article.slug == "harbour")).one()
        make.correction(on, kind=kind, notice=notice, text=make.edited(on, old, new))


def texts(page: Page, path: str) -> list[str]:
    """Return what the elements at an XPath say."""
    return [squeezed(each.text_content()) for each in page.html.xpath(path)]


def position(page: Page, words: str) -> int:
    """Return where words stand on a page; they have to stand there."""
    assert words in page.text, f"{page.url}: no {words!r}"
    return page.text.index(words)


# The front page


def test_an_empty_publication_says_what_will_stand_here(browser: Browser) -> None:
    page = browser.open("/")

    assert page.status == 200
    assert "Nothing has been published yet" in page.text
    assert "Nothing so far." in page.text


def test_articles_stand_newest_first(app: Flask, browser: Browser) -> None:
    with app.app_context():
        for headline, days in (("Second", 2), ("Third", 3), ("First", 1)):
            make.article(headline=headline, at=make.NOW - timedelta(days=days))

    page = browser.open("/")

    assert texts(page, "//h2[@dir]") == ["First", "Second", "Third"]


def test_the_front_page_is_read_page_by_page_and_no_article_twice(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "PAGE", 2)
    with app.app_context():
        for number in range(5):
            make.article(headline=f"Article {number}")  # all at the same moment

    first = browser.open("/")
    second = first.follow("Older articles")
    third = second.follow("Older articles")

    found = [texts(page, "//h2[@dir]") for page in (first, second, third)]
    assert [len(page) for page in found] == [2, 2, 1]
    assert len({headline for page in found for headline in page}) == 5
    assert not third.html.xpath("//a[@rel='next']")
    assert third.follow("Latest articles").text == first.text


def test_past_the_last_article_there_is_a_way_back(browser: Browser, harbour: str) -> None:
    page = browser.open("/?before=0.1")

    assert "There are no older articles" in page.text
    assert page.follow("Back to the latest").url == "/"


def test_an_article_in_a_list_says_how_it_was_corrected(site: Browser) -> None:
    page = site.open("/")

    marks = texts(page, "//p[contains(@class, 'river-mark')]")
    assert {mark.partition(":")[0] for mark in marks} == {
        "Corrected 23 November, updated 23 November, clarified 23 November",
        "Retracted 23 November",
    }
    assert len(marks) == 2  # the airport was not corrected
    assert "All 5 entries" in page.text
    assert page.follow("All 5 entries").url == "/corrections"


def test_minor_edits_leave_no_mark_in_lists(app: Flask, browser: Browser, harbour: str) -> None:
    correct(app, "nobody", "no one", CorrectionKind.MINOR, "A word was mended.")

    assert not browser.open("/").html.xpath("//p[contains(@class, 'river-mark')]")


# An article


@pytest.mark.parametrize("kind", list(CorrectionKind))
def test_a_notice_stands_where_its_kind_belongs(
    app: Flask, browser: Browser, harbour: str, kind: CorrectionKind
) -> None:
    correct(app, "twelve", "ten", kind, "There were ten berths.")

    page = browser.open(harbour)
    notices = texts(page, "//section[contains(@class, 'notice')]")
    log = texts(page, "//ol[@class='log']/li[@data-kind]")

    assert len(notices) == (kind.placement is not Placement.LOG_ONLY)
    assert all("There were ten berths." in notice for notice in notices)
    if kind is CorrectionKind.RETRACTION:
        assert "The harbour is older" not in page.text
    elif notices:
        is_above = position(page, "There were ten berths.") < position(page, "The harbour is older")
        assert is_above == (kind.placement is Placement.ABOVE)
    assert len(log) == 1
    assert kind.label in log[0]


def test_the_newest_notice_stands_first(app: Flask, browser: Browser, harbour: str) -> None:
    correct(app, "1964", "1965", CorrectionKind.CORRECTION, "It was 1965.")
    correct(app, "twelve", "ten", CorrectionKind.CORRECTION, "It was ten.")

    page = browser.open(harbour)

    assert position(page, "It was ten.") < position(page, "It was 1965.")


def test_a_retracted_article_keeps_its_page_and_leads_to_its_text(site: Browser) -> None:
    page = site.open("/articles/market")

    assert page.status == 200
    assert page.heading == "The market that never was"
    assert "The market never was." in page.text
    assert "We have withdrawn this article." in page.text
    old = page.follow("The text as it stood")
    assert old.url == "/articles/market/versions/1"
    assert "The harbour is older" in old.text
    assert "The market never was." in old.text


def test_a_corrected_passage_carries_a_mark_that_leads_to_its_note(
    app: Flask, browser: Browser, harbour: str
) -> None:
    correct(app, "1964", "1965", CorrectionKind.CORRECTION, "It was 1965.")

    page = browser.open(harbour)
    (note,) = page.html.xpath("//*[@id='c1']")

    assert squeezed(note.text_content()).startswith("Correction 1")
    assert [each.text for each in note.xpath(".//del/text()/..")]
    assert "1964" in note.text_content()
    assert page.html.xpath("//div[@data-text='body']//a[@href='#c1']")
    assert page.follow("See the passage").url == harbour


def test_an_article_shows_all_that_was_published_with_it(site: Browser) -> None:
    page = site.open("/articles/harbour")

    facts = dict(zip(texts(page, "//dt"), texts(page, "//dd"), strict=True))
    assert facts["By"] == "Noor Salleh"
    assert facts["Published"] == "24 October 2026, 10:00 SGT"
    assert facts["Corrected"] == facts["Clarified"] == "23 November 2026, 10:00 SGT"
    for words in (
        "How a small port grew.",
        "Key points The harbour opened in 1964.",
        "Source The port’s yearbook",
        "How AI was used A program sorted the figures.",
    ):
        position(page, words)
    assert page.html.xpath("//a[@href='https://port.example/yearbook' and @rel='external']")


def test_what_an_article_does_not_have_is_not_announced(app: Flask, browser: Browser) -> None:
    with app.app_context():
        make.article("bare", key_points=(), byline=(), section="", standfirst="")

    page = browser.open("/articles/bare")

    assert not {"Key points", "Source", "How AI was used", "By"} & set(texts(page, "//h2|//dt"))
    assert "This article has not been corrected." in page.text


@pytest.mark.parametrize("version", ["", "/versions/1"])
@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("Report an error", "/articles/harbour/report?version={}"),
        ("Corrections", "/articles/harbour/corrections"),
        ("Version history", "/articles/harbour/versions"),
    ],
)
def test_the_ways_on_are_found_by_their_names(
    site: Browser, version: str, name: str, url: str
) -> None:
    page = site.open(f"/articles/harbour{version}")

    expected = url.format(1 if version else 5)
    assert page.follow(name).url == expected
    assert (
        page.html.xpath("//main//a[normalize-space()=$name and not(@aria-label)]/@href", name=name)[
            0
        ]
        == expected
    )


def test_text_in_another_language_says_so(app: Flask, browser: Browser) -> None:
    with app.app_context():
        make.article("miftah", language="ar", headline="المرفأ", body="نص.")

    (article,) = browser.open("/articles/miftah").html.xpath("//article")

    assert (article.get("lang"), article.get("dir")) == ("ar", "rtl")


def test_markup_in_an_article_is_made_safe(app: Flask, browser: Browser) -> None:
    body = "One <script>alert(1)</script><b onclick='x'>two</b> [three](javascript:alert(1))"
    with app.app_context():
        make.article("odd", headline="<i>Odd</i> & {{ 7 * 7 }}", body=body)

    page = browser.open("/articles/odd")

    assert page.heading == "<i>Odd</i> & {{ 7 * 7 }}"
    assert not page.html.xpath("//main//script|//@onclick|//a[starts-with(@href, 'javascript')]")


# Versions


def test_the_history_names_the_reason_of_every_version(site: Browser) -> None:
    page = site.open("/articles/harbour/versions")

    lines = texts(page, "//main//ol[@class='log']/li")
    found = [line.removeprefix("Version ").partition(". ")[0] for line in lines]
    assert found == [
        "5 Clarification 4",
        "4 Update 3",
        "3 Minor 2",
        "2 Correction 1",
        "1 Published",
    ]
    assert page.follow("Correction 1").url == "/corrections/1"


def test_an_article_with_one_version_offers_nothing_to_compare(
    browser: Browser, harbour: str
) -> None:
    page = browser.open(f"{harbour}/versions")

    assert "There is only one version so far." in page.text
    assert not page.has_button("Compare")


@pytest.mark.parametrize(
    ("number", "banner"),
    [
        (1, "It was published on 24 October 2026, 10:00 SGT, and is not the current one."),
        (5, "It has been public since 23 November 2026, 10:00 SGT."),
    ],
)
def test_a_version_says_which_it_is_and_is_kept_from_search_engines(
    site: Browser, number: int, banner: str
) -> None:
    page = site.open(f"/articles/harbour/versions/{number}")

    assert f"This is version {number} of 5. {banner}" in page.text
    assert page.html.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert ("in 1964" in page.text.partition("Key points The harbour opened in 1964.")[2]) == (
        number == 1
    )
    assert page.follow("Read the article as it is now").url == "/articles/harbour"


def test_an_old_version_leads_to_what_has_changed_since(site: Browser) -> None:
    page = site.open("/articles/harbour/versions/2").follow("What has changed since")

    assert page.url == "/articles/harbour/compare/2..5"


def test_two_versions_are_compared_word_by_word(site: Browser) -> None:
    page = site.open("/articles/harbour/compare/1..2")

    (change,) = page.html.xpath("//div[@class='diff']/section")
    assert page.heading == "Versions 1 and 2 compared"
    assert "1 paragraph differs." in page.text
    assert [squeezed(each) for each in change.xpath(".//del/text()")] == ["1964"]
    assert [squeezed(each) for each in change.xpath(".//ins/text()")] == ["1965"]
    assert page.html.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_backwards_what_came_goes(site: Browser) -> None:
    page = site.open("/articles/harbour/compare/2..1")

    (change,) = page.html.xpath("//div[@class='diff']/section")
    assert [squeezed(each) for each in change.xpath(".//del/text()")] == ["1965"]
    assert [squeezed(each) for each in change.xpath(".//ins/text()")] == ["1964"]


def test_a_version_is_like_itself(site: Browser) -> None:
    page = site.open("/articles/harbour/compare/3..3")

    assert "What readers saw was the same in both." in page.text
    assert not page.html.xpath("//main//div[@class='diff']//ins")


@pytest.mark.parametrize(
    "path",
    [
        "/articles/none",
        "/articles/none/versions",
        "/articles/none/versions/1",
        "/articles/none/corrections",
        "/articles/none/compare/1..1",
        "/articles/harbour/versions/6",
        "/articles/harbour/versions/0",
        "/articles/harbour/versions/one",
        "/articles/harbour/compare/1..6",
        "/articles/harbour/compare/6..1",
        "/articles/harbour/compare/1-2",
    ],
)
def test_what_is_not_there_is_not_found(site: Browser, path: str) -> None:
    assert site.open(path).status == 404


def test_two_versions_are_chosen_in_a_form(site: Browser) -> None:
    page = site.open("/articles/harbour/versions").press("Compare", a="1", b="4")

    assert page.url == "/articles/harbour/compare/1..4"
    assert page.html.xpath("//select[@name='a']/option[@selected]/text()") == ["1"]
    assert page.html.xpath("//select[@name='b']/option[@selected]/text()") == ["4"]


@pytest.mark.parametrize(
    ("question", "place"),
    [("", "1..1"), ("?a=2", "2..2"), ("?b=3", "1..3"), ("?a=x&b=-1", "1..1"), ("?a=3&b=1", "3..1")],
)
def test_whatever_is_chosen_leads_to_a_comparison(site: Browser, question: str, place: str) -> None:
    response = site.client.get(f"/articles/harbour/compare{question}")

    assert response.status_code == 303
    assert response.location == f"/articles/harbour/compare/{place}"


# About the publication


def test_the_policy_gives_the_days_and_addresses_of_the_settings(
    database_url: str, tmp_path: Path
) -> None:
    settings = {"READ_DAYS": 1, "DECISION_DAYS": 9, "LETTERS_CONTACT": "ink@ledger.example"}
    with serving(database_url, tmp_path, **settings) as app:
        page = Browser(app.test_client()).open("/corrections/policy")

    assert "within 1 working day." in page.text
    assert "decided within 9 working days;" in page.text
    assert "ink@ledger.example" in page.text
    assert len(page.html.xpath("//table/tbody/tr")) == len(CorrectionKind)
    for reason in DeclineReason:
        assert reason.label in page.text
    assert page.follow("correction log").url == "/corrections"


@pytest.mark.parametrize(
    ("setting", "path", "heading"),
    [
        ("POLICY", "/corrections/policy", "How we correct"),
        ("PUBLICATION_ABOUT", "/about", "About The Meridian Ledger"),
    ],
)
def test_a_publication_may_use_its_own_words_and_no_script(
    database_url: str, tmp_path: Path, setting: str, path: str, heading: str
) -> None:
    own = "We *correct*. <script>alert(1)</script>\n\n- [Log](/corrections)\n\n# One more"
    with serving(database_url, tmp_path, **{setting: own}) as app:
        page = Browser(app.test_client()).open(path)
        log = page.follow("Log")

    assert page.heading == heading
    assert texts(page, "//main//em") == ["correct"]
    assert not page.html.xpath("//main//script")
    assert "working day" not in page.text
    assert log.url == "/corrections"


def test_about_says_what_the_publication_is(browser: Browser) -> None:
    page = browser.open("/about")

    assert page.heading == "About The Meridian Ledger"
    assert "Business and technology in Asia." in page.text
    assert page.follow("How we correct").status == 200


# Everything


def test_no_link_on_any_page_leads_nowhere(site: Browser) -> None:
    seen, waiting, dead = {"/"}, deque([("/", "")]), []

    while waiting:
        address, source = waiting.popleft()
        answer = site.fetch(address)
        page = site.page_of(answer)
        if answer.status_code != 200:
            dead.append(f"{address} ({answer.status_code}) on {source}")
        for link in page.links() if page else ():
            parts = urlsplit(link)
            fragment = parts.fragment
            if page and fragment and parts.path in ("", urlsplit(page.url).path):
                assert page.html.xpath("//*[@id=$id]", id=fragment), f"{page.url}: #{fragment}"
            path = parts._replace(scheme="", netloc="", fragment="").geturl()
            if parts.scheme in ("", "http") and path not in seen:
                seen.add(path)
                waiting.append((path, address))

    assert dead == []
    assert len(seen) > 50
