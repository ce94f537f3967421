"""A correction stands beside its passage: in the margin, in place on a phone, as a footnote."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import FloatRect, Locator, expect

from app.rules.kinds import CorrectionKind
from tests import make
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask) -> str:
    """Return the address of an article with two corrections in one paragraph, one in another."""
    with app.app_context():
        on = make.article(
            body="It opened in 1964 with twelve berths.\n\nIt has a pier.\n\nNothing is wrong here."
        )
        for number, (old, new) in enumerate((("1964", "1963"), ("twelve", "ten"), ("a", "no"))):
            kind = list(CorrectionKind)[number % 2]
            text = make.edited(on, f" {old} ", f" {new} ")
            make.correction(on, kind=kind, text=text)
        return f"/articles/{on.slug}"


def box(found: Locator) -> FloatRect:
    """Return where something stands on the page."""
    place = found.bounding_box()
    assert place is not None
    return place


def boxes(found: Locator) -> list[FloatRect]:
    return [box(each) for each in found.all()]


def test_notes_stand_in_the_margin_and_never_on_each_other(visitor: Visitor, address: str) -> None:
    visitor.page.set_viewport_size({"width": 1440, "height": 900})

    page = visitor.open(address)

    text = box(page.locator(".prose"))
    notes = boxes(page.locator(".marginal-note"))
    assert len(notes) == 3
    assert all(note["x"] > text["x"] + text["width"] for note in notes)
    ends = [note["y"] + note["height"] for note in notes]
    assert all(end < note["y"] for end, note in zip(ends, notes[1:], strict=False))


def test_on_a_phone_a_mark_opens_its_note_in_place(phone: Visitor, address: str) -> None:
    page = phone.open(address)
    expect(page.locator("#c3")).to_be_hidden()

    page.locator(".caret[href='#c3']").tap()

    expect(page.locator("#c3")).to_be_visible()
    note = box(page.locator("#c3"))
    before, after = boxes(page.locator(".prose p:not(.marginal p)"))[1:3]
    assert before["y"] < note["y"] < after["y"]


def test_on_paper_notes_are_footnotes_in_the_order_of_their_marks(
    visitor: Visitor, address: str
) -> None:
    page = visitor.open(address)

    page.emulate_media(media="print")

    last = boxes(page.locator(".prose p:not(.marginal p)"))[-1]
    notes = boxes(page.locator(".marginal-note"))
    assert all(note["y"] > last["y"] + last["height"] for note in notes)
    assert [note["y"] for note in notes] == sorted(note["y"] for note in notes)
    named = page.locator(".caret").evaluate_all(
        "(all) => all.map((each) => getComputedStyle(each, '::before').content)"
    )
    said = page.locator(".marginal > summary").all_text_contents()
    assert [name.strip('" ') for name in named] == [each.partition(":")[0] for each in said]
