"""Witnesses: who cosign a checkpoint once they have seen that the log has only grown.

What is said to one and what it answers follow c2sp.org/tlog-witness.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.rules.transparency.notes import (
    COSIGNATURE_KEY,
    BadNote,
    Note,
    Signature,
    Verifier,
    cosigned_at,
)


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its key, and the address before ``/add-checkpoint``."""

    key: Verifier
    url: str

    @classmethod
    def parse(cls, text: str) -> Witness:
        """Read a witness written as its key, a space and its address; raise ``BadNote``."""
        vkey, _space, url = text.strip().partition(" ")
        key = Verifier.parse(vkey)
        if key.kind != COSIGNATURE_KEY:
            raise BadNote("This is no key for cosignatures.")
        if urlsplit(url).scheme not in ("http", "https") or " " in url:
            raise BadNote("A witness's address begins with http:// or https://.")
        return cls(key, url.rstrip("/"))


def request(old: int, proof: Sequence[bytes], checkpoint: Note) -> bytes:
    """Return what is posted to ``/add-checkpoint``; the proof leads from ``old`` leaves to now."""
    hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
    return f"old {old}\n{hashes}\n{checkpoint}".encode()


def cosignature(answer: bytes, checkpoint: Note, witness: Verifier) -> Signature:
    """Return the witness's valid cosignature in its answer; raise ``BadNote`` for want of one."""
    for line in answer.decode("utf-8", "replace").splitlines():
        signature = Signature.parse(line)
        alone = Note(checkpoint.text, (signature,))
        if cosigned_at(alone, witness) is not None:
            return signature
    raise BadNote(f"The answer holds no valid cosignature of {witness.name}.")


def size_in(answer: bytes) -> int:
    """Return the size that a witness says it has seen (409 Conflict); raise ``BadNote``."""
    text = answer.decode("utf-8", "replace").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise BadNote("The answer holds no size.")
    return int(text)
