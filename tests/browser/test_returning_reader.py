"""A reader who comes back is told by their own browser what was corrected since."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.queries import articles
from app.rules.kinds import CorrectionKind
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

KEY = "corrigenda.read"

DENY = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("The user denied it.", "SecurityError"); },
});"""


@pytest.fixture
def address(app: Flask) -> str:
    """Return the address of an article that was corrected once."""
    with app.app_context():
        on = make.article()
        make.correction(on, kind=CorrectionKind.UPDATE, text=make.edited(on, "1964", "1963"))
        return f"/articles/{on.slug}"


def correct(app: Flask, address: str, **options: Any) -> int:
    """Correct an article once more; return the entry's number."""
    with app.app_context():
        on = articles.with_slug(address.rpartition("/")[2])
        return make.correction(on, **options)


def come_back(visitor: Visitor, address: str) -> Page:
    """Go elsewhere, and open the article as it is now."""
    visitor.open("/about")
    visitor.page.wait_for_timeout(1_100)  # what the browser keeps of the article is old by then
    return visitor.open(address)


def read_on(page: Page, day: str) -> None:
    """Make the browser believe that all it remembers was read on a day."""
    page.evaluate(
        """([key, day]) => {
          const read = JSON.parse(localStorage[key]).map((one) => [...one.slice(0, 3), day]);
          localStorage[key] = JSON.stringify(read);
        }""",
        [KEY, day],
    )


def banner(page: Page) -> Locator:
    return page.locator("#since")


def remembered(page: Page) -> list[Any]:
    kept: list[Any] = json.loads(page.evaluate("(key) => localStorage[key] ?? '[]'", KEY))
    return kept


def test_a_reader_is_told_what_was_corrected_since(
    app: Flask, visitor: Visitor, address: str
) -> None:
    page = visitor.open(address)
    expect(banner(page)).to_be_empty()
    read_on(page, "2025-05-03T09:00:00Z")
    number = correct(app, address)

    page = come_back(visitor, address)

    said = banner(page).get_by_text("Corrected since")
    expect(said).to_have_text("Corrected since you read it on 3 May 2025: what changed")
    expect(banner(page)).to_have_role("status")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="what changed").click()
    page.wait_for_url(f"**/corrections/{number}")


def test_two_corrections_are_told_together(app: Flask, visitor: Visitor, address: str) -> None:
    visitor.open(address)
    correct(app, address)
    correct(app, address, kind=CorrectionKind.MINOR, text=edited(app, address, "older", "elder"))
    correct(app, address, text=edited(app, address, "second", "third"))

    page = come_back(visitor, address)

    expect(banner(page)).to_contain_text("Corrected more than once since you read it on")
    page.get_by_role("link", name="what changed").click()
    page.wait_for_url(f"**{address}/compare/2..5")


def edited(app: Flask, address: str, old: str, new: str) -> Any:
    with app.app_context():
        return make.edited(articles.with_slug(address.rpartition("/")[2]), old, new)


@pytest.mark.parametrize(
    ("kind", "words", "link"),
    [
        (CorrectionKind.UPDATE, "Updated since you read it on", "what changed"),
        (CorrectionKind.CLARIFICATION, "Corrected since you read it on", "what changed"),
        (CorrectionKind.RETRACTION, "Withdrawn since you read it on", "the reason"),
    ],
)
def test_what_is_told_depends_on_the_kind(
    app: Flask, visitor: Visitor, address: str, kind: CorrectionKind, words: str, link: str
) -> None:
    visitor.open(address)
    number = correct(app, address, kind=kind)

    page = come_back(visitor, address)

    expect(banner(page)).to_contain_text(words)
    target = banner(page).get_by_role("link", name=link).get_attribute("href") or ""
    assert target.endswith(f"/corrections/{number}")


def test_a_minor_edit_is_not_told(app: Flask, visitor: Visitor, address: str) -> None:
    visitor.open(address)
    correct(app, address, kind=CorrectionKind.MINOR)

    page = come_back(visitor, address)

    expect(page.locator("[data-kind=minor]")).to_have_count(1)
    expect(banner(page)).to_be_empty()


def test_a_first_visit_and_a_second_without_news_are_told_nothing(
    visitor: Visitor, address: str
) -> None:
    expect(banner(visitor.open(address))).to_be_empty()

    page = come_back(visitor, address)

    expect(banner(page)).to_be_empty()
    assert [reading[:3] for reading in remembered(page)] == [[address.rpartition("/")[2], "2", 1]]


def test_what_was_told_is_told_again_only_to_who_is_still_reading(
    app: Flask, visitor: Visitor, address: str
) -> None:
    visitor.open(address)
    correct(app, address)
    page = come_back(visitor, address)
    expect(banner(page)).to_contain_text("Corrected since")

    page.reload()
    expect(banner(page)).to_contain_text("Corrected since")
    visitor.open("/about").go_back()
    expect(banner(page)).to_contain_text("Corrected since")
    page = come_back(visitor, address)
    expect(banner(page)).to_be_empty()
    page.reload()
    expect(banner(page)).to_be_empty()


def test_a_reader_can_make_the_browser_forget(app: Flask, visitor: Visitor, address: str) -> None:
    visitor.open(address)
    correct(app, address)
    page = come_back(visitor, address)

    page.get_by_role("button", name="Forget what I read").click()

    expect(banner(page)).to_have_text("This browser has forgotten what you read here.")
    expect(banner(page)).to_be_focused()
    assert remembered(page) == []


def test_the_oldest_of_two_hundred_is_dropped(visitor: Visitor, address: str) -> None:
    page = visitor.open(address)
    page.evaluate(
        """(key) => {
          const read = Array.from({ length: 200 }, (_, n) => [`${n}`, "1", 0, n]);
          localStorage[key] = JSON.stringify(read);
        }""",
        KEY,
    )

    page.reload()

    kept = remembered(page)
    assert [kept[0][0], kept[198][0], kept[199][0]] == ["1", "199", address.rpartition("/")[2]]


@pytest.mark.parametrize("spoilt", ["", "{", "7", '{"a": 1}', "[null, 3]", "null", "[[], [[]]]"])
def test_a_memory_that_is_spoilt_does_no_harm(visitor: Visitor, address: str, spoilt: str) -> None:
    page = visitor.open(address)
    page.evaluate("([key, spoilt]) => (localStorage[key] = spoilt)", [KEY, spoilt])

    page.reload()

    expect(banner(page)).to_be_empty()
    assert remembered(page)[-1][:3] == [address.rpartition("/")[2], "2", 1]


def test_without_storage_the_article_is_read_as_ever(visitor: Visitor, address: str) -> None:
    visitor.page.add_init_script(DENY)

    page = visitor.open(address)
    page.evaluate("() => getSelection().selectAllChildren(document.querySelector('.prose p'))")

    expect(page.get_by_role("link", name="Report this passage")).to_be_visible()
    expect(banner(page)).to_be_empty()


def test_nothing_is_sent_and_nothing_moves(app: Flask, visitor: Visitor, address: str) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    visitor.page.add_init_script(
        """new PerformanceObserver((list) => {
          window.shift = (window.shift ?? 0) + list.getEntries().reduce((n, e) => n + e.value, 0);
        }).observe({ type: "layout-shift", buffered: true });"""
    )

    page = come_back(visitor, address)

    page.wait_for_timeout(300)
    assert (page.evaluate("window.shift") or 0) == 0
    assert {line.partition(" ")[0] for line in asked} == {"GET"}
    assert not [line for line in asked if "?" in line]
    assert not page.context.cookies()
