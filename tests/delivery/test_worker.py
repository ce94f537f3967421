"""The worker as a process: it polls, waits for the database, stops when told, and may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.delivery import messages, worker
from app.delivery.carriers import Carrier
from app.extensions import WRITE, db
from app.models import DeliveryState, Letter
from app.queries.letters import Outgoing
from app.services import follows, outbox
from tests import make
from tests.delivery.post_office import PostOffice

ROOT = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")


def until(is_true: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_true():
            return True
        time.sleep(0.05)
    return False


def letter() -> Letter:
    """Return the one letter, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Letter)).one()


@contextmanager
def process(app: Flask, office: PostOffice, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``flask worker`` beside the test, with the test's database and post office."""
    settings = {
        "CORRIGENDA_ENV": "development",
        "CORRIGENDA_SECRET_KEY": str(app.config["SECRET_KEY"]),
        "CORRIGENDA_DATABASE_URL": str(app.config["DATABASE_URL"]),
        "CORRIGENDA_INSTANCE_PATH": app.instance_path,
        "CORRIGENDA_MAIL_URL": office.url,
    }
    command = [sys.executable, "-P", "-m", "flask", "--app", f"{ROOT / 'wsgi.py'}:app", "worker"]
    run = subprocess.Popen(  # noqa: S603 - our own program
        [*command, *options], env={**os.environ, **settings}, text=True, stderr=subprocess.PIPE
    )
    try:
        yield run
    finally:
        run.kill()
        run.communicate()


@contextmanager
def thread(app: Flask, carrier: Carrier) -> Iterator[None]:
    """Run the worker in a thread of the test."""
    stop = Event()
    run = Thread(target=worker.work, args=(app, carrier, stop, lambda: False))
    run.start()
    try:
        yield
    finally:
        stop.set()
        run.join(20)


@POSIX
def test_a_worker_delivers_what_comes_and_ends_when_told(
    in_app: Flask, open_office: PostOffice
) -> None:
    with process(in_app, open_office) as run:
        make.report(email="reader@example.org", at=now())
        assert until(lambda: letter().state is DeliveryState.DELIVERED)

        run.terminate()

        assert run.wait(10) == 0
    assert open_office.recipients == ["reader@example.org"]


@POSIX
def test_a_worker_that_is_told_to_end_finishes_the_letter_in_hand(
    in_app: Flask, open_office: PostOffice
) -> None:
    open_office.delay = 2
    for name in ("first", "second"):
        make.report(email=f"{name}@example.org", at=now())
    with process(in_app, open_office) as run:
        assert until(lambda: _held() == 1)
        time.sleep(0.5)

        run.terminate()

        assert run.wait(10) == 0
    assert len(open_office.letters) == 1
    db.session.rollback()
    states = sorted(db.session.scalars(select(Letter.state)))
    assert states == [DeliveryState.DELIVERED, DeliveryState.WAITING]
    assert _held() == 0


def _held() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Letter).where(Letter.held_until.is_not(None))).all())


@POSIX
def test_what_a_killed_worker_held_another_delivers(
    in_app: Flask, open_office: PostOffice, by_mail: Carrier
) -> None:
    make.report(email="reader@example.org", at=now())
    open_office.delay = 60
    with process(in_app, open_office) as run:
        assert until(lambda: _held() == 1)
        run.send_signal(signal.SIGKILL)
        run.wait(10)
    open_office.delay = 0

    assert worker.deliver_due(in_app, by_mail) == 0
    with time_machine.travel(now() + outbox.HOLDS + timedelta(seconds=1)):
        assert worker.deliver_due(in_app, by_mail) == 1

    assert open_office.recipients == ["reader@example.org"]
    assert letter().tries == 2


@POSIX
def test_a_worker_ends_with_the_process_that_started_it(
    in_app: Flask, open_office: PostOffice
) -> None:
    with process(in_app, open_office, "--parent", str(os.getpid() + 1)) as run:
        assert run.wait(60) == 0


@POSIX
def test_once_delivers_what_is_due_and_says_how_much(
    in_app: Flask, open_office: PostOffice
) -> None:
    make.report(email="reader@example.org", at=now())
    with process(in_app, open_office, "--once") as run:
        assert run.wait(60) == 0

    assert open_office.recipients == ["reader@example.org"]


@POSIX
def test_a_setting_that_cannot_be_used_is_said_at_once(in_app: Flask) -> None:
    class Nowhere(PostOffice):
        @property
        def url(self) -> str:
            return "smtp://desk:secret@/"

    with process(in_app, Nowhere(0)) as run:
        _out, said = run.communicate(timeout=60)

    assert run.returncode == 1
    assert "CORRIGENDA_MAIL_URL" in said
    assert "secret" not in said


def _rename(old: str, new: str) -> None:
    with db.engine.connect().execution_options(**WRITE) as connection, connection.begin():
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


def test_a_database_that_is_away_is_waited_for(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    make.report(email="reader@example.org", at=now())
    db.session.remove()
    _rename("letters", "away")
    with thread(in_app, by_mail):
        time.sleep(0.5)
        assert open_office.letters == []

        _rename("away", "letters")

        assert until(lambda: letter().state is DeliveryState.DELIVERED)
    assert len(open_office.letters) == 1


def test_a_database_that_goes_away_after_sending_is_told_later_and_nothing_is_sent_twice(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice
) -> None:
    make.report(email="reader@example.org", at=now())
    db.session.remove()
    open_office.delay = 1
    with thread(in_app, by_mail):
        assert until(lambda: _held() == 1)
        db.session.remove()
        time.sleep(0.3)
        _rename("letters", "away")
        assert until(lambda: len(open_office.letters) == 1)
        time.sleep(0.5)

        _rename("away", "letters")

        assert until(lambda: letter().state is DeliveryState.DELIVERED)
    assert len(open_office.letters) == 1


def test_one_letter_that_cannot_be_made_does_not_hold_up_the_others(
    in_app: Flask, by_mail: Carrier, open_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.report(email="bad@example.org", at=now() - timedelta(minutes=1))
    make.report(email="good@example.org", at=now())
    compose = messages.compose

    def composed(mail: Outgoing, *, at: datetime) -> EmailMessage:
        if mail.address == "bad@example.org":
            raise KeyError("a fault in a template")
        return compose(mail, at=at)

    monkeypatch.setattr(messages, "compose", composed)

    worker.deliver_due(in_app, by_mail)

    assert open_office.recipients == ["good@example.org"]
    db.session.rollback()
    bad = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert bad is not None
    assert bad.state is DeliveryState.WAITING
    assert bad.problem == "The message could not be made: KeyError."


def test_addresses_that_never_confirmed_are_deleted_after_a_week(
    in_app: Flask, by_file: Carrier
) -> None:
    follows.ask(make.article().id, "fan@example.org", at=now())
    worker.deliver_due(in_app, by_file)
    assert len(list((Path(in_app.instance_path) / "mail").iterdir())) == 1

    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        worker.deliver_due(in_app, by_file)

    assert db.session.scalars(select(Letter)).all() == []
    assert list((Path(in_app.instance_path) / "mail").iterdir()) == []
