"""Signed notes and cosignatures (c2sp.org/signed-note, c2sp.org/tlog-cosignature), Ed25519."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOTE_KEY = 0x01
"""The type of a key that signs notes (c2sp.org/signed-note, “Signature types”)."""

COSIGNATURE_KEY = 0x04
"""The type of a witness's key (c2sp.org/tlog-cosignature, “Format”)."""

_DASH = "— "
_KEY_BYTES = 32
_TIME_BYTES = 8


class BadNote(ValueError):
    """A note, a signature or a key is not of the form that the specification asks for."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Somebody's public key under a name, as published in a ``vkey``."""

    name: str
    public: bytes
    kind: int = NOTE_KEY

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, line feed, type and key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        """Return the key as a ``vkey``: ``name+key id+base64 of type and key``."""
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read a ``vkey``; raise ``BadNote`` where it is none that is understood here."""
        name, plus, rest = vkey.strip().partition("+")
        key_id, _plus, encoded = rest.partition("+")
        key = _decoded(encoded)
        if not plus or len(key) != 1 + _KEY_BYTES or key[0] not in (NOTE_KEY, COSIGNATURE_KEY):
            raise BadNote("This is no Ed25519 verifier key: name+hex+base64.")
        found = cls(_checked_name(name), key[1:], key[0])
        if found.key_id.hex() != key_id:
            raise BadNote("The verifier key's id does not belong to its name and key.")
        return found

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Say whether this key made a signature over a message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name."""

    name: str
    private: bytes
    kind: int = NOTE_KEY

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        public = self._key().public_key().public_bytes_raw()
        return Verifier(self.name, public, self.kind)

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message (RFC 8032: the same each time)."""
        return self._key().sign(message)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.private)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note; ``data`` is what follows the key's id."""

    name: str
    key_id: bytes
    data: bytes

    def __str__(self) -> str:
        """Return the line, without its line feed."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.data).decode()}"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read a signature line; raise ``BadNote``."""
        name, _space, encoded = line.removeprefix(_DASH).partition(" ")
        data = _decoded(encoded)
        if not line.startswith(_DASH) or len(data) <= 4:
            raise BadNote("A signature line is: em dash, name, base64.")
        return cls(_checked_name(name), data[:4], data[4:])

    def is_by(self, verifier: Verifier) -> bool:
        """Say whether the line claims to be of this key; what it is worth is another question."""
        return self.name == verifier.name and self.key_id == verifier.key_id


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line feed, and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return the note as it is sent."""
        return self.text + "\n" + "".join(f"{each}\n" for each in self.signatures)

    @classmethod
    def parse(cls, source: str) -> Note:
        """Read a note; raise ``BadNote`` (c2sp.org/signed-note, “Format”)."""
        text, gap, tail = source.rpartition("\n\n")
        is_printable = all(character == "\n" or character >= " " for character in source)
        if not gap or not tail.endswith("\n") or not is_printable:
            raise BadNote("A signed note is a text, an empty line and signature lines.")
        return cls(text + "\n", tuple(map(Signature.parse, tail[:-1].split("\n"))))

    def is_signed_by(self, verifier: Verifier) -> bool:
        """Say whether the note bears a valid signature of this key, and no invalid one."""
        if verifier.kind == COSIGNATURE_KEY:
            return cosigned_at(self, verifier) is not None
        claimed = [each for each in self.signatures if each.is_by(verifier)]
        message = self.text.encode()
        return bool(claimed) and all(verifier.has_signed(message, each.data) for each in claimed)


def signed(text: str, *signers: Signer) -> Note:
    """Sign a text, which has to end with a line feed."""
    if not text.endswith("\n"):
        raise BadNote("The text of a note ends with a line feed.")
    message = text.encode()
    return Note(
        text,
        tuple(Signature(each.name, each.verifier.key_id, each.sign(message)) for each in signers),
    )


def cosigned(note: Note, signer: Signer, time: int) -> Signature:
    """Return a witness's cosignature, made at ``time`` (seconds since 1970, UTC)."""
    stamp = time.to_bytes(_TIME_BYTES, "big")
    signature = signer.sign(_cosigned_message(note, time))
    return Signature(signer.name, signer.verifier.key_id, stamp + signature)


def cosigned_at(note: Note, witness: Verifier) -> int | None:
    """Return when a witness cosigned a note, in seconds since 1970; ``None`` if it did not."""
    for signature in note.signatures:
        if signature.is_by(witness) and len(signature.data) > _TIME_BYTES:
            time = int.from_bytes(signature.data[:_TIME_BYTES], "big")
            if witness.has_signed(_cosigned_message(note, time), signature.data[_TIME_BYTES:]):
                return time
    return None


def with_signatures(note: Note, more: Sequence[Signature]) -> Note:
    """Return a note with further signatures, each once."""
    return Note(note.text, tuple(dict.fromkeys((*note.signatures, *more))))


def _cosigned_message(note: Note, time: int) -> bytes:
    """Return what a witness signs (c2sp.org/tlog-cosignature, “Format”)."""
    return f"cosignature/v1\ntime {time}\n{note.text}".encode()


def _checked_name(name: str) -> str:
    """Return a key's name; raise ``BadNote`` for one with a space or a plus sign."""
    if not name or "+" in name or any(character.isspace() for character in name):
        raise BadNote("A key's name is not empty and holds neither spaces nor “+”.")
    return name


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("This is no base64.") from None
