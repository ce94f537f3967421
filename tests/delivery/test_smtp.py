"""Letters by mail: delivered once, and kept when the mail server is down, slow or refusing."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.config import BadSetting
from app.delivery import carriers, worker
from app.delivery.carriers import Carrier
from app.delivery.smtp import MailServer, SmtpCarrier, mail_server
from app.extensions import db
from app.models import DeliveryState, Letter
from app.services import outbox
from tests import make
from tests.delivery.post_office import PostOffice, opened

EMAIL = "reader@example.org"


def the_letter() -> Letter:
    """Return the one letter there is, as the database holds it now."""
    db.session.rollback()
    return db.session.scalars(select(Letter)).one()


@pytest.fixture
def owed(in_app: Flask) -> Letter:
    """Return a letter that is owed."""
    make.report(email=EMAIL, at=now())
    return the_letter()


@pytest.mark.usefixtures("owed")
def test_a_letter_is_delivered(in_app: Flask, by_mail: Carrier, open_office: PostOffice) -> None:
    count = worker.deliver_due(in_app, by_mail)

    assert count == 1
    assert open_office.recipients == [EMAIL]
    assert open_office.envelopes[0].mail_from == "corrections@meridian.example"
    assert the_letter().state is DeliveryState.DELIVERED
    assert the_letter().delivered_at is not None
    assert the_letter().file == ""


@pytest.mark.usefixtures("owed")
def test_what_is_delivered_is_not_sent_again(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    worker.deliver_due(in_app, by_mail)

    with time_machine.travel(now() + timedelta(days=3)):
        assert worker.deliver_due(in_app, by_mail) == 0

    assert len(open_office.letters) == 1


@pytest.mark.usefixtures("owed")
def test_while_the_server_is_down_letters_wait_and_go_out_later(
    in_app: Flask, by_mail: Carrier, office: PostOffice
) -> None:
    worker.deliver_due(in_app, by_mail)
    assert the_letter().state is DeliveryState.WAITING
    assert the_letter().problem == "The mail server could not be reached: ConnectionRefusedError."
    assert the_letter().next_try_at > now()

    with opened(office), time_machine.travel(now() + timedelta(minutes=2)):
        worker.deliver_due(in_app, by_mail)

    assert office.recipients == [EMAIL]
    assert the_letter().state is DeliveryState.DELIVERED
    assert the_letter().problem == ""


@pytest.mark.usefixtures("owed")
def test_a_slow_server_is_not_waited_for_without_end(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    open_office.delay = 2
    assert isinstance(by_mail, SmtpCarrier)
    hasty = SmtpCarrier(by_mail.server, by_mail.site_host, by_mail.sender, timeout=0.3)

    worker.deliver_due(in_app, hasty)

    assert the_letter().state is DeliveryState.WAITING
    assert the_letter().problem == "The mail server did not answer in time."


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize(
    ("command", "answer", "state", "problem"),
    [
        ("RCPT", "450 4.2.1 Try later", DeliveryState.WAITING, "refused the address (SMTP 450)"),
        ("DATA", "451 4.3.0 Try later", DeliveryState.WAITING, "refused the message (SMTP 451)"),
        ("RCPT", "550 5.1.1 Nobody here", DeliveryState.PARKED, "refused the address (SMTP 550)"),
        ("DATA", "554 5.7.1 Looks bad", DeliveryState.PARKED, "refused the message (SMTP 554)"),
    ],
)
def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_parked(
    in_app: Flask,
    by_mail: Carrier,
    open_office: PostOffice,
    command: str,
    answer: str,
    state: DeliveryState,
    problem: str,
) -> None:
    open_office.answers[command] = answer

    worker.deliver_due(in_app, by_mail)

    assert the_letter().state is state
    assert problem in the_letter().problem
    assert open_office.letters == []


@pytest.mark.usefixtures("owed")
def test_what_a_server_says_about_an_address_is_not_kept(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    open_office.answers["RCPT"] = f"550 5.1.1 <{EMAIL}>: no such user"

    worker.deliver_due(in_app, by_mail)

    assert "reader" not in the_letter().problem


@pytest.mark.usefixtures("owed")
def test_after_the_last_try_a_letter_is_parked_and_can_be_sent_again(
    in_app: Flask, by_mail: Carrier, office: PostOffice
) -> None:
    for _ in range(8):
        with time_machine.travel(the_letter().next_try_at + timedelta(seconds=1)):
            worker.deliver_due(in_app, by_mail)
    assert the_letter().state is DeliveryState.PARKED
    assert the_letter().tries == 8

    outbox.resend(the_letter().id, at=now())
    with opened(office):
        worker.deliver_due(in_app, by_mail)

    assert office.recipients == [EMAIL]
    assert the_letter().state is DeliveryState.DELIVERED


@pytest.mark.usefixtures("owed")
def test_a_farewell_that_fails_takes_nothing_back(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    open_office.answers["QUIT"] = "421 I am gone"

    worker.deliver_due(in_app, by_mail)

    assert len(open_office.letters) == 1
    assert the_letter().state is DeliveryState.DELIVERED


def test_several_workers_send_nothing_twice(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    on = make.article()
    emails = [f"reader{number}@example.org" for number in range(40)]
    for email in emails:
        make.report(on, email=email, at=now())
    db.session.remove()
    workers = [Thread(target=worker.deliver_due, args=(in_app, by_mail)) for _ in range(4)]

    for each in workers:
        each.start()
    for each in workers:
        each.join(60)

    assert sorted(open_office.recipients) == sorted(emails)


def test_an_address_with_other_letters_goes_to_a_server_that_knows_them(
    in_app: Flask, by_mail: Carrier, office: PostOffice
) -> None:
    make.report(email="δοκιμή@example.org", at=now())

    with opened(office, enable_SMTPUTF8=True):
        worker.deliver_due(in_app, by_mail)

    assert office.recipients == ["δοκιμή@example.org"]
    assert isinstance(office.envelopes[0].content, bytes)
    assert "To: δοκιμή@example.org\r\n".encode() in office.envelopes[0].content


def test_an_address_with_other_letters_is_parked_where_the_server_does_not_know_them(
    in_app: Flask, by_mail: Carrier, office: PostOffice
) -> None:
    make.report(email="δοκιμή@example.org", at=now())

    with opened(office, enable_SMTPUTF8=False):
        worker.deliver_due(in_app, by_mail)

    assert the_letter().state is DeliveryState.PARKED
    assert "SMTPUTF8" in the_letter().problem


def test_a_domain_with_other_letters_goes_to_any_server(
    in_app: Flask, by_mail: Carrier, office: PostOffice
) -> None:
    make.report(email="leser@müller.example.org", at=now())

    with opened(office, enable_SMTPUTF8=False):
        worker.deliver_due(in_app, by_mail)

    assert office.recipients == ["leser@xn--mller-kva.example.org"]


def test_an_address_that_cannot_be_one_is_parked(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    make.report(email="a@example.org, b@example.org", at=now())

    worker.deliver_due(in_app, by_mail)

    assert the_letter().state is DeliveryState.PARKED
    assert open_office.letters == []


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize("starttls", ["?starttls=1", ""])
def test_a_password_is_never_sent_over_a_line_that_anybody_can_read(
    in_app: Flask, open_office: PostOffice, starttls: str
) -> None:
    in_app.config["MAIL_URL"] = f"smtp://desk:secret@127.0.0.1:{open_office.port}{starttls}"

    worker.deliver_due(in_app, carriers.chosen())

    assert open_office.letters == []
    assert the_letter().state is DeliveryState.WAITING
    assert "SMTPNotSupportedError" in the_letter().problem


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, "", "", False, False)),
        ("smtp://a:b@mail.example:25", MailServer("mail.example", 25, "a", "b", False, True)),
        (
            "smtp://a:b@mail.example?starttls=0",
            MailServer("mail.example", 587, "a", "b", False, False),
        ),
        (
            "smtps://a%40b:c%3A@mail.example",
            MailServer("mail.example", 465, "a@b", "c:", True, False),
        ),
    ],
)
def test_the_setting_names_a_server(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "https://mail.example",
        "smtp://",
        "smtp://desk:secret@mail.example:port",
        "smtp://desk:secret@mail.example?starttls=maybe",
        "smtp://desk:secret@mail.example/inbox",
    ],
)
def test_a_setting_that_names_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(BadSetting, match="CORRIGENDA_MAIL_URL") as refused:
        mail_server(url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@x.example, b@x.example", "ü@x.example"])
def test_a_sender_that_is_none_is_refused(in_app: Flask, sender: str) -> None:
    in_app.config["MAIL_FROM"] = sender

    with pytest.raises(BadSetting, match="CORRIGENDA_MAIL_FROM"):
        carriers.chosen()
