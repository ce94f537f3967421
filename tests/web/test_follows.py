"""A follower's whole way: asking, confirming, hearing of a correction, stopping with one click."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.delivery import carriers, files, worker
from app.extensions import db
from app.models import Article, Follow, Letter, LetterKind
from app.web.public import follows
from tests import make
from tests.delivery.post_office import plain
from tests.pages import Browser, Page

EMAIL = "fan@example.org"
ANSWER = "If the address is right, a mail is on its way."


@pytest.fixture
def slug(app: Flask) -> str:
    """Return the address of an article."""
    with app.app_context():
        return make.article("harbour").slug


def ask(browser: Browser, slug: str, email: str = EMAIL) -> Page:
    """Ask to follow an article."""
    return browser.open(f"/articles/{slug}/follow").press("Send confirmation mail", email=email)


def link(app: Flask, kind: LetterKind, ending: str = "") -> str:
    """Deliver what is due; return a follow link in the latest mail of a kind."""
    with app.app_context():
        carrier = carriers.chosen()
    worker.deliver_due(app, carrier)
    with app.app_context():
        newest = select(Letter.file).where(Letter.kind == kind).order_by(Letter.id.desc())
        message = files.read(db.session.scalars(newest).first() or "")
    assert message is not None
    found = re.search(rf"http://localhost(/follow/\d+/\w+{ending})\s", plain(message))
    assert found is not None
    return found[1]


def count(app: Flask) -> int:
    """Return how many addresses are kept."""
    with app.app_context():
        return db.session.scalar(select(func.count(Follow.id))) or 0


def confirmed(app: Flask, browser: Browser, slug: str) -> str:
    """Follow an article for good; return the link that confirmed it."""
    ask(browser, slug)
    url = link(app, LetterKind.FOLLOW)
    browser.open(url).press("Confirm")
    return url


def test_from_the_article_to_the_news_of_its_correction_and_the_end(
    app: Flask, browser: Browser, slug: str
) -> None:
    form = browser.open(f"/articles/{slug}").follow("Tell me if this article is corrected")
    asked = form.press("Send confirmation mail", email=EMAIL)
    question = browser.open(link(app, LetterKind.FOLLOW))
    following_now = question.press("Confirm")
    with app.app_context():
        make.correction(db.session.scalars(select(Article)).one())
    stopping = browser.open(link(app, LetterKind.FOLLOWED, "/stop"))
    stopped = stopping.press("Stop")

    assert form.heading == "Tell me if this article is corrected"
    assert ANSWER in asked.text
    assert question.heading == "Follow this article?"
    assert following_now.heading == "You follow this article"
    assert stopping.heading == "Stop following this article?"
    assert stopped.heading == "You follow this article no more"
    assert count(app) == 0


def test_opening_the_link_alone_confirms_nothing(app: Flask, browser: Browser, slug: str) -> None:
    ask(browser, slug)

    browser.open(link(app, LetterKind.FOLLOW))

    with app.app_context():
        assert db.session.scalar(select(Follow.confirmed_at)) is None


def test_opening_the_stop_link_alone_stops_nothing(app: Flask, browser: Browser, slug: str) -> None:
    url = confirmed(app, browser, slug)

    browser.open(f"{url}/stop")

    assert count(app) == 1


def test_every_address_gets_the_same_answer(app: Flask, browser: Browser, slug: str) -> None:
    fresh = ask(browser, slug)
    pending = ask(browser, slug)
    browser.open(link(app, LetterKind.FOLLOW)).press("Confirm")
    known = ask(browser, slug)

    assert fresh.text == pending.text == known.text
    assert fresh.status == pending.status == known.status == 200
    assert fresh.url == known.url == f"/articles/{slug}/follow/asked"


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Write your address."),
        ("nobody", "has no @ in it"),
        ("a@example.org, b@example.org", "one whole address"),
        ("a@example.org\r\nBcc: b@example.org", "one whole address"),
        ("a\0@example.org", "one whole address"),
        ("a" * 250 + "@example.org", "one whole address"),
        ("<b>@example.org", "one whole address"),
        ("\u202ea@example.org", "one whole address"),
        ("{{7*7}}@example", "one whole address"),
    ],
)
def test_what_is_no_address_gets_a_sentence_and_stays(
    app: Flask, browser: Browser, slug: str, email: str, sentence: str
) -> None:
    page = ask(browser, slug, email)

    assert page.status == 422
    assert sentence in page.text
    assert count(app) == 0


def test_a_program_can_stop_with_one_click_and_as_often_as_it_likes(
    app: Flask, browser: Browser, slug: str
) -> None:
    url = confirmed(app, browser, slug)
    program = app.test_client()
    one_click = {"List-Unsubscribe": "One-Click"}

    answers = [program.post(f"{url}/stop", data=one_click).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert count(app) == 0
    with app.app_context():
        assert db.session.scalars(select(Letter)).all() == []


def test_stopping_removes_the_files_of_its_letters(app: Flask, browser: Browser, slug: str) -> None:
    url = confirmed(app, browser, slug)
    with app.app_context():
        name = db.session.scalars(select(Letter.file)).one()
        assert files.read(name) is not None

    browser.open(f"{url}/stop").press("Stop")

    with app.app_context():
        assert files.read(name) is None


def test_a_link_that_is_none_opens_nothing_and_tells_nothing(
    app: Flask, browser: Browser, slug: str
) -> None:
    url = confirmed(app, browser, slug)
    wrong = url.rpartition("/")[0] + "/" + "0" * 26

    dead, unknown = browser.open(wrong), browser.open("/follow/404/" + "0" * 26)
    stop_dead = browser.client.post(f"{wrong}/stop")
    stop_unknown = browser.client.post("/follow/404/0/stop")

    assert dead.status == unknown.status == 404
    assert dead.text == unknown.text
    assert stop_dead.status_code == stop_unknown.status_code == 200
    assert count(app) == 1


def test_confirming_needs_its_token(app: Flask, browser: Browser, slug: str) -> None:
    ask(browser, slug)
    url = link(app, LetterKind.FOLLOW)

    response = app.test_client().post(url)

    assert response.status_code == 400
    with app.app_context():
        assert db.session.scalar(select(Follow.confirmed_at)) is None


def test_asking_needs_its_token(app: Flask, browser: Browser, slug: str) -> None:
    response = app.test_client().post(f"/articles/{slug}/follow", data={"email": EMAIL})

    assert response.status_code == 400
    assert count(app) == 0


def test_the_pages_of_a_follower_are_kept_by_nobody(
    app: Flask, browser: Browser, slug: str
) -> None:
    url = confirmed(app, browser, slug)

    for address in (url, f"{url}/stop", f"/articles/{slug}/follow"):
        response = browser.client.get(address)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"


def test_one_visitor_cannot_ask_for_any_number_of_addresses(
    app: Flask, browser: Browser, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follows, "PER_VISITOR", "3 per 15 minutes")
    for number in range(3):
        ask(browser, slug, f"fan{number}@example.org")

    page = ask(browser, slug, "one.more@example.org")

    assert page.status == 429
    assert "one.more@example.org" in page.response.get_data(as_text=True)
    assert count(app) == 3


def test_there_is_no_following_of_an_article_that_is_none(browser: Browser) -> None:
    assert browser.open("/articles/none/follow").status == 404
    assert browser.open("/articles/none/follow/asked").status == 404
