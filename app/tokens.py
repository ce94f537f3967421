"""Tokens and keyed hashes: what is stored never suffices to use a private link or a session."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app

from app.rules.references import base32

TOKEN_BYTES = 16
"""128 bits."""

TOKEN_LENGTH = 26
"""As many characters of Crockford's Base32 as 128 bits take: a token can be read out and typed."""


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """Return 32 bytes that only who has the site's secret can compute (HMAC-SHA-256, RFC 2104).

    ``purpose`` separates uses, so that a hash of one cannot serve as another.
    """
    secret = str(current_app.config["SECRET_KEY"])
    key = hashlib.sha256(f"{purpose}\n{secret}".encode()).digest()
    message = b"".join(len(part).to_bytes(8, "big") + part for part in map(_encoded, parts))
    return hmac.digest(key, message, "sha256")


def _encoded(part: str) -> bytes:
    return part.encode("utf-8", "surrogatepass")


def as_token(secret: bytes) -> str:
    """Write the first 128 bits of ``secret`` as a token for an address or a cookie."""
    return base32(int.from_bytes(secret[:TOKEN_BYTES], "big"), TOKEN_LENGTH)
