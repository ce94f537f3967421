"""Canned explanations: kept by admins, begun with by everybody, and read before they are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import now
from app.queries import explanations as explanation_queries
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import explanations
from tests import make
from tests.pages import Browser, Page
from tests.web.cast import EDDA, beside, case, flashed, sign_in, state
from tests.web.conftest import SignedIn

TEXT = "“{passage}” gives a view. See {policy}."


@pytest.fixture
def ada(app: Flask) -> Browser:
    """Return an admin's browser."""
    return sign_in(app, "Ada Lindqvist", Role.ADMIN)


def keep(app: Flask, title: str = "A view", text: str = TEXT) -> int:
    """Keep a canned explanation; return its number."""
    with app.app_context():
        explanations.add(
            title=title,
            text=text,
            reason=DeclineReason.OPINION,
            by=make.staff(Role.ADMIN),
            at=now() - timedelta(hours=1),
        )
        return next(e.id for e in explanation_queries.in_order() if e.title == title)


def written(page: Page) -> str:
    """Return what stands in the explanation for the reader."""
    return page.html.xpath("//textarea[@name='explanation']")[0].text or ""


def chosen(page: Page) -> list[str]:
    """Return the reason that is chosen."""
    return list(page.html.xpath("//select[@name='reason']/option[@selected]/@value"))


def test_an_admin_adds_edits_and_deletes_a_text(ada: Browser) -> None:
    page = ada.open("/desk/explanations")

    added = page.press("Add explanation", title="A view", reason="opinion", text=TEXT)
    edited = added.follow("A view").press("Save explanation", title="Views", text="It is a view.")
    gone = edited.follow("Views").press("Delete explanation")

    assert "“A view” can be chosen from now on." in flashed(added)
    assert "“Views” is changed." in flashed(edited)
    assert "It is a view." in edited.text
    assert "“Views” is deleted." in flashed(gone)
    assert "No canned explanations yet" in gone.text


@pytest.mark.parametrize("role", [Role.TRIAGER, Role.EDITOR])
def test_nobody_else_keeps_texts(app: Flask, signed_in: SignedIn, role: Role) -> None:
    number = keep(app)
    browser = signed_in(role)
    app.config["WTF_CSRF_ENABLED"] = False

    answers = [
        browser.open("/desk/explanations").status,
        browser.open(f"/desk/explanations/{number}").status,
        browser.send("/desk/explanations", {"title": "Mine", "text": "Mine."}).status,
        browser.send(f"/desk/explanations/{number}/delete", {}).status,
    ]

    assert answers == [403] * 4
    assert "Explanations" not in browser.open("/desk").html.xpath("//header")[0].text_content()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Give it a name"),
        ("title", "x" * 101, "1 too many"),
        ("title", "Taken", "There is a text named “Taken” already."),
        ("text", " ", "Write the text."),
        ("text", "Dear {reader}", "There is no placeholder {reader}."),
        ("text", "null \0", "cannot be used"),
        ("text", "x" * 4001, "1 too many"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_the_rest_is_kept(
    app: Flask, ada: Browser, field: str, value: str, sentence: str
) -> None:
    keep(app, "Taken")
    typed = {"title": "A new one", "text": "A text to keep.", field: value}

    page = ada.open("/desk/explanations").press("Add explanation", **typed)

    assert page.status == 422
    assert sentence in beside(page, field)
    other = "A text to keep." if field == "title" else "A new one"
    assert other in page.response.get_data(as_text=True)


def test_two_admins_do_not_write_over_each_other(app: Flask, ada: Browser) -> None:
    number = keep(app)
    second = sign_in(app, "Bo Lindqvist", Role.ADMIN)
    old = ada.open(f"/desk/explanations/{number}")
    second.open(f"/desk/explanations/{number}").press("Save explanation", text="His words.")

    late = old.press("Save explanation", text="Her words.")
    again = late.press("Save explanation")

    assert late.status == 409
    assert "Her words." in late.text
    assert "His words." in late.text
    assert "is changed" in flashed(again)
    assert "Her words." in again.text


def test_a_deleted_text_is_gone_and_a_changed_one_not_deleted(app: Flask, ada: Browser) -> None:
    number = keep(app)
    old = ada.open(f"/desk/explanations/{number}")
    ada.open(f"/desk/explanations/{number}").press("Save explanation", text="Other words.")

    refused = old.press("Delete explanation")
    refused.press("Delete explanation")

    assert refused.status == 409
    assert "Other words." in refused.text
    assert ada.open(f"/desk/explanations/{number}").status == 404


def test_a_chosen_text_is_filled_in_to_be_read_and_edited(app: Flask) -> None:
    number, edda = keep(app), sign_in(app)
    reference = case(app)

    page = edda.open(f"/desk/cases/{reference}").press("Use this text", canned=str(number))

    assert page.status == 200
    assert f"“{make.PASSAGE}” gives a view. See http://localhost/corrections/policy." in written(
        page
    )
    assert chosen(page) == ["opinion"]
    assert state(app, reference) is CaseStatus.RECEIVED
    page.press("Decline", explanation="Edited: it is a view.")
    assert state(app, reference) is CaseStatus.DECLINED


def test_own_words_stay_above_a_chosen_text(app: Flask) -> None:
    first, second = keep(app), keep(app, "Another", "It is another view.")
    page = sign_in(app).open(f"/desk/cases/{case(app)}")

    own = page.press("Use this text", canned=str(first), explanation="Dear reader,")
    other = page.press("Use this text", canned=str(first)).press(
        "Use this text", canned=str(second)
    )

    assert written(own).strip().startswith("Dear reader,")
    assert "gives a view" in written(own)
    assert written(other).strip() == "It is another view."


def test_choosing_none_says_so(app: Flask) -> None:
    keep(app)

    page = sign_in(app).open(f"/desk/cases/{case(app)}").press("Use this text")

    assert page.status == 422
    assert "Choose one first." in beside(page, "decline-canned")


def test_a_text_that_is_not_finished_is_not_sent(app: Flask) -> None:
    number = keep(app, "Accurate", "We asked {source}.")
    reference = case(app)
    page = sign_in(app).open(f"/desk/cases/{reference}")

    filled = page.press("Use this text", canned=str(number))
    refused = filled.press("Decline")

    assert "{source}" in written(filled)
    assert refused.status == 422
    assert "Put the right words in the place of {source}." in beside(refused, "decline-explanation")
    assert state(app, reference) is CaseStatus.RECEIVED


def test_a_preview_shows_what_the_reader_gets_and_sends_nothing(app: Flask) -> None:
    reference = case(app, email="reader@mail.example", name="Amara")
    page = sign_in(app).open(f"/desk/cases/{reference}")

    shown = page.press(
        "Preview the answer",
        reason="accurate",
        detail="the port’s records",
        explanation="The records\nsay 1964.",
    )

    answer = shown.html.xpath("//*[@id='answer']")[0].text_content()
    assert shown.status == 200
    assert answer.count("Accurate as published") == 2
    assert answer.count("the port’s records") == 2
    assert "By mail, to one reader" in answer
    assert "/reports/…" in answer
    assert state(app, reference) is CaseStatus.RECEIVED
    assert written(shown).strip() == "The records\nsay 1964."


def test_a_preview_of_what_is_not_whole_names_what_is_missing(app: Flask) -> None:
    page = sign_in(app).open(f"/desk/cases/{case(app)}").press("Preview the answer")

    assert page.status == 422
    assert "Choose a reason." in beside(page, "decline-reason")
    assert not page.html.xpath("//*[@id='answer']")


def test_an_answer_that_nobody_gets_by_mail_is_said_to_be_so(app: Flask) -> None:
    page = sign_in(app, EDDA).open(f"/desk/cases/{case(app)}")

    shown = page.press("Preview the answer", reason="opinion", explanation="It is a view.")

    assert "at the private link only" in shown.text
