"""Tries at what only the right person knows: each is spent first, and given back when right.

So two who try at once are two tries, however many could have passed a test that only looked.
Who knows an address cannot lock its owner out: what one sender may try on one account is little,
and what all senders may try on it together is a lot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from limits import parse

from app.rules.errors import TooMany
from app.services._limits import WAIT, give_back, is_on, limiter
from app.tokens import keyed_hash

Limit = tuple[str, ...]
"""A limit such as "5 per hour", and whom it counts."""

PER_SENDER_AND_ACCOUNT = "10 per 15 minutes"
PER_SENDER = "50 per 15 minutes"
PER_ACCOUNT = "300 per hour"
CODES_PER_ACCOUNT = "50 per day"
"""A code has six digits, and whoever tries one knows the password already."""

LINKS_PER_SENDER = "30 per hour"


@contextmanager
def trying(*limits: Limit) -> Iterator[None]:
    """Spend a try of each limit; give them back unless what is inside raises.

    Stands around a transaction, never inside: a refusal must not take the count back with it.

    Raises ``TooMany`` at the first limit that is used up: the wider ones after it stay untouched,
    so that one sender cannot use up what everybody may try.
    """
    for limit, *who in limits:
        if is_on() and not limiter().hit(parse(limit), *who):
            raise TooMany(WAIT)
    yield
    for limit, *who in limits:
        give_back(limit, *who)


def at_password(email: str, sender: str) -> tuple[Limit, ...]:
    """Return what limits tries at the password of an account, be there such a one or not."""
    account = keyed_hash("throttle", email.strip().lower()).hex()
    return (
        (PER_SENDER_AND_ACCOUNT, "password", account, sender),
        (PER_SENDER, "password sender", sender),
        (PER_ACCOUNT, "password account", account),
    )


def at_code(staff_id: int, sender: str) -> tuple[Limit, ...]:
    """Return what limits tries at somebody's second factor."""
    return (
        (PER_SENDER_AND_ACCOUNT, "code", str(staff_id), sender),
        (CODES_PER_ACCOUNT, "code account", str(staff_id)),
    )


def at_proof(staff_id: int, sender: str) -> tuple[Limit, ...]:
    """Return what limits tries at showing again who one is, while signed in."""
    return (
        (PER_SENDER_AND_ACCOUNT, "proof", str(staff_id), sender),
        (CODES_PER_ACCOUNT, "proof account", str(staff_id)),
    )


def at_passkey(sender: str) -> tuple[Limit, ...]:
    """Return what limits tries at signing in with a passkey."""
    return ((PER_SENDER, "passkey", sender),)


def at_link(sender: str) -> tuple[Limit, ...]:
    """Return what limits guesses at the link of an invitation."""
    return ((LINKS_PER_SENDER, "invitation", sender),)
