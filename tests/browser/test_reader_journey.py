"""The reader's way to the receipt: on a phone, by keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.extensions import db
from app.models import Case
from app.rules.workflow import CaseStatus
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

SELECT = """(words) => {
  const walker = document.createTreeWalker(document.querySelector(".prose"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
    return;
  }
}"""


@pytest.fixture
def address(app: Flask) -> str:
    """Return the address of an article."""
    with app.app_context():
        return f"/articles/{make.article('harbour').slug}"


def press_until(page: Page, key: str, name: str) -> int:
    """Press a key until the element of this accessible name has the focus; return how often."""
    for pressed in range(1, 60):
        page.keyboard.press(key)
        focused = page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.labels?.[0]?.textContent ?? e.textContent ?? '').trim(); }"
        )
        if focused.startswith(name):
            return pressed
    raise AssertionError(f"{name!r} is not reached with {key}")


def test_a_selection_on_a_phone_becomes_a_report_in_six_interactions(
    phone: Visitor, address: str
) -> None:
    page = phone.open(address)
    interactions = 1  # selecting, which the test does for the finger
    page.evaluate(SELECT, make.PASSAGE)

    steps: list[Callable[[], None]] = [
        lambda: page.get_by_role("link", name="Report this passage").tap(),
        lambda: page.get_by_text("Name, number or date").tap(),
        lambda: page.get_by_label("What is wrong?").tap(),
        lambda: page.keyboard.type("It opened in 1965."),
        lambda: page.get_by_role("button", name="Send report").tap(),
    ]
    for step in steps:
        step()
        interactions += 1

    expect(page.get_by_role("heading", level=1)).to_have_text("We have your report")
    expect(page.get_by_text(make.PASSAGE)).to_be_visible()
    assert interactions <= 6


def test_the_whole_way_can_be_gone_by_keyboard(visitor: Visitor, address: str) -> None:
    page = visitor.open(address)
    page.evaluate(SELECT, make.PASSAGE)
    expect(page.get_by_role("link", name="Report this passage")).to_be_visible()

    press_until(page, "Tab", "Report this passage")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report an error")
    press_until(page, "Tab", "Factual error")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    press_until(page, "Tab", "What is wrong?")
    page.keyboard.type("It opened in 1965.")
    press_until(page, "Tab", "Send report")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("We have your report")
    expect(page.get_by_text("Name, number or date")).to_be_visible()
    expect(page.get_by_text(make.PASSAGE)).to_be_visible()


@pytest.mark.parametrize("visitor", [False], indirect=True)
def test_the_whole_way_can_be_gone_without_javascript(visitor: Visitor, address: str) -> None:
    page = visitor.open(address)

    page.get_by_role("link", name="Report an error").first.click()
    page.get_by_label("The passage").fill(make.PASSAGE)
    page.get_by_label("Factual error").check()
    page.get_by_label("What is wrong?").fill("It opened in 1965.")
    page.get_by_label("Your e-mail address").fill("amara@example.org")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your report")
    visitor.page.goto(page.url.removesuffix("/receipt"))
    page.get_by_text("Withdraw this report").click()
    page.get_by_role("button", name="Withdraw report").click()

    expect(page.get_by_text("Withdrawn").first).to_be_visible()


def test_the_receipt_can_be_copied(visitor: Visitor, address: str) -> None:
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open(address + "/report")
    page.get_by_label("Factual error").check()
    page.get_by_label("What is wrong?").fill("It opened in 1965.")
    page.get_by_role("button", name="Send report").click()

    page.get_by_role("button", name="Copy the link").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    path = page.url.removeprefix(visitor.base).removesuffix("/receipt")
    assert page.evaluate("navigator.clipboard.readText()").endswith(path)


def test_under_pressure_the_browser_proves_work(app: Flask, visitor: Visitor, address: str) -> None:
    app.config["PRESSURE_PER_HOUR"] = 1
    page = visitor.open(address + "/report")
    page.get_by_label("Factual error").check()
    page.get_by_label("What is wrong?").fill("The first.")
    page.get_by_role("button", name="Send report").click()

    page = visitor.open(address + "/report")
    work = page.locator("input[name=work]")
    expect(work).not_to_have_value("", timeout=20_000)
    page.get_by_label("Factual error").check()
    page.get_by_label("What is wrong?").fill("The second.")
    page.get_by_role("button", name="Send report").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("We have your report")
    with app.app_context():
        statuses = list(db.session.scalars(select(Case.status)))
        assert statuses == [CaseStatus.RECEIVED, CaseStatus.RECEIVED]
