"""Checkpoints: what a log commits to at one moment (c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from app.rules.transparency.notes import BadNote, Note, Signer, Verifier, signed

_ROOT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size and the root of a log's tree."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """Return the text of the note that carries it."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint; raise ``BadNote``. Further lines are permitted and not understood."""
        origin, size, encoded, *_further = [*text.split("\n"), "", ""]
        is_number = size.isascii() and size.isdigit() and len(size) <= 19
        if not origin or not is_number or (size != "0" and size.startswith("0")):
            raise BadNote("A checkpoint is: origin, size, root, a line each.")
        try:
            root = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            root = b""
        if len(root) != _ROOT_BYTES:
            raise BadNote("A checkpoint's root is 32 bytes in base64.")
        return cls(origin, int(size), root)

    def signed_by(self, *signers: Signer) -> Note:
        """Return the signed note that is published; there is one signer at least."""
        return signed(str(self), *signers)


def opened(source: str, *keys: Verifier) -> tuple[Checkpoint, Note]:
    """Read a checkpoint that one of a log's keys signed; raise ``BadNote`` where none did."""
    note = Note.parse(source)
    checkpoint = Checkpoint.parse(note.text)
    names = {key.name for key in keys}
    if checkpoint.origin not in names:
        raise BadNote(f"The checkpoint is of “{checkpoint.origin}”, not of “{'”, “'.join(names)}”.")
    if not any(note.is_signed_by(key) for key in keys if key.name == checkpoint.origin):
        raise BadNote(f"The checkpoint is not signed by {checkpoint.origin}.")
    return checkpoint, note
