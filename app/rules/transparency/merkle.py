"""The Merkle tree of RFC 6962: hashes, proofs, and how both are checked.

A tree of ``size`` leaves is kept as its complete nodes. ``(level, position)`` names the node
whose subtree holds the ``2**level`` leaves from ``position << level`` on; it never changes once
it is complete, so a log only ever adds nodes. Everything else follows from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

Node = tuple[int, int]
"""A complete node, as level (0 is that of the leaves) and position from the left."""

Span = tuple[int, int]
"""Leaves ``[start, end)`` that a subtree of some tree covers."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, section 2.1.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(span: Span) -> list[Node]:
    """Return the complete nodes that cover a span, from left to right: at most one a level."""
    start, end = span
    found: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def number_of(node: Node) -> int:
    """Return a node's number, by which it is kept: those of a level follow one another."""
    level, position = node
    return level << 48 | position


def span_hash(span: Span, hashes: Mapping[Node, bytes]) -> bytes:
    """Return the hash of the subtree over a span, given its complete nodes."""
    nodes = nodes_of(span)
    if not nodes:
        return EMPTY_ROOT
    combined = hashes[nodes[-1]]
    for node in reversed(nodes[:-1]):
        combined = node_hash(hashes[node], combined)
    return combined


def completed_by(
    index: int, leaf: bytes, hashes: Mapping[Node, bytes]
) -> Iterator[tuple[Node, bytes]]:
    """Yield the nodes that a new leaf makes complete, itself first; about two on average.

    ``hashes`` holds the nodes of ``nodes_of((0, index))``: the left neighbours of these.
    """
    level, position, combined = 0, index, leaf
    yield (level, position), combined
    while position % 2:
        combined = node_hash(hashes[level, position - 1], combined)
        level, position = level + 1, position // 2
        yield (level, position), combined


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the spans whose hashes prove that a leaf is in a tree (RFC 9162, section 2.1.3.1).

    They come from the leaf to the root. Raises ``ValueError`` where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, end = 0, size
    siblings: list[Span] = []
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return siblings[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return the spans whose hashes prove that a tree grew from another (RFC 9162, 2.1.4.1).

    ``old`` and ``new`` are the sizes; raises ``ValueError`` unless ``0 <= old <= new``.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves has not grown from one of {old}")
    if old in (0, new):
        return []
    start, end, is_whole = 0, new, True
    spans: list[Span] = []
    while old != end:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append((start, end))
    return spans[::-1]


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf and its proof lead to (RFC 9162, section 2.1.3.2).

    ``None`` where the proof has not as many hashes as it should.
    """
    if not 0 <= index < size:
        return None
    node, last, combined = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node % 2 or node == last:
            combined = node_hash(sibling, combined)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            combined = node_hash(combined, sibling)
        node, last = node >> 1, last >> 1
    return combined if last == 0 else None


def is_included(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a proof shows that a leaf is in the tree with this root."""
    return root_of_inclusion(index, size, leaf, proof) == root


def is_consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows that one tree grew from another (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    return _grown(node, last, path) == (old_root, new_root)


def _grown(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the older and the newer root that a path leads to; ``None`` if it is misshapen."""
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node % 2 or node == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        node, last = node >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _largest_power_below(size: int) -> int:
    """Return the largest power of two that is smaller than ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1
