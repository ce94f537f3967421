"""A triager's session by keyboard alone: ten plain cases, with few keys and fewer pages.

Where ``CORRIGENDA_FILM`` names a folder, each moment of the session is kept there as a picture.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app import demo
from app.clock import now
from app.extensions import db
from app.models import Article, Case, Staff
from app.queries import articles as article_queries
from app.rules.kinds import ProblemKind
from app.rules.passages import body_blocks
from app.rules.workflow import CaseStatus
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

PLAIN_CASES = 10
MOST_KEYS, MOST_LOADS = 6, 2


class Film:
    """Somebody who works by keyboard: every key is counted, and every page that loads."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = self.loads = self.pictures = 0
        page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def press(self, *keys: str) -> None:
        """Press keys one after the other; a combination counts as one."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def take_picture(self, name: str) -> None:
        """Keep what is to be seen, where somebody asked for a film."""
        folder = os.environ.get("CORRIGENDA_FILM")
        if folder:
            self.pictures += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{self.pictures:02}-{name}.png")


def load_demo(app: Flask) -> list[str]:
    """Load the demo, and let readers send ten reports more; return the references of their cases.

    They are due before all else, so that the desk begins with them.
    """
    with app.app_context():
        demo.load(at=now(), seed=1, password=make.PASSWORD)
        articles = db.session.scalars(select(Article).order_by(Article.slug)).all()[:PLAIN_CASES]
        sent = [
            make.report(
                article,
                at=now(),
                passage=sentence(article),
                kind=ProblemKind.FACTUAL,
                problem="I would put this differently.",
                email=f"reader{number}@mail.example",
            )
            for number, article in enumerate(articles)
        ]
        cases = [db.session.get_one(Case, report.case_id) for report in sent]
        for number, case in enumerate(cases):
            case.rank_at = case.due_at = make.NOW.replace(year=2020, hour=number)
        db.session.commit()
        return [case.reference for case in cases]


def sentence(article: Article) -> str:
    """Return words that stand in an article."""
    text = article_queries.version(article, article.latest_number).text
    return max(body_blocks(text), key=len)[:80].strip()


def sign_in(visitor: Visitor) -> None:
    """Sign in as the demo's triager."""
    page = visitor.open("/desk/login")
    page.get_by_label("E-mail address").fill("rui@meridian.example")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def status_of(app: Flask, reference: str) -> CaseStatus:
    """Return where a case stands."""
    with app.app_context():
        return db.session.get_one(Case, int(reference[2:])).status


def test_ten_plain_cases_are_decided_by_keyboard_alone(app: Flask, visitor: Visitor) -> None:
    references = load_demo(app)
    sign_in(visitor)
    film = Film(visitor.page)
    visitor.open("/desk?view=unclaimed")
    film.press("j")
    film.take_picture("queue")
    film.press("Enter")
    visitor.page.wait_for_url(f"**/cases/{references[0]}")
    spent: list[tuple[int, int]] = []

    for number, reference in enumerate(references):
        film.take_picture(f"{reference}-opened")
        film.keys = film.loads = 0
        film.press("x", "2")
        expect(visitor.page.get_by_label("Explanation for the reader")).to_be_focused()
        film.take_picture(f"{reference}-read")
        film.press("Control+Enter")
        following = references[number + 1] if number + 1 < PLAIN_CASES else "*"
        visitor.page.wait_for_url(f"**/cases/{following}")
        expect(visitor.page.get_by_text(f"{reference} is declined")).to_be_visible()
        spent.append((film.keys, film.loads))
    film.take_picture("done")

    assert {status_of(app, each) for each in references} == {CaseStatus.DECLINED}
    assert max(keys for keys, _ in spent) <= MOST_KEYS
    assert max(loads for _, loads in spent) <= MOST_LOADS


def test_a_key_writes_where_one_types_and_does_nothing_that_it_should_not(
    app: Flask, visitor: Visitor
) -> None:
    reference = load_demo(app)[0]
    sign_in(visitor)
    page = visitor.open(f"/desk/cases/{reference}")

    page.keyboard.press("n")
    page.keyboard.type("x, c and a are letters?")
    page.keyboard.press("Escape")
    page.keyboard.press("a")

    expect(page.get_by_label("Note", exact=True)).to_have_value("x, c and a are letters?")
    expect(page.get_by_role("button", name="Agree")).to_be_focused()
    assert status_of(app, reference) is CaseStatus.RECEIVED
    page.keyboard.press("Control+Shift+x")
    assert page.locator("details.action[open]").count() == 0


def test_every_key_of_the_sheet_reaches_something_that_is_to_be_seen(
    app: Flask, visitor: Visitor
) -> None:
    reference = load_demo(app)[0]
    sign_in(visitor)
    page = visitor.open(f"/desk/cases/{reference}")

    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_be_visible()
    named = set(sheet.locator("kbd").all_text_contents())
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    keyed = page.locator("[aria-keyshortcuts]")
    reached = set(keyed.evaluate_all("all => all.map((each) => each.dataset.key)"))

    without_control = {"j", "k", "Enter", "Ctrl", "Esc"}
    assert named - reached - without_control == {"v"}  # nothing has changed since this report
    assert page.locator("[data-row]").count() > 1


def test_single_keys_can_be_turned_off(app: Flask, visitor: Visitor) -> None:
    reference = load_demo(app)[0]
    sign_in(visitor)
    page = visitor.open("/desk/account")
    page.get_by_role("button", name="Turn single keys off").click()

    visitor.open(f"/desk/cases/{reference}")
    page.keyboard.press("x")
    page.keyboard.press("?")

    assert page.locator("details.action[open], dialog[open]").count() == 0
    assert page.locator("[aria-keyshortcuts]").count() == 0
    with app.app_context():
        rui = db.session.scalars(select(Staff).where(Staff.email == "rui@meridian.example")).one()
        assert not rui.uses_keys
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_what_was_typed_outlives_a_lost_session(app: Flask, visitor: Visitor) -> None:
    reference = load_demo(app)[0]
    sign_in(visitor)
    page = visitor.open(f"/desk/cases/{reference}")
    page.get_by_label("Note", exact=True).fill("The port has a yearbook.")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.keyboard.type("Which yearbook?")
    page.context.clear_cookies()
    sign_in(visitor)

    visitor.open(f"/desk/cases/{reference}")

    expect(page.get_by_label("Note", exact=True)).to_have_value("The port has a yearbook.")
    expect(page.get_by_label("Question for the reader")).to_have_value("Which yearbook?")
    expect(page.get_by_text("Restored what you typed at")).to_have_count(2)
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("The note is kept.")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("")
    page.get_by_role("button", name="Discard").click()
    page.reload()
    expect(page.get_by_text("Restored what you typed at")).to_have_count(0)


def test_signing_out_forgets_what_was_typed(app: Flask, visitor: Visitor) -> None:
    reference = load_demo(app)[0]
    sign_in(visitor)
    page = visitor.open(f"/desk/cases/{reference}")
    page.get_by_label("Note", exact=True).fill("Between us.")

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_canned_text_that_was_added_leaves_no_draft(app: Flask, visitor: Visitor) -> None:
    load_demo(app)
    page = visitor.open("/desk/login")
    page.get_by_label("E-mail address").fill("ada@meridian.example")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    visitor.open("/desk/explanations")

    page.get_by_label("Name", exact=True).fill("A map")
    page.get_by_label("Text", exact=True).fill("The map was right.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("“A map” can be chosen from now on.")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("")
    assert page.evaluate("localStorage.length") == 0
