"""The outbox as workers use it: taking letters, and saying what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom

from sqlalchemy import or_, select

from app.models import Letter, LetterState
from app.rules.backoff import next_try
from app.rules.errors import Conflict, NotFound
from app.services.transaction import transaction

HOLDS = timedelta(minutes=5)
"""How long a worker has for a letter until another one may take it."""

_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Held:
    """A letter that one worker holds, and until when."""

    id: int
    until: datetime


def take(limit: int, *, at: datetime) -> list[Held]:
    """Take up to ``limit`` letters that are due, for this worker alone.

    Rows that another worker is taking at the same moment are passed over (SKIP LOCKED); SQLite
    has one writer at a time anyway.
    """
    with transaction() as session:
        is_free = or_(Letter.held_until.is_(None), Letter.held_until <= at)
        due = session.scalars(
            select(Letter)
            .where(Letter.state == LetterState.WAITING, Letter.next_try_at <= at, is_free)
            .order_by(Letter.next_try_at, Letter.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for letter in due:
            letter.held_until = at + HOLDS
            letter.tries += 1
        return [Held(letter.id, at + HOLDS) for letter in due]


def delivered(held: Held, *, at: datetime, file: str = "") -> bool:
    """Note that a letter is out of the house; say whether it was still wanted.

    It is not when its report was erased meanwhile: what is left of it has to go, too.
    """
    with transaction() as session:
        letter = session.get(Letter, held.id, with_for_update=True)
        if letter is None:
            return False
        letter.state, letter.delivered_at = LetterState.DELIVERED, at
        letter.held_until, letter.file, letter.problem = None, file, ""
        return True


def failed(held: Held, *, at: datetime, problem: str, is_final: bool) -> None:
    """Note that a letter could not be delivered: it is tried again later, or parked.

    A worker that was so slow that another one has taken the letter has no say any more.
    """
    with transaction() as session:
        letter = session.get(Letter, held.id, with_for_update=True)
        if letter is None or letter.held_until != held.until:
            return
        letter.problem, letter.held_until = problem[:200], None
        later = None if is_final else next_try(letter.tries, at, _chance.random())
        if later is None:
            letter.state = LetterState.PARKED
        else:
            letter.next_try_at = later


def drop(held: Held) -> None:
    """Take a letter out of the outbox that nobody wants any more."""
    with transaction() as session:
        letter = session.get(Letter, held.id, with_for_update=True)
        if letter is not None:
            session.delete(letter)


def resend(letter_id: int, *, at: datetime) -> None:
    """Try a parked letter again, now and from the beginning."""
    with transaction() as session:
        letter = session.get(Letter, letter_id, with_for_update=True)
        if letter is None:
            raise NotFound("There is no such letter.")
        if letter.state is not LetterState.PARKED:
            raise Conflict("Only a parked letter can be sent again.")
        letter.state, letter.next_try_at, letter.tries = LetterState.WAITING, at, 0
