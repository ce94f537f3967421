"""Feeds: of articles, of the log and of one article's log, in pages, with names that stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from app.extensions import db
from app.models import Article
from app.rules.kinds import CorrectionKind
from app.web.feeds import paging
from tests import make
from tests.pages import Browser
from tests.web.feed_reading import atom, check_atom, check_json_feed, json_feed, pages
from tests.web.publication import publish_all, serving

ATOM_FEEDS = ("/articles.atom", "/corrections.atom", "/articles/harbour/corrections.atom")
JSON_FEEDS = ("/corrections.json", "/articles/harbour/corrections.json")
ODD = 'Not <b>"this"</b> & \x01 that;\n]]> שלום \U0001f6a2'


@pytest.fixture
def site(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client of a publication that has something of everything."""
    with app.app_context():
        publish_all()
    return client


@pytest.fixture
def long_log(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Return a client of a publication with a log of seven entries, in pages of two."""
    monkeypatch.setattr(paging, "PAGE", 2)
    with app.app_context():
        on = make.article("harbour")
        for number in range(7):
            at = make.NOW + timedelta(hours=number)
            kind = CorrectionKind.EDITORS_NOTE
            make.correction(on, kind=kind, notice=f"Note {number + 1}.", at=at)
            make.article(f"harbour-{number}", at=at)
    return client


def harbour() -> Article:
    """Return the article that is corrected in these tests."""
    return db.session.scalars(select(Article).where(Article.slug == "harbour")).one()


def link(feed: Any, rel: str) -> str:
    """Return where a feed links to."""
    return next((link.href for link in feed.links if link.rel == rel), "")


def said(entry: Any) -> tuple[str, ...]:
    """Return all that an entry says."""
    return (entry.id, entry.title, entry.updated, entry.summary, entry.content[0].value)


# What is in them


def test_the_feed_of_articles_has_them_all_with_text_and_notices(site: FlaskClient) -> None:
    feed = atom(site, "/articles.atom")

    by_slug = {entry.link.rpartition("/")[2]: entry for entry in feed.entries}
    entry = by_slug["harbour"]
    assert set(by_slug) == {"harbour", "market", "airport"}
    assert entry.title == "A harbour and its town"
    assert entry.summary == "How a small port grew."
    assert [author.name for author in entry.authors] == ["Noor Salleh"]
    assert "It opened in 1965 with ten berths" in entry.content[0].value
    assert "<b>Correction 1, 23 November 2026.</b> The article said 1964." in entry.content[0].value
    assert {tag.term for tag in entry.tags} == {"correction", "update", "clarification"}


def test_of_a_retracted_article_a_feed_gives_the_reason_and_no_text(site: FlaskClient) -> None:
    feed = atom(site, "/articles.atom")

    entry = next(each for each in feed.entries if each.link.endswith("market"))
    assert entry.title == "Retracted: The market that never was"
    assert entry.summary == "The market never was."
    assert "berths" not in entry.content[0].value
    assert "retraction" in {tag.term for tag in entry.tags}


def test_an_article_is_updated_by_what_matters_and_not_by_a_minor_edit(
    app: Flask, client: FlaskClient
) -> None:
    later = make.NOW + timedelta(days=1)
    with app.app_context():
        on = make.article("harbour")
        make.correction(on, at=make.NOW)
        minor = make.edited(on, "nobody", "no one")
        make.correction(on, kind=CorrectionKind.MINOR, text=minor, at=later)

    (entry,) = atom(client, "/articles.atom").entries

    assert entry.updated == "2026-11-23T02:00:00Z"
    assert entry.published == "2026-10-24T02:00:00Z"


@pytest.mark.parametrize("url", ["/corrections", "/articles/harbour/corrections"])
def test_the_log_says_the_same_in_both_formats(site: FlaskClient, url: str) -> None:
    entries = atom(site, f"{url}.atom").entries
    items = json_feed(site, f"{url}.json")["items"]

    for entry, item in zip(entries, items, strict=True):
        assert entry.id == item["id"]
        assert entry.link == item["url"]
        assert entry.title == item["title"]
        assert entry.summary == item["content_text"]
        assert entry.published == entry.updated == item["date_published"]
        assert [tag.label for tag in entry.tags] == item["tags"]
    assert len(entries) == (5 if url == "/corrections" else 4)


def test_an_articles_log_without_entries_is_a_feed_all_the_same(site: FlaskClient) -> None:
    feed = atom(site, "/articles/airport/corrections.atom")

    assert feed.entries == []
    assert feed.feed.updated == "2026-10-24T02:00:00Z"
    assert json_feed(site, "/articles/airport/corrections.json")["items"] == []


def test_feeds_of_nothing_at_all_are_feeds(client: FlaskClient) -> None:
    for url in ("/articles.atom", "/corrections.atom"):
        feed = atom(client, url)

        assert feed.entries == []
    assert json_feed(client, "/corrections.json")["items"] == []


def test_the_log_of_no_article_is_not_found(client: FlaskClient) -> None:
    for ending in ("atom", "json"):
        assert client.get(f"/articles/none/corrections.{ending}").status_code == 404


def test_an_amending_entry_names_the_one_it_amends_which_stays_as_it_was(
    app: Flask, site: FlaskClient
) -> None:
    before = [said(entry) for entry in atom(site, "/corrections.atom").entries]
    with app.app_context():
        make.correction(harbour(), text=make.edited(harbour(), "older", "younger"), amends=1)

    newest, *others = atom(site, "/corrections.atom").entries

    related = [each.href for each in newest.links if each.rel == "related"]
    assert related == ["http://localhost/articles/harbour", "http://localhost/corrections/1"]
    assert [said(entry) for entry in others] == before
    item = json_feed(site, "/corrections.json")["items"][0]
    assert item["_corrigenda"]["amends"]["number"] == 1


# Odd text


def test_odd_text_breaks_no_feed_and_arrives_as_it_was_written(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        on = make.article("harbour", headline=f"Odd {ODD}", standfirst=ODD, byline=(ODD,))
        make.correction(on, kind=CorrectionKind.EDITORS_NOTE, notice=ODD)

    (article,) = atom(client, "/articles.atom").entries
    (entry,) = atom(client, "/corrections.atom").entries
    (item,) = json_feed(client, "/corrections.json")["items"]

    seen = ODD.replace("\x01", "")
    assert item["content_text"] == seen
    assert entry.summary == article.summary == seen
    assert article.authors[0].name == seen
    assert "<b>" not in item["content_html"].replace("<b>Editor’s note 1.</b>", "")


def test_an_article_in_another_language_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make.article("nachricht", language="de")

    assert b'<entry xml:lang="de">' in client.get("/articles.atom").data


ODDEST = "\x0b\x1f\x7f\x85\ufffe\uffff\U0001ffff\u2028\u202e"
"""Characters that XML forbids or discourages, and some that only look like trouble."""


def test_the_oddest_characters_break_no_feed(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        on = make.article("harbour", headline=f"Odd {ODDEST}", byline=(f"A{ODDEST}",), body=ODDEST)
        make.correction(on, kind=CorrectionKind.EDITORS_NOTE, notice=f"Note {ODDEST}")

    assert len(atom(client, "/articles.atom").entries) == 1
    assert len(atom(client, "/corrections.atom").entries) == 1
    assert len(json_feed(client, "/corrections.json")["items"]) == 1


# The checks themselves


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<updated>", "<updated>yesterday, "),
        ("<id>", "<id/><id>"),
        ("<title>", "<titel/><title>"),
        ('<category term="', '<category name="'),
        ('rel="self"', 'rel="self" class="x"'),
        ('type="html"', 'type="html" src="http://localhost/"'),
        ('xml:lang="en"', 'xml:lang="English, mostly"'),
        ("<author><name>", "<author><email>nobody</email><name>"),
        ("<published>", "<rights type='xhtml'>Ours</rights><published>"),
        ("<author><name>The Meridian Ledger</name>", "<author>"),
    ],
)
def test_a_feed_that_is_broken_is_found_out(site: FlaskClient, old: str, new: str) -> None:
    text = site.get("/corrections.atom").get_data(as_text=True)
    check_atom(etree.fromstring(text.encode()))

    broken = text.replace(old, new, 1)

    assert broken != text
    with pytest.raises(AssertionError):
        check_atom(etree.fromstring(broken.encode()))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "https://jsonfeed.org/version/1"},
        {"next_url": None},
        {"home_page_url": "/corrections"},
        {"author": "us"},
        {"items": [{"id": 1, "content_text": "x"}]},
        {"items": [{"id": "1"}]},
        {"items": [{"id": "1", "content_text": "x", "date_published": "2026-11-23T02:00:00"}]},
        {"hubs": [{"url": "https://hub.example/"}]},
        {"_corrigenda": "x"},
    ],
)
def test_a_json_feed_that_is_broken_is_found_out(
    site: FlaskClient, changes: dict[str, Any]
) -> None:
    feed = json_feed(site, "/corrections.json")

    with pytest.raises(AssertionError):
        check_json_feed({**feed, **changes})


# Pages


@pytest.mark.parametrize(
    ("url", "count"),
    [("/articles.atom", 8), ("/corrections.atom", 7), ("/articles/harbour/corrections.atom", 7)],
)
def test_the_pages_of_a_feed_lead_to_everything_once_and_back(
    long_log: FlaskClient, url: str, count: int
) -> None:
    onward = list(pages(long_log, url, "next"))
    back = list(pages(long_log, link(onward[-1].feed, "self"), "previous"))

    ids = [entry.id for page in onward for entry in page.entries]
    assert len(set(ids)) == len(ids) == count
    assert [link(page.feed, "self") for page in back] == [
        link(page.feed, "self") for page in reversed(onward)
    ]
    assert len(onward) == -(-count // 2)
    assert {link(page.feed, "first") for page in onward} == {link(onward[0].feed, "self")}
    assert {page.feed.id for page in onward} == {onward[0].feed.id}


@pytest.mark.parametrize("url", JSON_FEEDS)
def test_the_pages_of_a_json_feed_lead_to_everything_once(long_log: FlaskClient, url: str) -> None:
    numbers, feeds, following = [], set(), url
    while following:
        feed = json_feed(long_log, following)
        numbers += [item["_corrigenda"]["number"] for item in feed["items"]]
        feeds.add(feed["feed_url"])
        following = feed.get("next_url", "")

    assert numbers == [7, 6, 5, 4, 3, 2, 1]
    assert feeds == {f"http://localhost{url}"}


def test_a_page_before_the_first_is_the_first(long_log: FlaskClient) -> None:
    feed = atom(long_log, "/corrections.atom?below=7").feed

    assert link(feed, "previous") == "http://localhost/corrections.atom"


@pytest.mark.parametrize(
    "query", ["below=0", "below=-1", "below=x", "below=999999999", "before=x", "before=1.1.1"]
)
def test_a_page_that_is_none_is_the_first(long_log: FlaskClient, query: str) -> None:
    for url in ("/articles.atom", "/corrections.atom", "/articles/harbour/corrections.atom"):
        feed = atom(long_log, f"{url}?{query}").feed

        assert link(feed, "self") == f"http://localhost{url}"
        assert link(feed, "previous") == ""


# Names, caches, hubs


def test_names_stay_when_the_site_moves_if_the_setting_says_so(
    site: FlaskClient, database_url: str, tmp_path: Path
) -> None:
    before = [entry.id for url in ATOM_FEEDS for entry in atom(site, url).entries]

    moved = {"SITE_URL": "https://elsewhere.example/news", "FEED_AUTHORITY": "localhost,2026"}
    with serving(database_url, tmp_path, **moved) as other:
        client = other.test_client()
        after = [entry.id for url in ATOM_FEEDS for entry in atom(client, url).entries]
        links = [entry.link for entry in atom(client, "/corrections.atom").entries]

    assert before == after
    assert before[0].startswith("tag:localhost,2026:articles/")
    assert all(link.startswith("https://elsewhere.example/news/corrections/") for link in links)


def test_an_address_of_numbers_makes_names_that_are_well_formed(
    database_url: str, tmp_path: Path
) -> None:
    with serving(database_url, tmp_path, SITE_URL="http://[::1]:8000") as other:
        feed = atom(other.test_client(), "/articles.atom")

    assert feed.feed.id == "tag:localhost,2026:articles"


def test_a_feed_that_has_not_changed_is_not_sent_again(app: Flask, site: FlaskClient) -> None:
    for url in (*ATOM_FEEDS, *JSON_FEEDS):
        tag = site.get(url).headers["ETag"]

        assert site.get(url, headers={"If-None-Match": tag}).status_code == 304

    with app.app_context():
        make.correction(harbour(), text=make.edited(harbour(), "older", "younger"))
    assert site.get("/corrections.atom", headers={"If-None-Match": tag}).status_code == 200


def test_without_a_hub_no_feed_names_one(site: FlaskClient) -> None:
    for url in (*ATOM_FEEDS, *JSON_FEEDS):
        response = site.get(url)

        assert "Link" not in response.headers
        assert b"hub" not in response.data


def test_a_hub_is_named_in_the_header_and_in_the_feed(
    site: FlaskClient, database_url: str, tmp_path: Path
) -> None:
    with serving(
        database_url, tmp_path, HUB_URL="https://hub.example/", SITE_URL="http://localhost"
    ) as other:
        client = other.test_client()
        for url in ATOM_FEEDS:
            assert link(atom(client, url).feed, "hub") == "https://hub.example/"
        for url in JSON_FEEDS:
            hubs = json_feed(client, url)["hubs"]
            assert hubs == [{"type": "WebSub", "url": "https://hub.example/"}]
        for url in (*ATOM_FEEDS, *JSON_FEEDS):
            named = client.get(f"{url}?below=2").headers["Link"]
            assert named == (
                f'<https://hub.example/>; rel="hub", <http://localhost{url}>; rel="self"'
            )


# Where they are found


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        ("/", {"/articles.atom", "/corrections.atom"}),
        ("/corrections", {"/corrections.atom", "/corrections.json"}),
        ("/corrections/1", {"/articles/harbour/corrections.atom"}),
        ("/articles/harbour", {"/articles/harbour/corrections.atom"}),
        (
            "/articles/harbour/corrections",
            {"/articles/harbour/corrections.atom", "/articles/harbour/corrections.json"},
        ),
    ],
)
def test_pages_say_which_feeds_hold_what_they_show(
    site: FlaskClient, browser: Browser, page: str, feeds: set[str]
) -> None:
    links = browser.open(page).html.xpath("//link[@rel='alternate']")

    assert {each.get("href") for each in links} == feeds
    for each in links:
        assert site.get(each.get("href")).content_type.startswith(each.get("type"))
        assert each.get("title")


@pytest.mark.parametrize(
    ("page", "formats"),
    [
        ("/corrections", ["Atom", "JSON Feed", "CSV", "JSON Lines"]),
        ("/articles/harbour/corrections", ["Atom", "JSON Feed"]),
    ],
)
def test_the_logs_pages_link_to_the_same_as_data(
    site: FlaskClient, browser: Browser, page: str, formats: list[str]
) -> None:
    html = browser.open(page).html

    for name in formats:
        (url,) = html.xpath("//main//a[text()=$name]/@href", name=name)
        assert site.get(url, buffered=True).status_code == 200
