"""The main job, whole: from a reader's report to the public log, on real articles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.importers import find, read
from app.rules.passages import body_blocks
from app.rules.permissions import Role
from app.services import articles
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

WITH_AND_WITHOUT = pytest.mark.parametrize(
    "visitor", [True, False], indirect=True, ids=["with JavaScript", "without JavaScript"]
)


def bring_in(app: Flask, path: Path) -> tuple[str, str]:
    """Import an article from a file; return its slug and a sentence to report."""
    found = [item for item in find([path]) if isinstance(item, Path)]
    draft = read(found[0]).draft
    with app.app_context():
        articles.bring_in(draft, origin=path.name, at=make.NOW)
    longest = max(body_blocks(draft.text), key=len)
    sentence = re.split(r"(?<=[.!?])\s", longest)[0]
    return draft.slug, sentence[:300].strip()


def sign_up(app: Flask) -> None:
    """Take an editor on."""
    with app.app_context():
        make.staff(Role.EDITOR, name="Edda Lin", email="edda@desk.example")


def report(page: Page, sentence: str) -> None:
    """Report a sentence of the article that is open."""
    page.get_by_role("link", name="Report an error").first.click()
    page.get_by_label("The passage").fill(sentence)
    page.get_by_label("Factual error").check()
    page.get_by_label("What is wrong?").fill("This is not how it was.")
    page.get_by_label("What should it say?").fill("It was otherwise.")
    page.get_by_role("button", name="Send report").click()


def sign_in(page: Page) -> None:
    """Sign in at the door of the desk."""
    page.get_by_label("E-mail address").fill("edda@desk.example")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def publish(page: Page, notice: str) -> None:
    """Correct the text of the agreed case that is open, and publish the notice."""
    text = page.get_by_label("Text", exact=True)
    text.fill(text.input_value() + "\n\nThis paragraph was added by the correction.")
    page.get_by_role("radio", name=re.compile("^Correction")).check()
    page.get_by_label("Notice").fill(notice)
    page.get_by_role("button", name="Show the difference").click()
    difference = page.locator("#difference")
    expect(difference).to_contain_text("This paragraph was added by the correction.")
    page.get_by_role("button", name="Publish correction").click()


@WITH_AND_WITHOUT
@pytest.mark.parametrize(
    "source", ["18f-blog/posts/2014-03-19-hello-world-we-are-18f.md", "seed/article.txt"]
)
def test_a_report_becomes_a_public_correction(
    app: Flask, visitor: Visitor, shared: Path, source: str
) -> None:
    slug, sentence = bring_in(app, shared / source)
    sign_up(app)
    notice = "The article left out a paragraph when it was published in 2014. It is there now."

    report(visitor.open(f"/articles/{slug}"), sentence)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("We have your report")
    private = visitor.page.url.removesuffix("/receipt")

    visitor.open("/desk")
    sign_in(visitor.page)
    visitor.page.get_by_role("table").get_by_role("link").first.click()
    expect(visitor.page.get_by_text("This is not how it was.")).to_be_visible()
    visitor.page.get_by_role("button", name="Claim").click()
    visitor.page.get_by_role("button", name="Agree").click()
    publish(visitor.page, notice)

    expect(visitor.page.get_by_text("Entry 1 is public.")).to_be_visible()
    visitor.page.get_by_role("link", name="Entry 1").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Correction 1")
    expect(visitor.open(f"/articles/{slug}").get_by_text(notice).first).to_be_visible()
    expect(visitor.open(f"/articles/{slug}/corrections").get_by_text(notice)).to_be_visible()
    expect(visitor.open("/corrections").get_by_text(notice)).to_be_visible()
    visitor.page.goto(private)
    expect(visitor.page.get_by_text("The correction was published")).to_be_visible()


@WITH_AND_WITHOUT
def test_a_declined_report_tells_its_reader_why(app: Flask, visitor: Visitor) -> None:
    with app.app_context():
        slug = make.article().slug
    sign_up(app)

    report(visitor.open(f"/articles/{slug}"), make.PASSAGE)
    private = visitor.page.url.removesuffix("/receipt")
    visitor.open("/desk")
    sign_in(visitor.page)
    visitor.page.get_by_role("table").get_by_role("link").first.click()
    details = visitor.page.locator("form", has=visitor.page.get_by_role("button", name="Decline"))
    if not details.get_by_label("Reason", exact=True).is_visible():
        visitor.page.get_by_text("Decline", exact=False).first.click()
    details.get_by_label("Reason", exact=True).select_option("Accurate as published")
    details.get_by_label("Detail").fill("the port’s own records")
    details.get_by_label("Explanation for the reader").fill("We asked the port: it was 1964.")
    details.get_by_role("button", name="Decline").click()

    visitor.page.goto(private)
    expect(visitor.page.get_by_text("We asked the port: it was 1964.")).to_be_visible()
    expect(visitor.page.get_by_text("Accurate as published").first).to_be_visible()
