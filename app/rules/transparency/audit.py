"""Checking a log from outside: from its files alone, whoever serves them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.rules.transparency.checkpoints import Checkpoint, opened
from app.rules.transparency.leaves import LeafType, commitment
from app.rules.transparency.merkle import Node, completed_by, leaf_hash, nodes_of, span_hash
from app.rules.transparency.notes import BadNote, Verifier
from app.rules.transparency.tiles import HEIGHT, WIDTH, Tile, hashes_in, tiles, unbundled

Read = Callable[[str], bytes | None]
"""Returns the file at an address below ``log/``, or ``None`` where there is none."""


def entries_of(read: Read, first: int, size: int) -> Iterator[bytes]:
    """Yield the entries ``[first, size)`` of a log of ``size`` leaves; raise ``Broken``."""
    for tile in tiles(size):
        start = tile.number * WIDTH
        if tile.level is None and start + tile.width > first:
            data = read(f"tile/{tile.path}")
            if data is None:
                raise Broken(f"tile/{tile.path} is missing", start)
            yield from unbundled(data)[max(0, first - start) :]


class Broken(Exception):
    """The log is not what it says; ``leaf`` is the first leaf that shows it, where one does."""

    def __init__(self, why: str, leaf: int | None = None) -> None:
        super().__init__(why if leaf is None else f"Leaf {leaf}: {why}")
        self.leaf = leaf


@dataclass(slots=True)
class Audit:
    """One walk through a log from its first leaf to its last.

    ``old`` is a checkpoint that was seen before: the log has to have grown from it. Memory
    grows with the size of the log divided by 256.
    """

    read: Read
    log: Verifier
    old: Checkpoint | None = None
    with_bodies: bool = True
    _edge: dict[Node, bytes] = field(default_factory=dict)
    _upper: dict[Node, bytes] = field(default_factory=dict)
    _redacted: set[int] = field(default_factory=set)
    _withheld: dict[int, str] = field(default_factory=dict)
    _retracted: set[str] = field(default_factory=set)
    _last_at: str = ""

    def checkpoint(self) -> Checkpoint:
        """Return the log's signed checkpoint; raise ``Broken``."""
        try:
            return opened(self._file("checkpoint").decode("utf-8", "replace"), self.log)[0]
        except BadNote as problem:
            raise Broken(f"checkpoint: {problem}") from None

    def run(self, head: Checkpoint) -> Iterator[int]:
        """Check everything, and yield how many leaves are done; raise ``Broken``."""
        if self.old and self.old.size > head.size:
            raise Broken(f"{self.old.size} leaves were published, and there are {head.size}")
        self._refuse_rewritten(0)
        for tile in tiles(head.size):
            if tile.level is None:
                for index, entry in self._entries(tile):
                    self._leaf(index, entry)
                    self._grow(index, entry)
                    self._refuse_rewritten(index + 1)
                    yield index + 1
                self._compare(Tile(0, tile.number, tile.width))
            elif tile.level:
                self._compare(tile)
        if self._root(head.size) != head.root:
            raise Broken("The entries do not lead to the root of the checkpoint.")
        self._refuse_unexplained()

    def _refuse_unexplained(self) -> None:
        """Refuse bodies that are not there, and of which the log does not say why."""
        for index in sorted(self._redacted):
            raise Broken("its body is gone, and no redaction in the log says why", index)
        for index, article in self._withheld.items():
            if article not in self._retracted:
                raise Broken("its body is withheld, and no retraction in the log says why", index)

    @property
    def withheld(self) -> int:
        """How many bodies could not be looked at because a retraction withholds them."""
        return len(self._withheld)

    def _entries(self, tile: Tile) -> Iterator[tuple[int, bytes]]:
        first = tile.number * WIDTH
        try:
            entries = unbundled(self._file(f"tile/{tile.path}", first))
        except ValueError as problem:
            raise Broken(str(problem), first) from None
        if len(entries) != tile.width:
            raise Broken(f"the bundle {tile.path} holds {len(entries)} entries", first)
        yield from enumerate(entries, first)

    def _leaf(self, index: int, entry: bytes) -> None:
        """Check that a leaf is of a known kind, comes in time, and has the body it commits to."""
        leaf = _object(entry)
        if leaf is None or leaf.get("type") not in list(LeafType):
            raise Broken("this is no leaf of a correction log", index)
        at = str(leaf.get("at", ""))
        if at < self._last_at:
            raise Broken(f"its time, {at}, is before that of the leaf before", index)
        self._last_at = at
        if leaf.get("kind") == "retraction":
            self._retracted.add(str(leaf.get("article")))
        if leaf["type"] != LeafType.REDACTION:
            self._body(index, leaf)
        elif not isinstance(leaf.get("target"), int) or not 0 <= leaf["target"] < index:
            raise Broken("it redacts a leaf that does not come before it", index)
        else:
            self._redacted.discard(leaf["target"])

    def _body(self, index: int, leaf: Mapping[str, Any]) -> None:
        if not self.with_bodies:
            return
        beside = _object(self._file(f"bodies/{index}", index))
        if beside is not None and "redacted" in beside:
            self._redacted.add(index)
        elif beside is not None and "withheld" in beside:
            self._withheld[index] = str(leaf.get("article"))
        else:
            refuse_body(index, leaf, beside or {})

    def _grow(self, index: int, entry: bytes) -> None:
        new = dict(completed_by(index, leaf_hash(entry), self._edge))
        self._upper |= {node: found for node, found in new.items() if node[0] % HEIGHT == 0}
        both = self._edge | new
        self._edge = {node: both[node] for node in nodes_of((0, index + 1))}

    def _compare(self, tile: Tile) -> None:
        """Check a tile of hashes against those that the leaves led to."""
        try:
            found = hashes_in(self._file(f"tile/{tile.path}"))
        except ValueError as problem:
            raise Broken(f"tile {tile.path}: {problem}") from None
        for node, there in zip(tile.nodes, found, strict=False):
            if there != self._upper.pop(node):
                leaf = node[1] << node[0]
                raise Broken(f"tile {tile.path} holds another hash than its entry has", leaf)
        if len(found) != tile.width:
            raise Broken(f"tile {tile.path} holds {len(found)} hashes")

    def _refuse_rewritten(self, size: int) -> None:
        if self.old and size == self.old.size and self._root(size) != self.old.root:
            raise Broken(
                f"The first {size} leaves are not those of the older checkpoint: "
                "the log was rewritten."
            )

    def _root(self, size: int) -> bytes:
        return span_hash((0, size), self._edge)

    def _file(self, path: str, leaf: int | None = None) -> bytes:
        found = self.read(path)
        if found is None:
            raise Broken(f"{path} is missing", leaf)
        return found


def refuse_body(index: int, leaf: Mapping[str, Any], beside: Mapping[str, Any]) -> None:
    """Raise ``Broken`` unless salt and body are what a leaf commits to."""
    try:
        salt, body = bytes.fromhex(beside["salt"]), dict(beside["body"])
        made = commitment(LeafType(leaf["type"]), salt, body)
    except (KeyError, TypeError, ValueError):
        raise Broken("its body cannot be read", index) from None
    if made != leaf.get("body"):
        raise Broken("its body is not the one that the leaf commits to", index)


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
