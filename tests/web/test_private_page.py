"""The private page of a report: what its reader sees and can do there, and nobody else."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Message, Report
from app.queries.letters import mail_token
from app.rules.permissions import Role
from app.rules.references import grouped
from app.rules.workflow import CaseStatus
from app.services import private_links
from tests import make
from tests.pages import Browser

SECRETS = ("Xanthippe Quill", "xanthippe@example.org", "My neighbour Zebedee", "zebra-crossing")


@pytest.fixture
def token(app: Flask) -> str:
    """Return the private link's token of a report that was just sent."""
    with app.app_context():
        return make.token(name=SECRETS[0], email=SECRETS[1], problem=SECRETS[2])


def bring(app: Flask, token: str, status: CaseStatus) -> None:
    """Bring a report's case as far as ``status``."""
    with app.app_context():
        make.case_with(token, status)


def test_only_the_link_opens_the_page(app: Flask, browser: Browser, token: str) -> None:
    right = browser.open(f"/reports/{token}")
    with app.app_context():
        reference = make.report_with(token).reference

    wrong = browser.open(f"/reports/{reference}")

    assert right.status == 200
    assert wrong.status == 404


@pytest.mark.slow
def test_guesses_find_nothing_and_look_all_the_same(browser: Browser, token: str) -> None:
    client = browser.client

    answers = {
        (response.status_code, response.data)
        for guess in range(10_000)
        for response in [client.get(f"/reports/{guess:026X}")]
    }

    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_the_page_is_kept_by_nobody_and_tells_nobody_its_address(
    browser: Browser, token: str
) -> None:
    for address in (f"/reports/{token}", f"/reports/{token}/receipt", "/reports"):
        headers = browser.client.get(address).headers

        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("typed", ["{}", "{} ", "https://ledger.example/reports/{}/", "?{}"])
def test_a_link_or_a_code_as_people_type_it_opens_the_page(
    browser: Browser, token: str, typed: str
) -> None:
    code = grouped(token).lower() if typed == "?{}" else token
    link = typed.strip("?").format(code)

    page = browser.open("/reports").press("Open your report", link=link)

    assert page.heading.startswith("Your report")


@pytest.mark.parametrize("typed", ["", "0" * 26, "x" * 400, "ключ"])
def test_a_code_that_is_none_gets_a_sentence(browser: Browser, typed: str) -> None:
    page = browser.open("/reports").press("Open your report", link=typed)

    assert page.status == 422


def test_the_link_in_mails_opens_the_same_page(app: Flask, browser: Browser, token: str) -> None:
    with app.app_context():
        other = mail_token(make.report_with(token))

    page = browser.open(f"/reports/{other}")

    assert other != token
    assert page.heading == browser.open(f"/reports/{token}").heading


def test_the_database_holds_neither_link(app: Flask, token: str) -> None:
    with app.app_context():
        other = mail_token(make.report_with(token))
        database = Path(db.engine.url.database or "")

    held = b"".join(file.read_bytes() for file in database.parent.glob("corrigenda.db*"))

    assert token.encode() not in held
    assert other.encode() not in held


def test_a_question_is_answered_and_the_case_goes_on(
    app: Flask, browser: Browser, token: str
) -> None:
    bring(app, token, CaseStatus.WAITING_READER)

    asked = browser.open(f"/reports/{token}")
    answered = asked.press("Send answer", **{"answer-text": "In the port’s yearbook."})

    assert "Where did you read that?" in asked.text
    assert "You answered" in answered.text
    with app.app_context():
        assert make.report_with(token).case_id
        assert db.session.scalars(select(Message.text).order_by(Message.id.desc())).first() == (
            "In the port’s yearbook."
        )


def test_an_empty_answer_gets_a_sentence(app: Flask, browser: Browser, token: str) -> None:
    bring(app, token, CaseStatus.WAITING_READER)

    page = browser.open(f"/reports/{token}").press("Send answer", **{"answer-text": " "})

    assert page.status == 422
    assert "Write an answer first." in page.text


def test_an_answer_that_comes_too_late_is_given_back(
    app: Flask, browser: Browser, token: str
) -> None:
    bring(app, token, CaseStatus.WAITING_READER)
    asked = browser.open(f"/reports/{token}")
    with app.app_context():
        private_links.answer(token, at=make.NOW, text="From another tab.")

    page = asked.press("Send answer", **{"answer-text": "From this one."})

    assert page.status == 409
    assert "From this one." in page.text


def test_something_can_be_added_while_the_case_is_open(
    app: Flask, browser: Browser, token: str
) -> None:
    page = browser.open(f"/reports/{token}").press(
        "Add to the report", **{"add-text": "A photograph of the plaque."}
    )
    bring(app, token, CaseStatus.DECLINED)

    assert "A photograph of the plaque." in page.text
    assert not browser.open(f"/reports/{token}").has_button("Add to the report")


def test_a_decline_is_explained_and_may_be_appealed_once(
    app: Flask, browser: Browser, token: str
) -> None:
    bring(app, token, CaseStatus.DECLINED)

    declined = browser.open(f"/reports/{token}")
    appealed = declined.press("Send appeal", **{"appeal-text": "The yearbook says 1965."})

    assert "Accurate as published" in declined.text
    assert "the port's own records" in declined.text
    assert "The yearbook says 1965." in appealed.text
    assert not appealed.has_button("Send appeal")


def test_a_correction_is_told_and_linked(app: Flask, browser: Browser, token: str) -> None:
    bring(app, token, CaseStatus.CORRECTED)

    page = browser.open(f"/reports/{token}")

    assert "The correction was published" in page.text
    assert page.html.xpath("//main//a[@href='/corrections/1']")


def test_a_report_can_be_withdrawn_while_nothing_is_decided(browser: Browser, token: str) -> None:
    page = browser.open(f"/reports/{token}").press("Withdraw report")

    assert "Withdrawn" in page.text
    assert not page.has_button("Withdraw report")


def test_erasing_takes_name_address_and_words_out_of_every_file(
    app: Flask, browser: Browser, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bring(app, token, CaseStatus.WAITING_READER)
    browser.open(f"/reports/{token}").press("Send answer", **{"answer-text": SECRETS[3]})
    with app.app_context():
        database = Path(db.engine.url.database or "")
    files = [file for file in database.parent.rglob("*") if file.is_file()]
    assert any(SECRETS[2].encode() in file.read_bytes() for file in files)

    page = browser.open(f"/reports/{token}").press("Erase my data")

    assert "Erased, as you asked." in page.text
    for file in (file for file in database.parent.rglob("*") if file.is_file()):
        held = file.read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in held], file.name
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_erasing_leaves_the_case_and_the_public_log_whole(
    app: Flask, browser: Browser, token: str
) -> None:
    bring(app, token, CaseStatus.CORRECTED)

    browser.open(f"/reports/{token}").press("Erase my data")

    assert browser.open("/corrections/1").status == 200
    with app.app_context():
        report = db.session.scalars(select(Report)).one()
        assert (report.problem, report.reporter_name, report.evidence) == ("", "", [])
        assert report.quote == make.PASSAGE


def test_staff_see_that_a_report_was_erased(app: Flask, browser: Browser, token: str) -> None:
    browser.open(f"/reports/{token}").press("Erase my data")
    with app.app_context():
        email = make.staff(Role.TRIAGER).email
    desk = Browser(app.test_client())
    desk.sign_in(email, make.PASSWORD)

    page = desk.open("/desk/cases/C-0001")

    assert "Erased by the reader." in page.text


def test_a_public_page_never_shows_what_readers_wrote(
    app: Flask, browser: Browser, token: str
) -> None:
    bring(app, token, CaseStatus.CORRECTED)
    seen, waiting = set(), ["/"]

    while waiting:
        address = waiting.pop()
        if address in seen or not re.match(r"^/(articles/[^/]*($|/[cv])|corrections|$)", address):
            continue
        seen.add(address)
        answer = browser.fetch(address)
        page = browser.page_of(answer)
        links = page.links() if page else ()
        waiting += [link.partition("?")[0].partition("#")[0] for link in links]
        text = answer.get_data(as_text=True)
        assert not [secret for secret in SECRETS if secret in text], address

    assert len(seen) > 6
