"""Undo: offered where it can be done, by a button of its own, and refused with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import now
from app.extensions import db
from app.models import Case
from app.rules.workflow import UNDO_HOLDS, CaseStatus
from tests import make
from tests.pages import Browser, Page
from tests.web.cast import TOMAS, case, flashed, sign_in, state, stored

WORDS = {"reason": "opinion", "explanation": "It is a matter of opinion."}


@pytest.fixture
def edda(app: Flask) -> Browser:
    """Return an editor's browser."""
    return sign_in(app)


def decline(browser: Browser, reference: str) -> Page:
    """Decline a case from its page."""
    return browser.open(f"/desk/cases/{reference}").press("Decline", **WORDS)


def grow_old(app: Flask, reference: str) -> None:
    """Let the 30 seconds after the last step on a case be over."""
    with app.app_context():
        found = db.session.get_one(Case, int(reference[2:]))
        at = now() - UNDO_HOLDS - timedelta(seconds=1)
        found.before = {**(found.before or {}), "at": at.isoformat()}
        db.session.commit()


def test_a_decision_is_undone_from_where_it_led(app: Flask, edda: Browser) -> None:
    reference = case(app)

    page = decline(edda, reference).press("Undo")

    assert page.url == f"/desk/cases/{reference}"
    assert f"{reference} is again as it was before." in flashed(page)
    assert state(app, reference) is CaseStatus.IN_REVIEW
    assert "You undid the step before" in page.text


@pytest.mark.parametrize("button", ["Agree", "Quarantine", "Merge"])
def test_other_steps_are_undone_as_well(app: Flask, edda: Browser, button: str) -> None:
    with app.app_context():
        slug = make.article().slug
    root, reference = case(app, on=slug), case(app, on=slug)
    typed = {"Agree": {}, "Quarantine": {"why": "A shop."}, "Merge": {"into": root}}[button]

    edda.open(f"/desk/cases/{reference}").press(button, **typed).press("Undo")

    assert state(app, reference) in {CaseStatus.RECEIVED, CaseStatus.IN_REVIEW}
    assert stored(app, reference).merged_into_id is None


def test_it_is_offered_on_the_case_as_long_as_it_can_be_done(app: Flask, edda: Browser) -> None:
    reference = case(app)
    decline(edda, reference)

    fresh = edda.open(f"/desk/cases/{reference}")
    colleague = sign_in(app, TOMAS).open(f"/desk/cases/{reference}")
    grow_old(app, reference)
    late = edda.open(f"/desk/cases/{reference}")

    offered = [page.has_button("Undo") for page in (fresh, colleague, late)]
    assert offered == [True, False, False]


def test_who_opens_the_private_link_ends_it(app: Flask, edda: Browser) -> None:
    with app.app_context():
        token = make.token(at=now())
        reference = f"C-{make.report_with(token).case_id:04}"
    led_to = decline(edda, reference)
    reader = Browser(app.test_client()).open(f"/reports/{token}")

    refused = led_to.press("Undo")

    assert "It is a matter of opinion." in reader.text
    assert refused.status == 409
    assert "A reader has seen it already" in refused.text
    assert state(app, reference) is CaseStatus.DECLINED


def test_a_reader_never_learns_of_what_was_undone(app: Flask, edda: Browser) -> None:
    with app.app_context():
        token = make.token(at=now())
        reference = f"C-{make.report_with(token).case_id:04}"
    decline(edda, reference).press("Undo")

    page = Browser(app.test_client()).open(f"/reports/{token}")

    assert "We declined the report" not in page.text
    assert "It is a matter of opinion." not in page.text


def test_an_undo_that_comes_too_late_says_so(app: Flask, edda: Browser) -> None:
    reference = case(app)
    led_to = decline(edda, reference)
    sign_in(app, TOMAS).open(f"/desk/cases/{reference}").press("Reopen", why="A second look.")

    page = led_to.press("Undo")

    assert page.status == 409
    assert f"{TOMAS} took it up again" in page.text


def test_undoing_is_a_post_with_a_token_for_the_desk(app: Flask, edda: Browser) -> None:
    reference = case(app)
    decline(edda, reference)
    address = f"/desk/cases/{reference}/undo"
    seen = str(stored(app, reference).version)

    answers = [
        edda.client.get(address).status_code,
        edda.client.post(address, data={"seen": seen}).status_code,
        app.test_client().post(address, data={"seen": seen}).status_code,
    ]

    assert answers[:2] == [405, 400]
    assert answers[2] in {400, 403}
    assert state(app, reference) is CaseStatus.DECLINED
