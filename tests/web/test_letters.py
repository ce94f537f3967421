"""The desk's letters: what is stuck comes first and can be sent again; copies can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.delivery import carriers, worker
from app.extensions import db
from app.models import DeliveryState, Letter, Ping
from app.rules.permissions import Role
from app.services import outbox
from app.web.desk import letters as letter_pages
from tests import make
from tests.pages import Browser

PROBLEM = "The mail server refused the address (SMTP 550)."


def owe(app: Flask, count: int = 1) -> None:
    """Owe letters to as many readers."""
    with app.app_context():
        on = make.article(headline="A <harbour> & its town")
        for number in range(count):
            make.report(on, email=f"reader{number}@example.org", at=now())


def park(app: Flask) -> int:
    """Park a letter that is due; return its number."""
    with app.app_context():
        held = outbox.take(1, at=now())[0]
        outbox.failed(held, at=now(), problem=PROBLEM, is_final=True)
        return held.id


def write(app: Flask) -> int:
    """Let the worker write the letters that are due to files; return the number of one."""
    with app.app_context():
        carrier = carriers.chosen()
    worker.deliver_due(app, carrier)
    with app.app_context():
        return db.session.scalars(select(Letter.id).where(Letter.file != "")).first() or 0


def state(app: Flask, number: int) -> DeliveryState:
    """Return a letter's state."""
    with app.app_context():
        return db.session.get_one(Letter, number).state


def test_without_letters_the_page_says_what_will_be_here(triager: Browser) -> None:
    page = triager.open("/desk").follow("Letters")

    assert page.heading == "Letters"
    assert "No letters yet" in page.text


def test_a_parked_letter_is_shown_with_its_problem_and_its_report(
    app: Flask, triager: Browser
) -> None:
    owe(app)
    park(app)

    page = triager.open("/desk/letters")

    assert PROBLEM in page.text
    assert "Parked" in page.text
    assert "1 parked, 0 waiting, 0 delivered" in page.text
    assert "A <harbour> & its town" in page.text
    assert "reader0@example.org" not in page.text
    assert "/desk/cases/C-0001" in page.links()


def test_a_parked_letter_can_be_sent_again(app: Flask, triager: Browser) -> None:
    owe(app)
    number = park(app)

    page = triager.open("/desk/letters").press(f"Send again letter {number}")

    assert page.heading == "Letters"
    assert "sent again" in page.response.get_data(as_text=True)
    assert state(app, number) is DeliveryState.WAITING


def test_only_what_is_parked_can_be_sent_again(app: Flask, triager: Browser) -> None:
    owe(app)
    number = park(app)
    page = triager.open("/desk/letters")
    page.press(f"Send again letter {number}")

    again = page.press(f"Send again letter {number}")

    assert again.status == 409
    assert "Only a parked letter" in again.text


def test_sending_again_needs_a_post_a_token_and_somebody_of_the_staff(
    app: Flask, triager: Browser, browser: Browser
) -> None:
    owe(app)
    number = park(app)
    url = f"/desk/letters/{number}/resend"

    got = triager.client.get(url)
    without_token = triager.client.post(url)
    app.config["WTF_CSRF_ENABLED"] = False
    by_visitor = browser.client.post(url)
    missing = triager.client.post("/desk/letters/404/resend")

    statuses = [each.status_code for each in (got, without_token, by_visitor, missing)]
    assert statuses == [405, 400, 403, 404]
    assert state(app, number) is DeliveryState.PARKED


def test_without_a_mail_server_a_letter_can_be_read_at_the_desk(
    app: Flask, triager: Browser
) -> None:
    owe(app)
    number = write(app)

    page = triager.open("/desk/letters").follow(f"Read letter {number}")

    assert page.heading == f"Report received: letter {number}"
    assert "reader0@example.org" in page.text
    assert "We have your report" in page.text
    assert "A <harbour> & its town" in page.text
    assert page.html.xpath("//pre[contains(., 'A <harbour> & its town')]")


def test_a_letter_without_a_copy_has_no_page(app: Flask, triager: Browser) -> None:
    owe(app)
    number = park(app)

    assert triager.open(f"/desk/letters/{number}").status == 404
    assert triager.open("/desk/letters/404").status == 404


@pytest.mark.parametrize("name", ["../corrigenda.db", "../../etc/passwd", "1-received.eml"])
def test_no_other_file_is_ever_shown(app: Flask, triager: Browser, name: str) -> None:
    owe(app)
    number = park(app)
    with app.app_context():
        db.session.get_one(Letter, number).file = name
        db.session.commit()

    assert triager.open(f"/desk/letters/{number}").status == 404


def test_what_needs_somebody_comes_first_and_the_list_goes_on(
    app: Flask, triager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_pages, "PAGE", 2)
    owe(app, 5)
    park(app)
    park(app)

    first = triager.open("/desk/letters")
    second = first.follow("Next page")
    third = second.follow("Next page")

    assert first.text.count("Send again") == 2
    assert second.text.count("Waiting") == 2
    assert third.text.count("Waiting") == 1
    assert "Next page" not in third.text


@pytest.mark.parametrize(
    "after", ["x", "parked", "parked.x.1", "gone.1.1", "parked.1.99999999999999999999", "."]
)
def test_an_odd_place_in_the_list_begins_at_the_beginning(
    app: Flask, triager: Browser, after: str
) -> None:
    owe(app)

    page = triager.open("/desk/letters", query_string={"after": after})

    assert page.status == 200
    assert "Waiting" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_the_letters(
    app: Flask, signed_in: Callable[[Role], Browser], role: Role
) -> None:
    owe(app)

    assert "Waiting" in signed_in(role).open("/desk/letters").text


def test_the_desk_is_told_which_feeds_the_hub_does_not_know_of(
    app: Flask, triager: Browser
) -> None:
    app.config["HUB_URL"] = "https://hub.example/"
    with app.app_context():
        make.article(at=now())
        (held,) = outbox.take(1, at=now(), kind=Ping)
        problem = "The hub refused the ping (HTTP 403)."
        outbox.failed(held, at=now(), problem=problem, is_final=True)

    page = triager.open("/desk/letters")

    assert "/articles.atom: The hub refused the ping (HTTP 403)." in page.text
