"""Two browsers on the same case, in every order: one wins, the other is told and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import now
from app.extensions import db
from app.models import Case, CaseEvent, Correction, Report
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.pages import Browser, Page
from tests.web.cast import EDDA, TOMAS, case, sign_in, state, stored

MONA = "Mona Haddad"

TYPED = "The yearbook of the port says 1965, and so does the plaque."

Doing = Callable[[Page], Page]


def _split(page: Page) -> Page:
    """Press the first button that makes a report a case of its own."""
    name = page.html.xpath("//button[starts-with(., 'Make it a case of its own')]")[0]
    return page.press(" ".join(name.text_content().split()))


def _publish(page: Page) -> Page:
    text = page.html.xpath("//textarea[@name='body']")[0].text or ""
    return page.press(
        "Publish correction",
        kind="correction",
        notice=TYPED,
        body=text.replace("1964", "1965"),
    )


DECIDING: dict[str, Doing] = {
    "claim": lambda page: page.press("Claim"),
    "agree": lambda page: page.press("Agree"),
    "decline": lambda page: page.press("Decline", reason="opinion", explanation=TYPED),
    "ask": lambda page: page.press("Ask the reader", question=TYPED),
    "merge": lambda page: page.press("Merge", into="C-0001"),
    "quarantine": lambda page: page.press("Quarantine", why=TYPED),
    "split": _split,
}

PUBLISHING: dict[str, Doing] = {
    "publish": _publish,
    "reopen": lambda page: page.press("Reopen", why=TYPED),
    "claim": lambda page: page.press("Claim"),
}


@pytest.fixture
def both(app: Flask) -> tuple[Browser, Browser]:
    """Return the browsers of two editors."""
    return sign_in(app, EDDA), sign_in(app, TOMAS)


def ready(app: Flask) -> str:
    """Make a case with two readers' reports, the second case of its article."""
    with app.app_context():
        on = make.article("harbour")
        make.case(on=on, passage="", at=now())
        found = make.case(on=on, at=now())
        make.token(on, same_as=found.reference, problem=TYPED, at=now())
        return found.reference


def agreed(app: Flask) -> str:
    """Make a case to which a triager agreed, for whichever editor comes first."""
    sign_in(app, MONA, Role.TRIAGER)
    with app.app_context():
        make.article("harbour")
    return case(app, CaseStatus.AGREED, by=MONA, on="harbour", at=now())


def is_to_be_seen(page: Page, text: str) -> bool:
    """Say whether a text stands on a page, or in one of its fields."""
    fields = page.html.xpath("//main//input[not(@type='hidden')]/@value")
    return text in page.text or text in fields


def rows(app: Flask) -> tuple[int, ...]:
    """Return how many rows there are that a step would add to."""
    with app.app_context():
        tables = (Case, CaseEvent, Correction, Report)
        return tuple(db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)


@pytest.mark.parametrize(("first", "second"), list(product(DECIDING, DECIDING)))
def test_who_comes_second_is_told_and_loses_nothing(
    app: Flask, both: tuple[Browser, Browser], first: str, second: str
) -> None:
    reference = ready(app)
    one, other = (browser.open(f"/desk/cases/{reference}") for browser in both)
    DECIDING[first](one)
    won, version, before = state(app, reference), stored(app, reference).version, rows(app)

    late = DECIDING[second](other)

    assert late.status == 409
    conflict = late.html.find_class("conflict")[0].text_content()
    assert "Nothing was done" in conflict
    assert EDDA in conflict
    assert is_to_be_seen(late, TYPED)  # what was typed, or else what the second reader wrote
    assert (state(app, reference), stored(app, reference).version) == (won, version)
    assert rows(app) == before


@pytest.mark.parametrize(("first", "second"), list(product(PUBLISHING, PUBLISHING)))
def test_who_publishes_second_is_told_and_loses_nothing(
    app: Flask, both: tuple[Browser, Browser], first: str, second: str
) -> None:
    reference = agreed(app)
    one, other = (browser.open(f"/desk/cases/{reference}") for browser in both)
    PUBLISHING[first](one)
    won, before = state(app, reference), rows(app)

    late = PUBLISHING[second](other)

    assert late.status == 409
    assert EDDA in late.text
    assert second == "claim" or is_to_be_seen(late, TYPED)
    assert (state(app, reference), rows(app)) == (won, before)


@pytest.mark.parametrize("is_edited_first", [True, False])
def test_an_edit_and_a_correction_of_one_article_do_not_write_over_each_other(
    app: Flask, both: tuple[Browser, Browser], *, is_edited_first: bool
) -> None:
    reference = agreed(app)
    correcting = both[0].open(f"/desk/cases/{reference}")
    editing = both[1].open("/desk/articles/harbour/edit")
    order = (editing, correcting) if is_edited_first else (correcting, editing)
    _publish(order[0])

    late = _publish(order[1])

    assert late.status == 409
    assert "Version 2 was published meanwhile" in late.text
    assert TYPED in late.text
    with app.app_context():
        assert db.session.scalar(select(func.count(Correction.id))) == 1
