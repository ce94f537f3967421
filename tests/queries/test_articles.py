"""Reading articles: the list, one article with its log and history, and its versions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db
from app.queries import articles
from app.rules.errors import NotFound
from app.rules.kinds import CorrectionKind, VersionReason
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

DAY = timedelta(days=1)


def test_the_newest_article_comes_first() -> None:
    make.article("older", at=make.NOW - 2 * DAY)
    make.article("newer", at=make.NOW - DAY)

    found = articles.latest(10)

    assert [teaser.slug for teaser in found] == ["newer", "older"]


def test_pages_of_articles_neither_repeat_nor_leave_out() -> None:
    slugs = [make.article(f"story-{number}", at=make.NOW).slug for number in range(7)]

    seen: list[str] = []
    before = None
    while page := articles.latest(3, before):
        seen += [teaser.slug for teaser in page]
        before = (page[-1].published_at, page[-1].id)

    assert seen == slugs[::-1]


@pytest.mark.parametrize(("words", "found"), [("HARBOUR", 1), ("100%", 1), ("%", 1), ("_", 0)])
def test_articles_are_found_by_words_of_their_headline(words: str, found: int) -> None:
    make.article(headline="The harbour")
    make.article(headline="Growth of 100% a year")

    assert len(articles.latest(10, words=words)) == found


def test_a_teaser_shows_the_present_text_and_its_marks() -> None:
    on = make.article(headline="The harbor")
    text = make.edited(on, "twelve", "ten")
    make.correction(on, text=text, kind=CorrectionKind.CORRECTION)
    make.correction(on, text=make.edited(on, "ten", "eleven"), kind=CorrectionKind.MINOR)

    (teaser,) = articles.latest(10)

    assert "eleven berths" in teaser.version.body
    assert [mark.kind for mark in teaser.marks] == [CorrectionKind.CORRECTION]


def test_a_list_takes_as_many_queries_for_one_article_as_for_many() -> None:
    def statements() -> int:
        counted = []
        db.session.remove()
        listen = lambda *_args: counted.append(1)  # noqa: E731 - a listener of one line
        db.event.listen(db.engine, "before_cursor_execute", listen)
        articles.latest(50)
        db.event.remove(db.engine, "before_cursor_execute", listen)
        return len(counted)

    make.correction()
    for_one = statements()
    for _ in range(6):
        make.correction()

    assert statements() == for_one


def test_an_article_comes_with_its_log_and_its_history() -> None:
    on = make.article()
    make.correction(on)
    make.correction(on, text=make.edited(on, "ten", "nine"), kind=CorrectionKind.UPDATE)

    page = articles.page(on.slug)

    assert page.version.number == 2 + 1
    assert [(line.number, line.reason, line.entry) for line in page.history] == [
        (3, VersionReason.UPDATE, 2),
        (2, VersionReason.CORRECTION, 1),
        (1, VersionReason.PUBLISHED, None),
    ]
    assert [entry.number for entry in page.above] == [1]
    assert [entry.number for entry in page.below] == [2]
    assert page.retraction is None


def test_a_retraction_is_found_among_later_entries() -> None:
    on = make.article()
    make.correction(on, kind=CorrectionKind.RETRACTION)
    make.correction(on, text=make.edited(on, "ten", "nine"), kind=CorrectionKind.MINOR)

    retraction = articles.page(on.slug).retraction

    assert retraction is not None
    assert retraction.number == 1


def test_every_version_keeps_what_it_said() -> None:
    on = make.article()
    make.correction(on)

    texts = articles.texts(on.id)

    assert "twelve berths" in texts[1].body
    assert "ten berths" in texts[2].body
    assert articles.version(on, 1).text == texts[1]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_version_that_there_is_not_is_not_found(number: int) -> None:
    on = make.article()
    make.correction(on)

    with pytest.raises(NotFound):
        articles.version(on, number)


@pytest.mark.parametrize("slug", ["", "no-such", "HARBOUR"])
def test_an_article_that_there_is_not_is_not_found(slug: str) -> None:
    make.article("harbour")

    with pytest.raises(NotFound):
        articles.page(slug)
    with pytest.raises(NotFound):
        articles.with_slug(slug)
    assert articles.count() == 1
