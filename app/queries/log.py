"""Reading the transparency log: its head, its entries, its hashes, and proofs made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models import (
    LogCheckpoint,
    LogCosignature,
    LogLeaf,
    LogNode,
)
from app.rules.errors import NotFound, Unavailable
from app.rules.transparency.checkpoints import Checkpoint, opened
from app.rules.transparency.merkle import (
    Node,
    Span,
    consistency_spans,
    inclusion_spans,
    nodes_of,
    number_of,
    span_hash,
)
from app.rules.transparency.notes import BadNote, Note, Signature, Verifier, with_signatures
from app.rules.transparency.proofs import OfflineProof
from app.rules.transparency.tiles import WIDTH, Tile, bundled
from app.safekeeping import origin, signers, verifiers

_LARGEST = 2**63 - 1
"""No database counts further."""


@dataclass(frozen=True, slots=True)
class Head:
    """How many leaves the log has, when the last came, and the hashes that make its root."""

    size: int
    at: datetime | None
    edge: dict[Node, bytes]

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return span_hash((0, self.size), self.edge)


def head_now() -> Head:
    """Return the log as it stands; the work grows with the logarithm of its size."""
    last, at = db.session.execute(
        select(LogLeaf.index, LogLeaf.at).order_by(LogLeaf.index.desc()).limit(1)
    ).first() or (-1, None)
    return Head(last + 1, at, hashes(nodes_of((0, last + 1))))


def root(size: int) -> bytes:
    """Return the root that the log had when it had ``size`` leaves."""
    return span_hash((0, size), hashes(nodes_of((0, size))))


def hashes(nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of some nodes, in one query; what the log does not have is left out."""
    wanted = {number_of(node): node for node in nodes}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(LogNode.number, LogNode.hash).where(LogNode.number.in_(wanted))
    )
    return {wanted[number]: found for number, found in rows}


def inclusion(index: int, size: int) -> list[bytes]:
    """Return the proof that a leaf is in the tree of ``size`` leaves (RFC 9162, 2.1.3.1)."""
    return _span_hashes(inclusion_spans(index, size))


def consistency(old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``new`` leaves grew from that of ``old`` (2.1.4.1)."""
    return _span_hashes(consistency_spans(old, new))


def _span_hashes(spans: Sequence[Span]) -> list[bytes]:
    found = hashes(node for span in spans for node in nodes_of(span))
    return [span_hash(span, found) for span in spans]


def checkpoint() -> Note | None:
    """Return the latest checkpoint, signed and cosigned; none while the log is empty."""
    size = db.session.scalar(select(func.max(LogCheckpoint.size)))
    return checkpoint_of(size) if size is not None else None


def checkpoint_of(size: int) -> Note:
    """Return the checkpoint that was signed at a size; raise ``NotFound``.

    It bears the signature of each key that signs now, and the cosignatures that came for it.
    A site that has moved says the same under its new name. Raises ``Unavailable`` where no key
    of the log signed it.
    """
    found = db.session.get(LogCheckpoint, size)
    if found is None:
        raise NotFound("The log signed no checkpoint at this size.")
    try:
        known, kept = signed(found.note)
    except BadNote:
        # Never signed here: whoever can write to the database must not get a signature by it.
        raise Unavailable(f"The checkpoint of {size} leaves is not the log's own.") from None
    if known.origin != origin():
        return Checkpoint(origin(), size, known.root).signed_by(*signers())
    lines = db.session.scalars(
        select(LogCosignature.line)
        .where(LogCosignature.size == size)
        .order_by(LogCosignature.witness)
    )
    own = known.signed_by(*signers()).signatures
    return with_signatures(kept, [*own, *map(Signature.parse, lines)])


def signed(source: str) -> tuple[Checkpoint, Note]:
    """Read a checkpoint that one of the log's keys signed, now or under a name that it had.

    Raises ``BadNote``.
    """
    name = Checkpoint.parse(Note.parse(source).text).origin
    return opened(source, *(Verifier(name, key.public) for key in verifiers()))


def offline_proof(index: int) -> OfflineProof:
    """Return the proof that a leaf is in the latest checkpoint; raise ``NotFound``."""
    note = checkpoint()
    size = Checkpoint.parse(note.text).size if note else 0
    if note is None or not 0 <= index < size:
        raise NotFound("The log has no leaf with this index.")
    return OfflineProof(index, tuple(inclusion(index, size)), str(note))


def tile(wanted: Tile) -> bytes:
    """Return a tile's bytes; raise ``NotFound`` where the log does not reach that far."""
    size = head_size()
    if not wanted.is_in(size):
        raise NotFound("The log has no such tile yet.")
    first = wanted.number * WIDTH
    if wanted.level is None:
        return bundled(entries(first, first + wanted.width))
    start = number_of(wanted.nodes[0])
    return b"".join(
        db.session.scalars(
            select(LogNode.hash)
            .where(LogNode.number >= start, LogNode.number < start + wanted.width)
            .order_by(LogNode.number)
        )
    )


def head_size() -> int:
    """Return how many leaves the log has."""
    last = db.session.scalar(select(func.max(LogLeaf.index)))
    return 0 if last is None else last + 1


def entries(start: int, end: int) -> list[bytes]:
    """Return the entries of the leaves ``[start, end)``."""
    return list(
        db.session.scalars(
            select(LogLeaf.entry)
            .where(LogLeaf.index >= start, LogLeaf.index < end)
            .order_by(LogLeaf.index)
        )
    )


def leaf(index: int) -> LogLeaf:
    """Return a leaf; raise ``NotFound``."""
    found = db.session.get(LogLeaf, index) if index <= _LARGEST else None
    if found is None:
        raise NotFound("The log has no leaf with this index.")
    return found


def leaf_of_correction(correction_id: int) -> LogLeaf | None:
    """Return the leaf of an entry of the correction log."""
    return db.session.scalars(
        select(LogLeaf).where(LogLeaf.correction_id == correction_id)
    ).one_or_none()


def hold_still() -> None:
    """See the database from now on as it is at one moment, whatever is published meanwhile."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":  # SQLite reads so anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
