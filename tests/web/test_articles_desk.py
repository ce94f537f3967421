"""The desk's articles: the list, its search and paging, and a change that is declared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Correction, Version
from app.rules.permissions import Role
from app.web.desk import articles as article_pages
from tests import make
from tests.pages import Browser, Page, squeezed
from tests.web.cast import beside, flashed
from tests.web.conftest import SignedIn

NOTICE = "The article said that there were twelve berths. There were ten."
CHANGED = make.BODY.replace("twelve", "ten")
GOOD = {"body": CHANGED, "kind": "correction", "notice": NOTICE}
EDIT = "/desk/articles/harbour/edit"


@pytest.fixture
def admin(signed_in: SignedIn) -> Browser:
    """Return an administrator's browser."""
    return signed_in(Role.ADMIN)


@pytest.fixture
def slug(app: Flask) -> str:
    """Return the address of an article."""
    with app.app_context():
        return make.article("harbour").slug


def headlines(page: Page) -> list[str]:
    """Return the headlines that a page lists, in their order."""
    return [squeezed(link.text_content()) for link in page.html.xpath("//tbody//th/a")]


def published(app: Flask) -> tuple[int, int]:
    """Return how many versions and entries there are."""
    with app.app_context():
        versions = db.session.scalar(select(func.count(Version.id)))
        return versions or 0, db.session.scalar(select(func.count(Correction.id))) or 0


def typed(page: Page, name: str) -> str:
    """Return what stands in a field of a page."""
    field = page.html.xpath("//form[@class='publish']//*[@name=$name]", name=name)[0]
    return (field.value or "").replace("\r\n", "\n").strip()


def several(app: Flask) -> list[str]:
    """Publish five articles, a day apart; return their headlines, newest first."""
    names = [f"Article of day {day}" for day in range(5)]
    with app.app_context():
        for day, headline in enumerate(names):
            make.article(headline=headline, at=make.NOW - timedelta(days=day))
    return names


def test_the_list_shows_each_article_with_its_versions_and_corrections(
    app: Flask, editor: Browser, slug: str
) -> None:
    with app.app_context():
        make.correction(db.session.scalars(select(Article)).one())
        early = make.NOW - timedelta(days=99)
        make.article(headline="A <b>bold</b> & plain one", byline=(), at=early)

    page = editor.open("/desk").follow("Articles")

    corrected, plain = [squeezed(row.text_content()) for row in page.html.xpath("//tbody/tr")]
    assert page.heading == "Articles"
    assert "2 articles, newest first" in page.text
    assert "by Noor Salleh" in corrected
    assert "Correction" in corrected
    assert "A <b>bold</b> & plain one" in plain
    assert "none" in plain
    assert EDIT in page.links()


def test_without_articles_the_list_says_how_they_come(editor: Browser) -> None:
    assert "No articles yet" in editor.open("/desk/articles").text


def test_the_newest_come_first_and_the_list_goes_on(
    app: Flask, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_pages, "PAGE", 2)
    names = several(app)

    first = editor.open("/desk/articles").press("Search", q="article of")
    second = first.follow("Older articles")
    third = second.follow("Older articles")

    assert [headlines(page) for page in (first, second, third)] == [
        names[:2],
        names[2:4],
        names[4:],
    ]
    assert "Older articles" not in third.text
    assert "with “article of”" in third.text


def test_the_search_reads_headlines_as_they_are_public_now(app: Flask, editor: Browser) -> None:
    several(app)
    with app.app_context():
        make.article(headline="100 % wind")

    found = {
        words: headlines(editor.open("/desk/articles", query_string={"q": words}))
        for words in ("DAY 3", "100 %", "_rticle", "twelve berths", "x" * 300)
    }

    assert list(found.values()) == [["Article of day 3"], ["100 % wind"], [], [], []]
    nothing = editor.open("/desk/articles?q=nothing")
    assert "No headline holds “nothing”" in nothing.text
    assert len(headlines(nothing.follow("Clear the search"))) == 6


def test_an_odd_place_in_the_list_begins_at_the_beginning(
    app: Flask, editor: Browser, slug: str
) -> None:
    for before in ["x", ".", "1.x", "9" * 40 + ".1", "1.1.1"]:
        page = editor.open("/desk/articles", query_string={"before": before})

        assert (page.status, len(headlines(page))) == (200, 1), before


def test_a_triager_reads_the_list_and_edits_nothing(
    app: Flask, triager: Browser, slug: str
) -> None:
    page = triager.open("/desk/articles")
    token = page.html.xpath("//input[@name='csrf_token']/@value")[0]

    opened = triager.open(EDIT)
    sent = triager.send(EDIT, {**GOOD, "csrf_token": token, "seen_version": "1"})

    assert headlines(page) == ["A harbour and its town"]
    assert EDIT not in page.links()
    assert (opened.status, sent.status) == (403, 403)
    assert published(app) == (1, 0)


def test_a_visitor_edits_nothing(app: Flask, browser: Browser, slug: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    opened = browser.open(EDIT)
    sent = browser.send(EDIT, GOOD)

    assert opened.heading == "Sign in"
    assert sent.status == 403
    assert published(app) == (1, 0)


def test_a_declared_change_enters_the_log(
    app: Flask, editor: Browser, browser: Browser, slug: str
) -> None:
    form = editor.open("/desk/articles").follow("Edit “A harbour and its town”")

    preview = form.press("Show the difference", **GOOD)
    before = published(app)
    entry = preview.press("Publish correction")

    assert form.heading == "Edit “A harbour and its town”"
    assert "There is no silent edit" in form.text
    changes = preview.html.get_element_by_id("difference")
    assert [each.text_content() for each in changes.xpath(".//ins")] == ["Inserted: ten"]
    assert before == (1, 0)
    assert flashed(entry) == "Entry 1 is public."
    assert published(app) == (2, 1)
    assert NOTICE in browser.open("/corrections").text
    assert "with ten berths" in browser.open(f"/articles/{slug}").text


def test_an_admin_may_declare_a_change_too(app: Flask, admin: Browser, slug: str) -> None:
    admin.open(EDIT).press("Publish correction", **GOOD)

    assert published(app) == (2, 1)


def test_an_unknown_article_is_not_found(app: Flask, editor: Browser, slug: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    opened = editor.open("/desk/articles/no-such-article/edit")
    sent = editor.send("/desk/articles/no-such-article/edit", GOOD)

    assert (opened.status, sent.status) == (404, 404)
    assert NOTICE in sent.text


def test_a_declared_change_needs_its_token(app: Flask, editor: Browser, slug: str) -> None:
    page = editor.send(EDIT, {**GOOD, "seen_version": "1", "do": "publish"})

    assert page.status == 400
    assert NOTICE in page.text
    assert published(app) == (1, 0)


def test_what_is_missing_gets_a_sentence_beside_it_and_the_rest_is_kept(
    app: Flask, editor: Browser, slug: str
) -> None:
    wrong = {
        "kind": ("", "Choose the kind of correction."),
        "notice": ("", "Say what was wrong and what is right."),
        "headline": (" ", "An article needs a headline."),
        "body": (make.BODY, "nothing is changed yet"),
    }
    form = editor.open(EDIT)

    for name, (value, sentence) in wrong.items():
        page = form.press("Publish correction", **{**GOOD, name: value})

        assert page.status == 422
        assert sentence in beside(page, name)
        for other in {"body", "notice"} - {name}:
            assert typed(page, other) == GOOD[other]
    assert published(app) == (1, 0)


def test_a_version_that_was_published_meanwhile_stops_a_change_once(
    app: Flask, editor: Browser, slug: str
) -> None:
    form = editor.open(EDIT)
    with app.app_context():
        on = db.session.scalars(select(Article)).one()
        make.correction(on, text=make.edited(on, "A second", "Another"))

    page = form.press("Publish correction", **GOOD)

    assert page.status == 409
    assert "Version 2 was published meanwhile" in page.text
    assert typed(page, "body") == CHANGED
    assert typed(page, "notice") == NOTICE
    assert published(app) == (2, 1)
    again = page.press("Publish correction", body=CHANGED.replace("A second", "Another"))
    assert flashed(again) == "Entry 2 is public."


def test_the_same_form_sent_twice_is_one_entry(app: Flask, editor: Browser, slug: str) -> None:
    form = editor.open(EDIT)
    form.press("Publish correction", **GOOD)

    twice = form.press("Publish correction", **GOOD)

    assert twice.status == 409
    assert published(app) == (2, 1)


def test_a_forged_version_counts_as_out_of_date(app: Flask, editor: Browser, slug: str) -> None:
    form = editor.open(EDIT)

    for number in ["", "x", "0", "99", "9" * 40]:
        page = form.press("Publish correction", **GOOD, seen_version=number)

        assert page.status == 409, number
    assert published(app) == (1, 0)
