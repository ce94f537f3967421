"""The outbox as workers use it: taking what is owed, and saying what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom

from sqlalchemy import delete, or_, select

from app.models import Cosigning, DeliveryState, Letter, Owed, Ping
from app.rules.backoff import next_try
from app.rules.errors import Conflict, NotFound
from app.services.transaction import transaction

HOLDS = timedelta(minutes=5)
"""How long a worker has for what it took until another one may take it."""

KEPT_FOR = timedelta(days=30)
"""How long a ping or a cosigning that has gone can still be looked up."""

Kind = type[Owed]
"""What is taken: letters, pings or cosignings."""

_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Held:
    """Something owed that one worker holds, and until when."""

    id: int
    until: datetime
    kind: Kind = Letter


def take(limit: int, *, at: datetime, kind: Kind = Letter) -> list[Held]:
    """Take up to ``limit`` of what is due, for this worker alone.

    Rows that another worker is taking at the same moment are passed over (SKIP LOCKED); SQLite
    has one writer at a time anyway.
    """
    with transaction() as session:
        is_free = or_(kind.held_until.is_(None), kind.held_until <= at)
        due = session.scalars(
            select(kind)
            .where(kind.state == DeliveryState.WAITING, kind.next_try_at <= at, is_free)
            .order_by(kind.next_try_at, kind.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for owed in due:
            owed.held_until = at + HOLDS
            owed.tries += 1
        return [Held(owed.id, at + HOLDS, kind) for owed in due]


def delivered(held: Held, *, at: datetime, file: str = "") -> bool:
    """Note that something owed is out of the house; say whether it was still wanted.

    A letter is not when its report was erased meanwhile: what is left of it has to go, too.
    ``file`` is the name of a letter's copy.
    """
    with transaction() as session:
        owed = session.get(held.kind, held.id, with_for_update=True)
        if owed is None:
            return False
        owed.state, owed.delivered_at = DeliveryState.DELIVERED, at
        owed.held_until, owed.problem = None, ""
        if isinstance(owed, Letter):
            owed.file = file
        return True


def failed(held: Held, *, at: datetime, problem: str, is_final: bool) -> None:
    """Note that something owed could not be delivered: it is tried again later, or parked.

    A worker that was so slow that another one has taken it has no say any more.
    """
    with transaction() as session:
        owed = session.get(held.kind, held.id, with_for_update=True)
        if owed is None or owed.held_until != held.until:
            return
        owed.problem, owed.held_until = problem[:200], None
        later = None if is_final else next_try(owed.tries, at, _chance.random())
        if later is None:
            owed.state = DeliveryState.PARKED
        else:
            owed.next_try_at = later


def drop(held: Held) -> None:
    """Take something out of the outbox that nobody wants any more."""
    with transaction() as session:
        owed = session.get(held.kind, held.id, with_for_update=True)
        if owed is not None:
            session.delete(owed)


def forget_delivered(*, at: datetime) -> None:
    """Delete pings and the like that went long ago: unlike letters, nobody asks after them."""
    with transaction() as session:
        for kind in (Ping, Cosigning):
            session.execute(
                delete(kind).where(
                    kind.state == DeliveryState.DELIVERED, kind.delivered_at < at - KEPT_FOR
                )
            )


def resend(letter_id: int, *, at: datetime) -> None:
    """Try a parked letter again, now and from the beginning."""
    with transaction() as session:
        letter = session.get(Letter, letter_id, with_for_update=True)
        if letter is None:
            raise NotFound("There is no such letter.")
        if letter.state is not DeliveryState.PARKED:
            raise Conflict("Only a parked letter can be sent again.")
        letter.state, letter.next_try_at, letter.tries = DeliveryState.WAITING, at, 0
