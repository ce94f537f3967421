"""What goes out to others: articles with their notices, the log in its order, every address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.queries import corrections, sitemap, syndication
from app.queries.articles import page
from app.rules.kinds import CorrectionKind
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

FIRST = make.NOW - timedelta(days=30)
DAY = timedelta(days=1)


def publish() -> None:
    """Publish an article with an entry, its amendment and a minor edit, and a retracted one."""
    harbour = make.article("harbour", at=FIRST)
    make.correction(harbour, at=make.NOW)
    younger = make.edited(harbour, "older", "younger")
    make.correction(harbour, text=younger, amends=1, at=make.NOW + DAY)
    minor = make.edited(harbour, "nobody", "no one")
    make.correction(harbour, kind=CorrectionKind.MINOR, text=minor, at=make.NOW + 2 * DAY)
    market = make.article("market", at=FIRST + DAY)
    make.correction(market, kind=CorrectionKind.RETRACTION, notice="Made up.", at=make.NOW)


def test_articles_come_with_the_notices_that_stand_on_them() -> None:
    publish()

    market, harbour = syndication.articles(9)

    assert [notice.number for notice in harbour.notices] == [2, 1]
    assert [notice.is_amended for notice in harbour.notices] == [False, True]
    assert harbour.retraction is None
    assert market.retraction is not None
    assert market.retraction.text == "Made up."


def test_a_retraction_that_was_amended_is_lifted() -> None:
    publish()
    market = page("market").article
    make.correction(market, kind=CorrectionKind.EDITORS_NOTE, notice="It stands.", amends=4)

    assert syndication.articles(1)[0].retraction is None
    assert page("market").retraction is None


def test_an_article_changed_last_when_something_mattered() -> None:
    publish()

    market, harbour = syndication.articles(9)

    assert harbour.updated_at == make.NOW + DAY
    assert market.updated_at == make.NOW
    for found in (market, harbour):
        assert page(found.teaser.slug).updated_at == found.updated_at


def test_the_places_of_newer_articles_begin_with_the_one_that_is_given() -> None:
    for number in range(4):
        make.article(f"article-a{number}", at=FIRST + (number // 2) * DAY)
    places = [(found.teaser.published_at, found.teaser.id) for found in syndication.articles(9)]

    assert syndication.newer(places[2], 9) == [places[2], places[1], places[0]]
    assert syndication.newer(places[3], 2) == [places[3], places[2]]


def test_the_log_can_be_read_in_the_order_in_which_it_was_written() -> None:
    publish()

    assert [entry.number for entry in corrections.following(0, 2)] == [1, 2]
    assert [entry.number for entry in corrections.following(2, 9)] == [3, 4]
    assert corrections.following(4, 9) == []
    assert corrections.last_number() == 4


def test_of_an_article_that_is_withheld_no_entry_shows_a_word() -> None:
    publish()
    on = page("harbour").article
    retracted: dict[str, Any] = {
        "kind": CorrectionKind.RETRACTION,
        "notice": "Made up.",
        "withholds": True,
    }
    number = make.correction(on, text=make.edited(on, "second", "third"), **retracted)
    withheld = [entry.change for entry in corrections.following(0, 9) if entry.slug == "harbour"]

    make.correction(on, kind=CorrectionKind.EDITORS_NOTE, notice="It stands.", amends=number)

    shown = [entry.change for entry in corrections.following(0, 9) if entry.slug == "harbour"]
    assert withheld == [None] * 4
    assert shown[0] is not None


def test_places_say_when_they_changed_last() -> None:
    publish()

    articles = {place.name: place.changed_at for place in sitemap.articles(1, 9)}
    entries = {place.name: place.changed_at for place in sitemap.corrections(1, 9)}

    assert articles == {"harbour": make.NOW + 2 * DAY, "market": make.NOW}
    assert entries["1"] == entries["2"] == make.NOW + DAY
    assert entries["4"] == make.NOW


def test_parts_hold_what_they_say_and_know_when_it_changed() -> None:
    publish()

    assert sitemap.correction_parts(3) == {1: make.NOW + 2 * DAY, 2: make.NOW}
    assert [place.name for place in sitemap.corrections(2, 3)] == ["4"]
    changed = [max(p.changed_at for p in sitemap.articles(n, 1)) for n in sitemap.article_parts(1)]
    assert changed == list(sitemap.article_parts(1).values())


def test_nothing_has_no_parts() -> None:
    assert sitemap.article_parts(9) == sitemap.correction_parts(9) == {}
    assert sitemap.articles(1, 9) == sitemap.corrections(1, 9) == []


def test_news_is_what_appeared_since_then() -> None:
    publish()

    assert [each.slug for each in sitemap.news(FIRST, 9)] == ["market", "harbour"]
    assert [each.slug for each in sitemap.news(FIRST + DAY, 9)] == ["market"]
    assert len(sitemap.news(FIRST, 1)) == 1
