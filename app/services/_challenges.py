"""Challenges for passkeys (W3C Web Authentication, Level 3, section 13.4.3).

A challenge carries its time and a seal over it, its purpose and the browser that it was given to,
so nothing is kept while it waits; once it is answered it is spent, which is kept.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest

from sqlalchemy.orm import Session

from app.services._limits import is_first
from app.tokens import keyed_hash

_HOLDS = 600
"""Seconds for which a challenge can be answered."""

_TIME, _RANDOM, _SEAL = 8, 16, 16
"""Bytes."""


class Purpose(StrEnum):
    """What an answer to a challenge is good for; for another purpose it is none."""

    SIGN_IN = "sign in"
    SECOND_FACTOR = "second factor"
    CONFIRM = "confirm"
    ADD = "add"


def challenge(purpose: Purpose, browser: str, at: datetime) -> bytes:
    """Return a new challenge; ``browser`` is a secret of the browser that is to answer it."""
    head = int(at.timestamp()).to_bytes(_TIME, "big") + secrets.token_bytes(_RANDOM)
    return head + _seal(head, purpose, browser)


def is_answerable(
    session: Session, given: bytes, purpose: Purpose, browser: str, at: datetime
) -> bool:
    """Say whether a challenge is ours, for this, of now, and unanswered; then it is spent."""
    if len(given) != _TIME + _RANDOM + _SEAL:
        return False
    head, seal = given[: _TIME + _RANDOM], given[_TIME + _RANDOM :]
    age = int(at.timestamp()) - int.from_bytes(head[:_TIME], "big")
    is_ours = compare_digest(seal, _seal(head, purpose, browser))
    return (
        is_ours and 0 <= age < _HOLDS and is_first(session, f"challenge {head.hex()}", 2 * _HOLDS)
    )


def _seal(head: bytes, purpose: Purpose, browser: str) -> bytes:
    return keyed_hash("passkey challenge", purpose, browser, head.hex())[:_SEAL]
