"""Offline proofs: a leaf, its way to the root, and the checkpoint (c2sp.org/tlog-proof)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from app.rules.transparency.checkpoints import Checkpoint, opened
from app.rules.transparency.merkle import is_included, leaf_hash
from app.rules.transparency.notes import BadNote, Verifier

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class OfflineProof:
    """That the entry at ``index`` is in the tree of a signed checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        """Return the proof as a ``.tlog-proof`` file holds it."""
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.path)
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, source: str) -> OfflineProof:
        """Read a proof; raise ``BadNote``. Extra data is permitted and not understood."""
        head, gap, checkpoint = source.partition("\n\n")
        first, *lines = head.split("\n")
        if lines and lines[0].startswith("extra "):
            del lines[0]
        word, _space, number = (lines or [""])[0].partition(" ")
        is_number = number.isascii() and number.isdigit() and len(number) <= 19
        if first != HEADER or not gap or word != "index" or not is_number:
            raise BadNote("This is no offline proof.")
        return cls(int(number), tuple(map(_hash, lines[1:])), checkpoint)

    def check(self, entry: bytes, log: Verifier) -> Checkpoint:
        """Return the checkpoint under which the log has an entry; raise ``BadNote``."""
        checkpoint, _note = opened(self.checkpoint, log)
        leaf = leaf_hash(entry)
        if not is_included(self.index, checkpoint.size, leaf, self.path, checkpoint.root):
            raise BadNote(f"The proof does not lead from this entry at {self.index} to the root.")
        return checkpoint


def _hash(line: str) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 32:
        raise BadNote("A proof's hashes are 32 bytes in base64, a line each.")
    return found
