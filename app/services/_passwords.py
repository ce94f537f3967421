"""Keeping passwords as hashes (Argon2id, RFC 9106), and comparing them."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from app.rules.errors import InvalidInput
from app.rules.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD

_hasher = PasswordHasher(memory_cost=46 * 1024, time_cost=2, parallelism=1)

NOBODY = _hasher.hash(secrets.token_urlsafe())
"""Checked when there is no such account, so that the answer takes as long as for one there is."""


def hashed(password: str) -> str:
    """Return the hash to keep; raise ``InvalidInput`` for a password that is none."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInput(
            "password",
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
        )
    return _hasher.hash(password)


def is_password(kept: str, password: str) -> bool:
    """Say whether ``password`` is the one whose hash is kept."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher.verify(kept, password)
    except VerificationError:
        return False


def is_outdated(kept: str) -> bool:
    """Say whether a hash was made with less work than new ones are."""
    return _hasher.check_needs_rehash(kept)
