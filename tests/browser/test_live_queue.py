"""The queue keeps itself up to date, and nobody loses their place, ticks or focus by it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from app.clock import now
from app.rules.kinds import ProblemKind
from app.rules.permissions import Role
from app.services import cases
from tests import make
from tests.browser.conftest import Visitor
from tests.web.cast import TOMAS, case, staff_named, stored

pytestmark = pytest.mark.browser

ROUND = 10_500
"""A little more than the time, in milliseconds, after which the page asks again."""


@pytest.fixture
def desk(app: Flask, visitor: Visitor) -> Page:
    """Return a browser in which somebody is signed in, and whose clock the test advances."""
    with app.app_context():
        email = make.staff(Role.EDITOR).email
        make.staff(Role.EDITOR, name=TOMAS)
        make.article("harbour")
    page = visitor.open("/desk/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.clock.install()
    return page


def claim(app: Flask, reference: str) -> None:
    """Let a colleague claim a case."""
    found = stored(app, reference)
    with app.app_context():
        cases.claim(found.id, seen=found.version, by=staff_named(TOMAS), at=now())


def test_what_is_new_appears_and_is_said_and_nothing_is_lost(
    app: Flask, visitor: Visitor, desk: Page
) -> None:
    first, second = case(app, on="harbour"), case(app, on="harbour")
    page = visitor.open("/desk")
    page.get_by_label(f"Tick {first}").check()
    page.locator(f"tr[data-case={second}] [data-row]").focus()

    claim(app, second)
    new = case(app, on="harbour", kind=ProblemKind.TYPO)
    page.clock.run_for(ROUND)

    expect(page.locator(f"tr[data-case={new}]")).to_be_visible()
    expect(page.locator("#queue-news")).to_have_text("1 new case")
    expect(page.locator(f"tr[data-case={second}] .cell-act")).to_contain_text(TOMAS)
    expect(page.get_by_label(f"Tick {first}")).to_be_checked()
    expect(page.locator(f"tr[data-case={second}] [data-row]")).to_be_focused()
    expect(page.locator("[data-view=open] .num")).to_have_text("3")
    assert Axe().run(page).violations_count == 0


def test_a_tick_stands_for_the_case_as_it_was_seen(
    app: Flask, visitor: Visitor, desk: Page
) -> None:
    reference = case(app, on="harbour")
    page = visitor.open("/desk")
    page.get_by_label(f"Tick {reference}").check()

    claim(app, reference)
    page.clock.run_for(ROUND)
    expect(page.locator(f"tr[data-case={reference}] .cell-act")).to_contain_text(TOMAS)

    expect(page.locator("[data-tick]")).to_have_value("1.1")


def test_an_empty_queue_fills_by_itself_and_all_of_it_can_be_ticked(
    app: Flask, visitor: Visitor, desk: Page
) -> None:
    page = visitor.open("/desk?view=unclaimed")
    expect(page.locator("#bulk")).to_be_hidden()

    made = [case(app, on="harbour") for _ in range(2)]
    page.clock.run_for(ROUND)
    expect(page.locator("#queue-news")).to_have_text("2 new cases")
    page.get_by_label("Tick all on this page").check()
    expect(page.locator("[data-ticked]")).to_have_text("2")
    page.get_by_role("button", name="Claim all ticked").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Claimed: 2 of 2")
    assert [stored(app, each).status.value for each in made] == ["in_review"] * 2


def test_enter_in_a_field_does_nothing_to_what_is_ticked(
    app: Flask, visitor: Visitor, desk: Page
) -> None:
    reference = case(app, on="harbour", kind=ProblemKind.TYPO)
    page = visitor.open("/desk?view=typos")
    page.get_by_label(f"Tick {reference}").check()
    page.get_by_text("Decline all ticked instead").click()

    page.get_by_label("Detail").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    assert stored(app, reference).version == 1
