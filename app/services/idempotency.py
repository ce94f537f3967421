"""Doing once what a program sends twice, by the key that it sends along.

After the IETF draft “The Idempotency-Key HTTP Header Field”: the same key with the same request
is answered as the first time, with another request it is refused, and while the first is under
way it has to wait. Keys are remembered for a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.models import IdempotencyKey
from app.rules.errors import Conflict, InvalidInput
from app.services.transaction import transaction
from app.tokens import keyed_hash

REMEMBERED = timedelta(days=1)
_HOLDS = timedelta(minutes=1)
"""Longer than any request takes: whoever began is dead by then."""


def take_up(key: str, request: str, *, at: datetime) -> bool:
    """Take up what a request asks for; return whether it was done before and is only told again.

    Raises ``Conflict`` while another is at it, and ``InvalidInput`` where the key was used for
    something else.
    """
    mine = IdempotencyKey(
        key_hash=_hash(key),
        request_hash=keyed_hash("idempotent request", request),
        begun_at=at,
        held_until=at + _HOLDS,
    )
    try:
        with transaction() as session:
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.begun_at < at - REMEMBERED))
            known = session.get(IdempotencyKey, mine.key_hash, with_for_update=True)
            if known is None:
                session.add(mine)
                return False
            return _is_done(known, mine, at)
    except IntegrityError:
        # Another began with the same key at the same moment.
        raise _under_way() from None


def _is_done(known: IdempotencyKey, mine: IdempotencyKey, at: datetime) -> bool:
    if known.request_hash != mine.request_hash:
        raise InvalidInput(
            "Idempotency-Key", "This key was used for another request: make a new one."
        )
    if known.done_at is None:
        if known.held_until > at:
            raise _under_way()
        known.held_until = mine.held_until
    return known.done_at is not None


def finish(key: str, *, at: datetime) -> None:
    """Remember that what a key stands for is done."""
    with transaction() as session:
        known = session.get(IdempotencyKey, _hash(key))
        if known is not None:
            known.done_at = at


def forget(key: str) -> None:
    """Forget a key whose request was refused: it may be sent again, put right."""
    with transaction() as session:
        session.execute(
            delete(IdempotencyKey).where(
                IdempotencyKey.key_hash == _hash(key), IdempotencyKey.done_at.is_(None)
            )
        )


def _under_way() -> Conflict:
    return Conflict("The same request is being answered just now: wait a moment, then ask again.")


def _hash(key: str) -> bytes:
    return keyed_hash("idempotency key", key)
