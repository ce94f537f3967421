"""“Verify in this browser”: it says what held, and says so too where something does not."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from app.queries import log
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.redactions import RedactionReason
from app.safekeeping import signer
from app.services import log as log_services
from tests import logs, make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

HELD = [
    "The log’s key has signed the checkpoint.",
    "The entry’s leaf is in the log that was signed: its hashes lead to the root.",
    "The words and the time of the entry are those that the leaf commits to.",
    "The notice on this page is word for word the one in the log.",
]


@pytest.fixture
def entry(app: Flask) -> str:
    """Publish an entry in the middle of a log of 400 leaves, and return its address."""
    with app.app_context():
        logs.grow(290, "one")
        number = make.correction(
            make.article(), notice="“Twelve” was wrong: 十 <ten>\nand no more.", credit="Ana"
        )
        logs.grow(107, "two")
        return f"/corrections/{number}"


def verify(visitor: Visitor, address: str) -> list[str]:
    """Press the button, and return what the page says then."""
    page = visitor.open(address)
    page.get_by_role("button", name="Verify in this browser").click()
    expect(page.get_by_text("Not checked:")).to_be_visible()
    return said(page)


def said(page: Page) -> list[str]:
    """Return the steps that are shown, but for what was not checked."""
    shown = page.locator("[data-step]:visible").all_inner_texts()
    return [line for line in shown if not line.startswith("Not checked")]


def replace(visitor: Visitor, path: str, old: bytes, new: bytes) -> None:
    """Let a file of the log arrive with other bytes than were sent."""

    def change(route: Route) -> None:
        answer = route.fetch()
        body = answer.body()
        assert old in body
        route.fulfill(response=answer, body=body.replace(old, new, 1))

    visitor.page.route(re.compile(path), change)


def test_an_entry_is_verified_step_by_step(visitor: Visitor, entry: str) -> None:
    assert verify(visitor, entry) == HELD


def test_without_javascript_there_is_the_proof_and_no_button(app: Flask, entry: str) -> None:
    page = app.test_client().get(entry).text

    assert 'type="button" hidden>Verify in this browser' in page
    assert "Download the proof" in page


def test_it_is_reached_and_heard_by_keyboard(visitor: Visitor, entry: str) -> None:
    page = visitor.open(entry)
    button = page.get_by_role("button", name="Verify in this browser")

    button.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").get_by_text(HELD[-1])).to_be_visible()
    expect(button).to_be_enabled()


def test_words_that_are_not_those_published_are_refused(visitor: Visitor, entry: str) -> None:
    replace(visitor, "/log/bodies/", b"Twelve", b"Eleven")

    steps = verify(visitor, entry)

    assert steps[:2] == HELD[:2]
    assert steps[2:] == [
        "The words of the entry are not those that the leaf commits to.",
        "The notice on this page is not the one in the log.",
    ]


def test_a_notice_that_only_this_page_shows_is_refused(visitor: Visitor, entry: str) -> None:
    page = visitor.open(entry)
    page.evaluate("document.querySelector('[data-notice]').textContent += ' Or thirteen.'")

    page.get_by_role("button", name="Verify in this browser").click()
    expect(page.get_by_text("Not checked:")).to_be_visible()

    assert said(page) == [*HELD[:3], "The notice on this page is not the one in the log."]


def test_another_root_is_refused(app: Flask, visitor: Visitor, entry: str) -> None:
    with app.app_context():
        root = str(log.checkpoint()).splitlines()[2].encode()
    replace(visitor, r"\.tlog-proof", root, b"A" * 43 + b"=")

    steps = verify(visitor, entry)

    assert steps[:2] == [
        "The checkpoint is not signed with the log’s key.",
        "The leaf’s hashes do not lead to the root that was signed.",
    ]


def test_a_checkpoint_of_another_log_is_refused_though_the_key_signed_it(
    app: Flask, visitor: Visitor, entry: str
) -> None:
    with app.app_context():
        note, head = str(log.checkpoint()), logs.head()
        other = str(Checkpoint("elsewhere.example/log", head.size, head.root).signed_by(signer()))
    replace(visitor, r"\.tlog-proof", note.encode(), other.encode())

    steps = verify(visitor, entry)

    assert steps[0] == "The checkpoint is not signed with the log’s key."


def test_a_log_that_cannot_be_reached_is_said(visitor: Visitor, entry: str) -> None:
    visitor.page.route(re.compile("/log/proof/"), lambda route: route.abort())

    steps = verify(visitor, entry)

    assert len(steps) == 1
    assert steps[0].startswith("It could not be checked")
    visitor.complaints.clear()  # the browser names the request that failed


def test_of_a_redacted_entry_it_is_verified_that_it_was_there(
    app: Flask, visitor: Visitor, entry: str
) -> None:
    with app.app_context():
        leaf = next(n for n, said in enumerate(logs.leaves()) if said["type"] == "correction")
        log_services.redact([leaf], reason=RedactionReason.PERSONAL_DATA, by=None)

    steps = verify(visitor, entry)

    assert steps[:2] == HELD[:2]
    assert steps[2].startswith("The words of this entry were taken away")
    visitor.complaints.clear()  # 410 is what the body's address has to answer
