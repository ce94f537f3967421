"""Tokens, keyed hashes and seals: what is stored never suffices to use what it stands for."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
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


def seal(purpose: str, text: str) -> str:
    """Encrypt ``text`` under the site's secret, so that a copy of the database tells nothing.

    Fernet: AES-128-CBC with HMAC-SHA-256.
    """
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str | None:
    """Return what was sealed, or ``None`` where it was not sealed here, or with another secret."""
    try:
        return _cipher(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _cipher(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(keyed_hash("encryption", purpose)))
