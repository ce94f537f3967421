"""The worker: takes what is owed out of the outbox, one at a time, and delivers it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event
from time import monotonic, sleep

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.delivery import files, hub, messages, witnesses
from app.delivery.carriers import Carrier
from app.delivery.errors import Undeliverable
from app.extensions import db
from app.logs import log, log_exception
from app.models import Cosigning, Letter, Ping
from app.queries import letters
from app.services import follows, outbox
from app.services.outbox import Held
from app.services.transaction import scrub

PAUSE = 1.0
"""Seconds of sleep when nothing is due."""

LONGEST_WAIT = 30.0
"""Seconds at most between two tries to reach a database that is away."""

_TIDIES_EVERY = timedelta(minutes=10).total_seconds()


def work(app: Flask, carrier: Carrier, stop: Event, is_over: Callable[[], bool]) -> None:
    """Deliver what is due until ``stop`` is set or ``is_over``; what is in hand is finished.

    A database that is away is waited for.
    """
    tidied, failures = -_TIDIES_EVERY, 0
    while not stop.is_set() and not is_over():
        try:
            with app.app_context():
                if monotonic() - tidied >= _TIDIES_EVERY:
                    tidy()
                    tidied = monotonic()
                is_idle = not deliver_next(carrier)
        except SQLAlchemyError as error:
            failures += 1
            log_exception(error)
            stop.wait(_wait(failures))
            continue
        failures = 0
        if is_idle:
            stop.wait(PAUSE)


def deliver_due(app: Flask, carrier: Carrier) -> int:
    """Deliver what is due now, and end; return how many letters and pings were tried."""
    count = 0
    with app.app_context():
        tidy()
    while True:
        with app.app_context():
            if not deliver_next(carrier):
                return count
        count += 1


def deliver_next(carrier: Carrier) -> bool:
    """Deliver the letter that is due first, else a ping or a checkpoint; say whether there was one.

    They are taken one by one, so that none is held while others are on their way.
    """
    return (
        _deliver(Letter, partial(_carried, carrier=carrier))
        or _deliver(Ping, hub.carry)
        or _deliver(Cosigning, witnesses.carry)
    )


def _deliver(kind: outbox.Kind, carry: Callable[[Held], str | None]) -> bool:
    taken = outbox.take(1, at=now(), kind=kind)
    if not taken:
        return False
    held, name = taken[0], kind.__name__.lower()
    try:
        file = carry(held)
    except Undeliverable as refusal:
        problem, is_final = refusal.problem, refusal.is_final
        _noted(lambda: outbox.failed(held, at=now(), problem=problem, is_final=is_final))
        log.warning(f"{name} failed", number=held.id, problem=problem, is_final=is_final)
        return True
    if file is None:
        _noted(lambda: outbox.drop(held))
        return True
    _noted(lambda: _sent(held, file))
    log.debug(f"{name} delivered", number=held.id)
    return True


def _carried(held: Held, carrier: Carrier) -> str | None:
    """Make a letter's message and hand it over; return its file's name, if it became one.

    Returns ``None`` where nobody wants the letter any more.
    """
    mail = letters.outgoing(held.id)
    if mail is None:
        return None
    try:
        message = messages.compose(mail, at=now())
    except (Undeliverable, SQLAlchemyError):
        raise
    except Exception as error:  # noqa: BLE001 - one bad letter must not hold up the others
        log_exception(error)
        problem = f"The message could not be made: {type(error).__name__}."
        raise Undeliverable(problem, is_final=False) from None
    name = f"{mail.letter.id}-{mail.letter.kind.value}.eml"
    db.session.remove()  # a slow mail server is no reason to keep a connection to the database
    return carrier.deliver(message, name)


def _sent(held: Held, file: str) -> None:
    if not outbox.delivered(held, at=now(), file=file):
        files.remove([file])  # its report was erased while it was on its way


def _noted(note: Callable[[], None]) -> None:
    """Tell the database what became of what is in hand, however long it is away.

    Else another worker would send what has been sent. Gives up when it may be taken by others
    anyway.
    """
    given_up, failures = monotonic() + outbox.HOLDS.total_seconds(), 0
    while True:
        try:
            note()
        except SQLAlchemyError as error:
            log_exception(error)
            if monotonic() > given_up:
                raise
            failures += 1
            sleep(_wait(failures))  # even when asked to stop: something is in hand
        else:
            return


def _wait(failures: int) -> float:
    return float(min(LONGEST_WAIT, 2 ** (failures - 1)))


def tidy() -> None:
    """Delete addresses that never confirmed, files of letters that are no more, erased words.

    What else went long ago goes, too.
    """
    outbox.forget_delivered(at=now())
    files.remove(follows.forget_unconfirmed(at=now()))
    files.sweep(letters.known_files)
    scrub()
