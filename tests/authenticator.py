"""A passkey authenticator in software: it answers a browser's questions as a device would.

Written from W3C Web Authentication, Level 3, and RFC 9052 for its keys; only what tests need.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def decode(text: str) -> bytes:
    """Read base64url without its padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(content: bytes) -> str:
    """Write base64url without its padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


class Authenticator:
    """One passkey; ``flags``, ``origin`` and ``domain`` can be set to what they should not be."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.domain = "localhost"
        self.flags = PRESENT | VERIFIED
        self.count = 0
        self.id = secrets.token_bytes(32)
        self.user = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, asked: str) -> str:
        """Answer ``navigator.credentials.create()``: JSON for JSON."""
        options = json.loads(asked)
        self.user = decode(options["user"]["id"])
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        data = self._data(self.flags | ATTESTED) + credential
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._written(clientDataJSON=client, attestationObject=attestation)

    def use(self, asked: str) -> str:
        """Answer ``navigator.credentials.get()``: JSON for JSON."""
        self.count += 1
        data = self._data(self.flags)
        client = self._client("webauthn.get", json.loads(asked)["challenge"])
        signed = data + hashlib.sha256(client).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._written(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=self.user,
        )

    def _data(self, flags: int) -> bytes:
        domain = hashlib.sha256(self.domain.encode()).digest()
        return domain + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        client = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(client).encode()

    def _public_key(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})  # EC2, ES256, P-256

    def _written(self, **response: bytes) -> str:
        answer: dict[str, Any] = {"id": encode(self.id), "rawId": encode(self.id)}
        written = {name: encode(content) for name, content in response.items()}
        return json.dumps({**answer, "type": "public-key", "response": written})
