"""Merkle trees for tests: grown leaf by leaf as the log grows, and as RFC 6962 defines them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from app.rules.transparency.merkle import (
    Node,
    completed_by,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    span_hash,
)

ENTRIES = tuple(f"entry {number}".encode() for number in range(1001))


def grown(entries: Sequence[bytes]) -> dict[Node, bytes]:
    """Return the complete nodes of a tree that took in entries one by one."""
    nodes: dict[Node, bytes] = {}
    for index, entry in enumerate(entries):
        nodes.update(dict(completed_by(index, leaf_hash(entry), nodes)))
    return nodes


NODES = grown(ENTRIES)


def defined_root(entries: Sequence[bytes]) -> bytes:
    """Return the root by the recursive definition of RFC 6962, section 2.1."""
    if len(entries) == 1:
        return leaf_hash(entries[0])
    middle = 1
    while middle * 2 < len(entries):
        middle *= 2
    return node_hash(defined_root(entries[:middle]), defined_root(entries[middle:]))


@cache
def root(size: int) -> bytes:
    """Return the root of the first ``size`` entries."""
    return span_hash((0, size), NODES)


def inclusion(index: int, size: int) -> list[bytes]:
    """Return the proof that an entry is among the first ``size``."""
    return [span_hash(span, NODES) for span in inclusion_spans(index, size)]


def consistency(old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``new`` entries grew from that of ``old``."""
    return [span_hash(span, NODES) for span in consistency_spans(old, new)]


def flips(proof: Sequence[bytes]) -> list[list[bytes]]:
    """Return a proof with one bit of each of its hashes flipped in turn."""
    flipped = []
    for at, each in enumerate(proof):
        wrong = bytes([each[0] ^ 1]) + each[1:]
        flipped.append([*proof[:at], wrong, *proof[at + 1 :]])
    return flipped
