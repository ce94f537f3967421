"""The text of a version is the same in the browser, and what is selected there can be reported."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.demo import load
from app.extensions import db
from app.importers import find, read
from app.models import Article
from app.queries import articles as article_queries
from app.rules import markup
from app.rules.passages import version_text
from app.rules.texts import ArticleDraft, VersionText
from app.services import articles
from app.web.assets import asset
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))

READ = """async ([module, paths]) => {
  const { read } = await import(module);
  const texts = [];
  for (const path of paths) {
    const html = await (await fetch(path)).text();
    const page = new DOMParser().parseFromString(html, "text/html");
    texts.push(read(page).points.join(""));
  }
  return texts;
}"""

CHOOSE = """async ([module, numbers]) => {
  const { read, span } = await import(module);
  const version = read();
  const parts = [...document.querySelectorAll("[data-text]")];
  const bare = (text) => text.replace(/\\s/g, "");
  return numbers.map(([which, ...ends]) => {
    const part = parts[Math.floor(which * parts.length)];
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    const points = ends.map((end) => {
      const node = nodes[Math.floor(end * nodes.length)];
      const offset = Math.floor(((end * nodes.length) % 1) * (node.length + 1));
      const isWithin = /[\\udc00-\\udfff]/.test(node.data[offset] ?? "");
      return [node, offset + Number(isWithin)];
    });
    const range = document.createRange();
    range.setStart(...points[0]);
    if (range.comparePoint(...points[1]) < 0) range.setStart(...points[1]);
    else range.setEnd(...points[1]);
    if (range.collapsed) range.setEnd(...points[0]);
    const words = range.cloneContents();
    words.querySelectorAll(".marginal, .caret").forEach((other) => other.remove());
    const around = range.commonAncestorContainer;
    const note = (around.closest ? around : around.parentElement).closest(".marginal, .caret");
    return [span(version, range), note ? "" : bare(words.textContent)];
  });
}"""

BACK = """async ([module, spans]) => {
  const { ranges, read, span } = await import(module);
  const version = read();
  return spans.map(([start, end]) => {
    const found = ranges(version.runs, start, end);
    if (!found.length) return null;
    const range = found[0].cloneRange();
    range.setEnd(found[found.length - 1].endContainer, found[found.length - 1].endOffset);
    return span(version, range);
  });
}"""

PLACE = """(words) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + words.length);
    return [...range.getClientRects()].map(({ x, y, width, height }) => ({ x, y, width, height }));
  }
}"""

SELECT = """([from, to]) => {
  const find = (words) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(words);
      if (at >= 0) return [walker.currentNode, at];
    }
  };
  const [first, start] = find(from);
  const [last, end] = find(to);
  getSelection().setBaseAndExtent(first, start, last, end + to.length);
}"""

CHOSEN = """() => [...getSelection().getRangeAt(0).getClientRects()]
  .map(({ x, y, width, height }) => ({ x, y, width, height }))"""


def module(app: Flask, name: str = "text.js") -> str:
    """Return the address of a module."""
    with app.test_request_context():
        return asset(name)


def in_browser(app: Flask, visitor: Visitor, paths: list[str]) -> list[str]:
    """Return the text of the version on each of these pages, as the browser's module reads it."""
    visitor.open("/about")
    texts: list[str] = visitor.page.evaluate(READ, [module(app), paths])
    return texts


def load_demo(app: Flask) -> dict[str, str]:
    """Load the demo; return the texts that its pages should show."""
    with app.app_context():
        load(at=make.NOW, seed=1, password=make.PASSWORD)
    return texts_of(app)


def texts_of(app: Flask) -> dict[str, str]:
    """Return the text of every article and of each of its versions, by the page's address."""
    texts: dict[str, str] = {}
    with app.app_context():
        for article in db.session.scalars(select(Article)):
            address = f"/articles/{article.slug}"
            versions = article_queries.texts(article.id)
            texts |= {f"{address}/versions/{n}": version_text(t) for n, t in versions.items()}
            page = article_queries.page(article.slug)
            if not page.retraction:
                texts[address] = version_text(page.version.text)
    return texts


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_text_of_a_version_is_defined_once(vector: dict[str, Any]) -> None:
    assert version_text(version(vector)) == vector["expected"]


def version(vector: dict[str, Any]) -> VersionText:
    """Return the version that a vector describes."""
    parts: dict[str, Any] = {
        name: tuple(part) if isinstance(part, list) else part
        for name, part in vector["text"].items()
    }
    return VersionText(**parts)


def test_the_browser_reads_every_vector_alike(app: Flask, visitor: Visitor) -> None:
    with app.app_context():
        for number, vector in enumerate(VECTORS):
            articles.publish(ArticleDraft(f"v{number}", version(vector), make.NOW), at=make.NOW)

    texts = in_browser(app, visitor, [f"/articles/v{number}" for number in range(len(VECTORS))])

    assert texts == [vector["expected"] for vector in VECTORS]


def test_the_browser_knows_the_same_blocks(app: Flask, visitor: Visitor) -> None:
    visitor.open("/about")

    blocks = visitor.page.evaluate(
        "async (module) => [...(await import(module)).BLOCKS]", module(app)
    )

    assert set(blocks) == markup.TEXT_BLOCKS


@pytest.mark.slow
def test_the_browser_reads_every_real_post_alike(
    app: Flask, visitor: Visitor, shared: Path
) -> None:
    with app.app_context():
        for path in find([shared / "18f-blog" / "posts"]):
            assert isinstance(path, Path)
            articles.bring_in(read(path).draft, origin=path.name, at=make.NOW)
    expected = {path: text for path, text in texts_of(app).items() if "versions" not in path}

    texts = in_browser(app, visitor, list(expected))

    assert len(expected) == 317
    assert dict(zip(expected, texts, strict=True)) == expected


@pytest.mark.slow
def test_marginalia_are_no_part_of_the_text(app: Flask, visitor: Visitor) -> None:
    expected = load_demo(app)

    texts = in_browser(app, visitor, list(expected))

    assert dict(zip(expected, texts, strict=True)) == expected
    noted = visitor.open(corrected_address(visitor)).locator(".marginal")
    assert noted.count()


def corrected_address(visitor: Visitor) -> str:
    """Return the address of an article of the demo that has notes in its margin."""
    page = visitor.open("/corrections")
    paths: list[str] = page.locator(".entry-head a").evaluate_all(
        "(links) => links.map((link) => link.pathname)"
    )
    for path in paths:
        if visitor.open(path).locator(".marginal").count() > 1:
            return path
    raise AssertionError("no article of the demo has two notes")


@pytest.mark.slow
def test_any_range_gives_exactly_its_words_and_can_be_found_again(
    app: Flask, visitor: Visitor
) -> None:
    expected = load_demo(app)
    address = corrected_address(visitor)
    text, dice = expected[address], random.Random(18)  # noqa: S311 - a choice of ranges
    numbers = [[dice.random() for _ in range(3)] for _ in range(500)]
    spans = [sorted(dice.sample(range(len(text) + 1), 2)) for _ in range(500)]

    chosen = visitor.page.evaluate(CHOOSE, [module(app), numbers])
    back = visitor.page.evaluate(BACK, [module(app), spans])

    assert sum(found is not None for found, _ in chosen) > 300
    for found, words in chosen:
        quote = text[found["start"] : found["end"]] if found else ""
        assert quote == quote.strip()
        assert "".join(quote.split()) == words
    assert back == [trimmed(text, *span) for span in spans]


def trimmed(text: str, start: int, end: int) -> dict[str, int] | None:
    quote = text[start:end]
    start += len(quote) - len(quote.lstrip())
    return {"start": start, "end": start + len(quote.strip())} if quote.strip() else None


# --- the offer ------------------------------------------------------------------------


ACCENTED = "😀 Zürich’s basin"
"""Words with a character beyond the first plane before and among them."""

LONG = f"""The harbour is older than the town. {make.PASSAGE}, and nobody expected more.

It had *many* [names](https://example.org) over time. 😀 {ACCENTED} followed within ten years.

{"Nothing much happened for a while. " * 80}

The end."""


@pytest.fixture
def address(app: Flask) -> str:
    """Return the address of an article to read."""
    with app.app_context():
        return f"/articles/{make.article(body=LONG).slug}"


def offer(page: Page) -> Locator:
    return page.get_by_role("link", name="Report this passage")


def text_at(app: Flask, address: str, target: str | None) -> str:
    """Return the words that a link of the offer names."""
    parts = urlsplit(target or "")
    asked = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
    with app.app_context():
        page = article_queries.page(address.rpartition("/")[2])
        assert parts.path == f"{address}/report"
        assert asked["version"] == page.version.number
        return version_text(page.version.text)[asked["start"] : asked["end"]]


def assert_beside(page: Page, link: Locator) -> None:
    """See that the offer is within the window and covers nothing of the selection."""
    box = link.bounding_box()
    assert box
    window = page.viewport_size
    assert window
    assert box["height"] >= 44
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["y"] + box["height"] <= window["height"]
    for rect in page.evaluate(CHOSEN):
        is_apart = (
            rect["y"] >= box["y"] + box["height"]
            or rect["y"] + rect["height"] <= box["y"]
            or rect["x"] >= box["x"] + box["width"]
            or rect["x"] + rect["width"] <= box["x"]
        )
        assert is_apart, f"{box} covers {rect}"


def drag(page: Page, words: str) -> None:
    """Select words with the mouse."""
    rects = page.evaluate(PLACE, words)
    first, last = rects[0], rects[-1]
    page.mouse.move(first["x"] + 1, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + last["height"] / 2, steps=3)
    page.mouse.move(last["x"] + last["width"], last["y"] + last["height"] / 2, steps=3)
    page.mouse.up()


@pytest.mark.parametrize("words", [make.PASSAGE, ACCENTED, "grew.", "opened in 1964."])
def test_words_selected_with_the_mouse_can_be_reported(
    app: Flask, visitor: Visitor, address: str, words: str
) -> None:
    page = visitor.open(address)

    drag(page, words)

    link = offer(page)
    expect(link).to_be_visible()
    assert_beside(page, link)
    assert text_at(app, address, link.get_attribute("href")) == words
    assert page.evaluate("() => getSelection().toString()") == words
    target = link.get_attribute("href") or ""
    link.hover()
    page.mouse.down()
    assert page.evaluate("() => getSelection().toString()") == words
    expect(link).not_to_be_focused()
    page.mouse.up()
    page.wait_for_url("**/report?**")
    assert page.url == target
    expect(page.get_by_role("heading", level=1)).to_contain_text("Report an error")


def test_words_selected_by_touch_can_be_reported(app: Flask, phone: Visitor, address: str) -> None:
    page = phone.open(address)

    page.evaluate(SELECT, [make.PASSAGE, make.PASSAGE])

    link = offer(page)
    expect(link).to_be_visible()
    assert_beside(page, link)
    assert text_at(app, address, link.get_attribute("href")) == make.PASSAGE
    link.tap()
    page.wait_for_url("**/report?**")


@pytest.mark.parametrize(
    ("place", "least", "most"),
    [(20, 700, 844), (60, 700, 844), (300, 340, 500), (740, 780, 844), (805, 600, 710)],
    ids=["the menu is below", "the menu is near", "below", "at the edge", "above the menu"],
)
def test_on_a_phone_the_offer_keeps_clear_of_the_selection_and_its_menu(
    phone: Visitor, address: str, place: int, least: int, most: int
) -> None:
    page = phone.open(address)
    page.evaluate("document.body.style.paddingBlock = '900px'")
    top = page.evaluate(PLACE, ACCENTED)[0]["y"]
    page.evaluate("(y) => scrollTo(0, y)", top - place)

    page.evaluate(SELECT, [ACCENTED, ACCENTED])

    expect(offer(page)).to_be_visible()
    assert_beside(page, offer(page))
    box = offer(page).bounding_box()
    assert box
    assert least <= box["y"]
    assert box["y"] + box["height"] <= most


def test_the_offer_follows_the_text_that_scrolls(visitor: Visitor, address: str) -> None:
    page = visitor.open(address)
    page.evaluate("document.body.style.paddingBlock = '2000px'")
    page.evaluate("scrollTo(0, 2000)")
    drag(page, make.PASSAGE)
    expect(offer(page)).to_be_visible()
    window = page.viewport_size or {"height": 0}

    for step in range(6):
        y = page.evaluate(PLACE, make.PASSAGE)[0]["y"]
        page.evaluate("(y) => scrollBy(0, y)", y - step * (window["height"] - 40) / 5 - 10)
        page.wait_for_timeout(100)

        assert_beside(page, offer(page))


def test_words_selected_by_keyboard_can_be_reported(
    app: Flask, visitor: Visitor, address: str
) -> None:
    page = visitor.open(address)
    page.evaluate(SELECT, ["It opened", "It opened"])

    for _ in range(2):
        page.keyboard.press("Shift+Control+ArrowRight")

    status = page.locator("main > [role=status].vh")
    expect(status).to_have_text("Press Tab to report this passage.")
    page.keyboard.press("Tab")
    expect(offer(page)).to_be_focused()
    assert text_at(app, address, offer(page).get_attribute("href")) == "It opened in 1964"
    assert page.evaluate("() => getSelection().toString()").strip() == "It opened in 1964"
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="names")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report?**")


def test_escape_sends_the_offer_away_until_something_else_is_selected(
    visitor: Visitor, address: str
) -> None:
    page = visitor.open(address)
    page.evaluate(SELECT, [make.PASSAGE, make.PASSAGE])
    expect(offer(page)).to_be_visible()

    page.keyboard.press("Escape")

    expect(offer(page)).to_have_count(0)
    page.evaluate("document.dispatchEvent(new Event('selectionchange'))")
    page.wait_for_timeout(600)
    expect(offer(page)).to_have_count(0)
    page.evaluate(SELECT, ["The end", "The end"])
    expect(offer(page)).to_be_visible()


def test_a_selection_is_clipped_to_the_text(app: Flask, visitor: Visitor, address: str) -> None:
    page = visitor.open(address)

    page.evaluate(SELECT, ["Key points", make.PASSAGE])

    expect(offer(page)).to_be_visible()
    words = text_at(app, address, offer(page).get_attribute("href"))
    assert words.startswith("The harbour opened in 1964.\n\nThe harbour is older")
    assert words.endswith(make.PASSAGE)


@pytest.mark.parametrize(
    ("first", "last"),
    [("Is something wrong", "wrong here?"), ("Published", "Published"), ("Noor", "Salleh"),
     ("Nothing much", "The end.")],
    ids=["below the text", "beside the text", "the byline", "too long"],
)  # fmt: skip
def test_what_is_no_passage_is_offered_nothing(
    visitor: Visitor, address: str, first: str, last: str
) -> None:
    page = visitor.open(address)
    page.evaluate(SELECT, [make.PASSAGE, make.PASSAGE])
    expect(offer(page)).to_be_visible()

    page.evaluate(SELECT, [first, last])

    expect(offer(page)).to_have_count(0)


def test_a_click_that_clears_the_selection_takes_the_offer_away(
    visitor: Visitor, address: str
) -> None:
    page = visitor.open(address)
    drag(page, make.PASSAGE)
    expect(offer(page)).to_be_visible()

    page.get_by_role("heading", name="Key points").click()

    expect(offer(page)).to_have_count(0)


def test_a_page_that_was_translated_in_the_browser_offers_nothing(
    visitor: Visitor, address: str
) -> None:
    page = visitor.open(address)
    page.evaluate("document.querySelector('.prose p').textContent = 'Le port est plus ancien.'")

    page.evaluate(SELECT, ["The end", "The end"])

    page.wait_for_timeout(600)
    expect(offer(page)).to_have_count(0)


def test_an_earlier_version_is_reported_as_that_version(
    app: Flask, visitor: Visitor, address: str
) -> None:
    with app.app_context():
        on = article_queries.with_slug(address.rpartition("/")[2])
        make.correction(on)
    page = visitor.open(f"{address}/versions/1")

    page.evaluate(SELECT, ["twelve berths", "twelve berths"])

    expect(offer(page)).to_be_visible()
    assert "version=1&" in (offer(page).get_attribute("href") or "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_the_offer_is_shown(
    visitor: Visitor, address: str, scheme: Any
) -> None:
    page = visitor.open(address)
    page.emulate_media(color_scheme=scheme)
    drag(page, make.PASSAGE)
    expect(offer(page)).to_be_visible()

    found = Axe().run(page).response["violations"]

    assert [violation["id"] for violation in found] == []


def test_an_article_takes_at_most_four_requests(visitor: Visitor, address: str) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))

    visitor.open(address).wait_for_load_state("networkidle")

    assert len(asked) <= 4
    assert [url for url in asked if url.endswith("/article.js")]
