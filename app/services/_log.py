"""Entering versions, corrections and redactions in the transparency log, inside a transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.clock import now
from app.models import (
    Article,
    LogCheckpoint,
    LogLeaf,
    LogNode,
    LogSalt,
    Redaction,
    Staff,
    Version,
)
from app.queries import log, log_guard
from app.queries.log import Head
from app.queries.log_bodies import Subject, body_of, entry_of
from app.rules.errors import Unavailable
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.leaves import (
    SALT_BYTES,
    LeafType,
    commitment,
    redaction_leaf,
)
from app.rules.transparency.merkle import Node, completed_by, leaf_hash, number_of, span_hash
from app.rules.transparency.redactions import RedactionReason
from app.safekeeping import highest_checkpoint, keep_checkpoint, origin, signers
from app.services._witnesses import owe_witnesses
from app.services.transaction import after_commit, before_commit, lock_correction_log


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf that is to be entered: what it says, when, and which row it is about."""

    entry: bytes
    at: datetime
    salt: bytes | None = None
    version_id: int | None = None
    correction_id: int | None = None


Row = tuple[Article, Subject]


def enter(session: Session, article: Article, row: Subject) -> None:
    """Have a version or a correction entered in the log when the transaction ends.

    All rows of a transaction come under one checkpoint, in the order in which they were named.
    """
    before_commit(session, append, (article, row))


def append(session: Session, rows: Sequence[Row]) -> None:
    """Enter rows in the log: leaves, nodes and one signed checkpoint, in this transaction.

    The work for each grows with the logarithm of the log's size. The time in a leaf is read here,
    so that nobody can date one back. Raises ``Unavailable`` where the database is behind what was
    published: a restored backup must not grow into another log.
    """
    session.flush()
    kept = [(article, row) for article, row in rows if row in session]  # some were given up
    if kept:
        head = locked_head(session)
        at = _not_before(head)
        extend(session, head, [_leaf(article, row, at) for article, row in kept])


def redact(
    session: Session, targets: Sequence[int], *, reason: RedactionReason, by: Staff | None
) -> None:
    """Enter in the log that the bodies of some leaves are taken away, and take away their salts."""
    head = locked_head(session)
    at = _not_before(head)
    extend(
        session,
        head,
        [Leaf(redaction_leaf(at=at, target=each, reason=reason), at) for each in targets],
    )
    by_id = by.id if by else None
    rows = [
        {"target": target, "leaf_index": index, "reason": reason, "at": at, "by_id": by_id}
        for index, target in enumerate(targets, head.size)
    ]
    session.execute(insert(Redaction), rows)
    drop_salts(session, targets)


def drop_salts(session: Session, targets: Sequence[int]) -> None:
    """Take away the salts of leaves whose redaction is noted: nobody can guess a body any more."""
    session.execute(delete(LogSalt).where(LogSalt.leaf_index.in_(targets)))


def locked_head(session: Session) -> Head:
    """Return the log's head, which nobody else moves until this transaction ends.

    Raises ``Unavailable`` where the log must not grow.
    """
    lock_correction_log(session)
    head = log.head_now()
    problem = log_guard.refusal(head, highest_checkpoint())
    if problem:
        raise Unavailable(problem)
    if not head.size:
        # Before the first leaf: from then on, that the file is missing means something.
        keep_checkpoint(Checkpoint(origin(), 0, head.root).signed_by(*signers()))
    return head


def extend(session: Session, head: Head, leaves: Sequence[Leaf]) -> Checkpoint:
    """Add leaves behind the head, with the nodes above them and a checkpoint over all."""
    nodes: dict[Node, bytes] = {}
    edge = dict(head.edge)
    for index, leaf in enumerate(leaves, head.size):
        new = dict(completed_by(index, leaf_hash(leaf.entry), edge))
        edge |= new
        nodes |= new
    size, at = head.size + len(leaves), leaves[-1].at
    checkpoint = Checkpoint(origin(), size, span_hash((0, size), edge))
    note = checkpoint.signed_by(*signers())
    _store(session, head.size, leaves, nodes)
    session.add(LogCheckpoint(size=size, note=str(note), at=at))
    owe_witnesses(session, at)
    after_commit(session, partial(keep_checkpoint, note))
    return checkpoint


def _store(
    session: Session, first: int, leaves: Sequence[Leaf], nodes: Mapping[Node, bytes]
) -> None:
    numbered = list(enumerate(leaves, first))
    session.execute(
        insert(LogLeaf),
        [
            {
                "index": index,
                "entry": leaf.entry,
                "at": leaf.at,
                "version_id": leaf.version_id,
                "correction_id": leaf.correction_id,
            }
            for index, leaf in numbered
        ],
    )
    salts = [{"leaf_index": index, "salt": leaf.salt} for index, leaf in numbered if leaf.salt]
    if salts:
        session.execute(insert(LogSalt), salts)
    session.execute(
        insert(LogNode),
        [{"number": number_of(node), "hash": found} for node, found in nodes.items()],
    )


def _not_before(head: Head) -> datetime:
    """Return the present time in whole seconds, or the last leaf's where that is later."""
    whole = now().replace(microsecond=0)
    return max(whole, head.at) if head.at else whole


def _leaf(article: Article, row: Subject, at: datetime) -> Leaf:
    salt = secrets.token_bytes(SALT_BYTES)
    kind = LeafType.VERSION if isinstance(row, Version) else LeafType.CORRECTION
    made = commitment(kind, salt, body_of(article, row))
    entry = entry_of(article, row, at=at, body=made)
    if isinstance(row, Version):
        return Leaf(entry, at, salt, version_id=row.id)
    return Leaf(entry, at, salt, correction_id=row.id)
