"""What an editor has typed for publishing outlives a closed tab, and takes nothing newer away."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.queries import articles
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

NOTICE = "The harbour opened in 1963, not in 1964."
RESTORED = re.compile("^Restored what you typed at")
OFFERED = re.compile("^This has changed since you typed here at")


@pytest.fixture
def address(app: Flask) -> str:
    """Return the address of an agreed case, at a desk that has an editor."""
    with app.app_context():
        make.staff(Role.EDITOR, name="Edda Lin", email="edda@desk.example")
        found = make.case(CaseStatus.AGREED, on=make.article("harbour"))
        return f"/desk/cases/{found.reference}"


def open_workspace(visitor: Visitor, address: str) -> Page:
    """Sign in as the editor, and open a page of the desk."""
    page = visitor.open("/desk/login")
    page.get_by_label("E-mail address").fill("edda@desk.example")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk")
    return visitor.open(address)


def text(page: Page) -> Locator:
    return page.get_by_label("Text", exact=True)


def notice(page: Page) -> Locator:
    return page.get_by_label("Notice", exact=True)


def write(page: Page) -> str:
    """Change the text, write a notice; return the text as typed."""
    typed = text(page).input_value().replace("1964", "1963")
    text(page).fill(typed)
    notice(page).fill(NOTICE)
    return typed


def in_a_new_tab(visitor: Visitor, address: str) -> Page:
    """Close the tab without a word, and open the address in another."""
    closed, visitor.page = visitor.page, visitor.page.context.new_page()
    visitor.page.on("console", visitor.listen)
    closed.close()
    return visitor.open(address)


@pytest.mark.parametrize("where", ["case", "article"])
def test_what_was_typed_outlives_a_closed_tab(visitor: Visitor, address: str, where: str) -> None:
    address = address if where == "case" else "/desk/articles/harbour/edit"
    typed = write(open_workspace(visitor, address))

    page = in_a_new_tab(visitor, address)

    expect(text(page)).to_have_value(typed)
    expect(notice(page)).to_have_value(NOTICE)
    expect(page.get_by_text(RESTORED)).to_have_count(2)
    expect(page.locator("#difference ins")).to_contain_text("1963")


def test_a_draft_can_be_discarded_for_the_text_as_it_stands(visitor: Visitor, address: str) -> None:
    page = open_workspace(visitor, address)
    before = text(page).input_value()
    write(page)
    page = in_a_new_tab(visitor, address)
    expect(page.locator("#difference ins")).to_contain_text("1963")

    page.get_by_role("button", name="Discard").first.click()

    expect(text(page)).to_have_value(before)
    expect(text(page)).to_be_focused()
    expect(page.locator("#difference")).to_contain_text("Nothing is changed yet")
    expect(text(in_a_new_tab(visitor, address))).to_have_value(before)


def test_a_draft_never_takes_the_place_of_a_newer_text(
    app: Flask, visitor: Visitor, address: str
) -> None:
    typed = write(open_workspace(visitor, address))
    with app.app_context():
        on = articles.with_slug("harbour")
        make.correction(on, text=make.edited(on, "second", "third"))
        newer = articles.version(on, 2).body

    page = in_a_new_tab(visitor, address)

    expect(text(page)).to_have_value(newer)
    expect(page.get_by_text(OFFERED)).to_have_count(1)
    expect(notice(page)).to_have_value(NOTICE)
    page.get_by_role("button", name="Use what I typed").click()
    expect(text(page)).to_have_value(typed)
    expect(page.locator("#difference del", has_text="third")).to_be_visible()
    page.get_by_role("button", name="Discard").first.click()
    expect(text(page)).to_have_value(newer)


def test_what_was_refused_is_still_a_draft(visitor: Visitor, address: str) -> None:
    page = open_workspace(visitor, address)
    typed = write(page)
    page.get_by_role("button", name="Publish correction").click()
    expect(page.get_by_role("alert")).to_contain_text("another look")  # no kind was chosen
    expect(page.get_by_text(RESTORED)).to_have_count(0)

    page = in_a_new_tab(visitor, address)

    expect(text(page)).to_have_value(typed)
    expect(notice(page)).to_have_value(NOTICE)


def test_what_was_published_is_no_longer_a_draft(visitor: Visitor, address: str) -> None:
    page = open_workspace(visitor, address)
    write(page)
    page.get_by_role("radio", name=re.compile("^Correction")).check()
    page.get_by_role("button", name="Publish correction").click()
    expect(page.get_by_text("Entry 1 is public.")).to_be_visible()

    kept = page.evaluate("() => Object.keys(localStorage)")

    assert [key for key in kept if key.startswith("draft ")] == []
