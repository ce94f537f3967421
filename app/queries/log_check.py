"""Checking the database against its log: every version, entry, leaf, hash and checkpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models import (
    Article,
    Correction,
    LogCheckpoint,
    LogLeaf,
    LogNode,
    LogSalt,
    Redaction,
    Version,
)
from app.queries import log, log_guard
from app.queries.log_bodies import Subject, body_of, entry_of, subject
from app.rules.errors import NotFound
from app.rules.transparency.contents import Broken
from app.rules.transparency.leaves import LeafType, commitment, read_leaf, written
from app.rules.transparency.merkle import (
    Node,
    completed_by,
    leaf_hash,
    nodes_of,
    number_of,
    span_hash,
)
from app.rules.transparency.notes import BadNote
from app.rules.transparency.redactions import without_words
from app.safekeeping import highest_checkpoint

BATCH = 200
"""How many leaves are read at a time."""


def size() -> int:
    """Return how many leaves there are to check."""
    return db.session.scalar(select(func.count(LogLeaf.index))) or 0


def check() -> Iterator[int]:
    """Check everything, and yield how many leaves are done; raise ``Broken`` at what is wrong.

    What is published is checked against what the database holds now: a leaf against its row, a
    body against its commitment, each hash against the leaves below it, each checkpoint against
    its signature and its root, and the whole against the highest checkpoint kept beside it.
    """
    published = highest_checkpoint()  # first: what is published meanwhile is not looked at
    log.hold_still()
    _refuse_unlogged()
    _refuse_superseded()
    edge: dict[Node, bytes] = {}
    last_at = ""
    for first in range(0, size(), BATCH):
        for index, leaf in enumerate(_leaves(first), first):
            last_at = _check_leaf(index, leaf, last_at)
            edge = _check_nodes(index, leaf, edge)
            _check_checkpoint(index + 1, edge)
            yield index + 1
        db.session.expunge_all()
    _refuse_strays()
    problem = log_guard.refusal(log.head_now(), published)
    if problem:
        raise Broken(problem)


def _refuse_unlogged() -> None:
    """Refuse versions and entries that the log says nothing about."""
    versions = select(Version).outerjoin(LogLeaf, LogLeaf.version_id == Version.id)
    entries = select(Correction).outerjoin(LogLeaf, LogLeaf.correction_id == Correction.id)
    missing: Subject | None = (
        db.session.scalars(versions.where(LogLeaf.version_id.is_(None)).limit(1)).first()
        or db.session.scalars(entries.where(LogLeaf.correction_id.is_(None)).limit(1)).first()
    )
    if missing is not None:
        raise Broken(f"{_named(missing)} is not in the log: run flask log enter")


def _refuse_superseded() -> None:
    """Refuse an article that shows readers another version than its last."""
    last = select(func.max(Version.number)).where(Version.article_id == Article.id)
    found = db.session.scalars(
        select(Article).where(Article.latest_number != last.scalar_subquery()).limit(1)
    ).first()
    if found is not None:
        raise Broken(f"article {found.id} shows version {found.latest_number}, not its last one")


def _leaves(first: int) -> Sequence[LogLeaf]:
    return db.session.scalars(
        select(LogLeaf)
        .where(LogLeaf.index >= first, LogLeaf.index < first + BATCH)
        .order_by(LogLeaf.index)
    ).all()


def _check_leaf(index: int, leaf: LogLeaf, last_at: str) -> str:
    """Check what a leaf says, and return its time."""
    if leaf.index != index:
        raise Broken("it is missing", index)
    try:
        said = read_leaf(leaf.entry)
    except ValueError:
        raise Broken("this is no leaf of a correction log", index) from None
    kind, at = LeafType(said["type"]), str(said["at"])
    if written(leaf.at) != at:
        raise Broken(f"the database says that it came at {written(leaf.at)}, not {at}", index)
    if at < last_at:
        raise Broken(f"its time, {at}, is before that of the leaf before", index)
    if kind is LeafType.REDACTION:
        _check_redaction(index, said)
    else:
        _check_row(index, leaf, said)
    return at


def _check_redaction(index: int, said: Mapping[str, Any]) -> None:
    found = db.session.scalars(select(Redaction).where(Redaction.leaf_index == index)).one_or_none()
    if found is None or (found.target, found.reason) != (said.get("target"), said.get("reason")):
        raise Broken("the redaction that it tells of is not there", index)


def _check_row(index: int, leaf: LogLeaf, said: Mapping[str, Any]) -> None:
    """Check the version or the entry that a leaf is about against what the leaf says."""
    row = subject(leaf)
    if row is None:
        raise Broken("what it is about is not there", index)
    article = db.session.get_one(Article, row.article_id)
    expected = json.loads(entry_of(article, row, at=leaf.at, body=said.get("body", "")))
    for name in sorted(expected.keys() | said.keys()):
        value = expected.get(name)
        if said.get(name) != value:
            raise Broken(f"{_named(row)}: “{name}” is {value!r}, not {said.get(name)!r}", index)
    _check_words(index, row, dict(body_of(article, row)), said)


def _check_words(index: int, row: Subject, body: dict[str, Any], said: Mapping[str, Any]) -> None:
    """Check that words are what their leaf commits to, or gone with the log's knowledge."""
    salt, redaction = db.session.get(LogSalt, index), db.session.get(Redaction, index)
    if salt is None:
        _check_blank(index, row, redaction)
        return
    if redaction is not None:
        raise Broken(f"{_named(row)} is redacted, and its salt is there", index)
    made = commitment(LeafType(said["type"]), salt.salt, body)
    if made != said.get("body"):
        raise Broken(f"{_named(row)} is not what was published", index)


def _check_blank(index: int, row: Subject, redaction: Redaction | None) -> None:
    """Check that what has no salt is redacted: a tombstone stands there, and a leaf says why."""
    if redaction is None:
        raise Broken(f"{_named(row)} has lost its salt, and is not redacted", index)
    if isinstance(row, Version):
        is_blank = row.text == without_words(row.text, redaction.reason)
    else:
        is_blank = (row.notice, row.credit) == (redaction.reason.tombstone, "")
    if not is_blank:
        raise Broken(f"{_named(row)} is redacted, and has words", index)
    try:
        said = read_leaf(log.leaf(redaction.leaf_index).entry)
    except (NotFound, ValueError):
        said = {}
    if (said.get("type"), said.get("target")) != (LeafType.REDACTION, index):
        raise Broken(f"{_named(row)} is redacted, and no leaf says why", index)


def _check_nodes(index: int, leaf: LogLeaf, edge: dict[Node, bytes]) -> dict[Node, bytes]:
    """Check the hashes that a leaf made complete; return those at the edge of the tree."""
    for (level, position), made in completed_by(index, leaf_hash(leaf.entry), edge):
        kept = db.session.get(LogNode, number_of((level, position)))
        if kept is None or kept.hash != made:
            raise Broken(f"the hash at level {level}, position {position} is not its own", index)
        edge[level, position] = made
    return {node: edge[node] for node in nodes_of((0, index + 1))}


def _check_checkpoint(leaves: int, edge: dict[Node, bytes]) -> None:
    """Check the checkpoint that was signed at a size, where one was."""
    found = db.session.get(LogCheckpoint, leaves)
    if found is None:
        return
    try:
        checkpoint = log.signed(found.note)[0]
    except BadNote as problem:
        raise Broken(f"checkpoint of {leaves} leaves: {problem}", leaves - 1) from None
    if (checkpoint.size, checkpoint.root) != (leaves, span_hash((0, leaves), edge)):
        raise Broken(f"the checkpoint of {leaves} leaves has another root", leaves - 1)


def _refuse_strays() -> None:
    """Refuse hashes and checkpoints of leaves that are not there: some were cut off."""
    leaves = size()
    last = db.session.scalar(select(func.max(LogCheckpoint.size))) or 0
    beyond = db.session.scalar(
        select(func.count()).where(LogNode.number >= leaves, LogNode.number < number_of((1, 0)))
    )
    if last != leaves or beyond:
        raise Broken(f"The log was signed with {last} leaves, and {leaves} are there")
    nodes = db.session.scalar(select(func.count(LogNode.number))) or 0
    if nodes != 2 * leaves - leaves.bit_count():
        raise Broken(f"There are {nodes} hashes, which is not what {leaves} leaves have")


def _named(row: Subject) -> str:
    if isinstance(row, Version):
        return f"version {row.number} of article {row.article_id}"
    return f"entry {row.number}"
