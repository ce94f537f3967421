"""A proof that a browser has worked for a moment: cheap for one reader, dear for a flood.

The proof of a challenge is any text for which SHA-256 of ``challenge:proof`` begins with
``BITS`` zero bits (hashcash). ``static/js/work.js`` finds one.
"""

from __future__ import annotations

import hashlib

BITS = 13
"""About 8,000 hashes, half a second on a telephone."""

_LONGEST = 32


def is_proof(challenge: str, proof: str) -> bool:
    """Say whether ``proof`` proves that work was done for ``challenge``."""
    if not proof or len(proof) > _LONGEST or not proof.isascii():
        return False
    digest = hashlib.sha256(f"{challenge}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
