"""Checking a log from outside: from its files alone, whoever serves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.rules.transparency.checkpoints import Checkpoint, opened
from app.rules.transparency.contents import Broken, Contents, Read
from app.rules.transparency.merkle import Node, completed_by, leaf_hash, nodes_of, span_hash
from app.rules.transparency.notes import BadNote, Verifier
from app.rules.transparency.tiles import HEIGHT, WIDTH, Tile, hashes_in, tiles, unbundled


def entries_of(read: Read, first: int, size: int) -> Iterator[bytes]:
    """Yield the entries ``[first, size)`` of a log of ``size`` leaves; raise ``Broken``."""
    for tile in tiles(size):
        start = tile.number * WIDTH
        if tile.level is None and start + tile.width > first:
            data = read(f"tile/{tile.path}")
            if data is None:
                raise Broken(f"tile/{tile.path} is missing", start)
            yield from unbundled(data)[max(0, first - start) :]


@dataclass(slots=True)
class Audit:
    """One walk through a log from its first leaf to its last.

    ``keys`` are those of the log, one of which has to have signed; ``old`` is a checkpoint that was
    seen before: the log has to have grown from it.
    """

    contents: Contents
    keys: Sequence[Verifier]
    old: Checkpoint | None = None
    _edge: dict[Node, bytes] = field(default_factory=dict)
    _upper: dict[Node, bytes] = field(default_factory=dict)

    def checkpoint(self) -> Checkpoint:
        """Return the log's signed checkpoint; raise ``Broken``."""
        try:
            return opened(self._file("checkpoint").decode("utf-8", "replace"), *self.keys)[0]
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
                    self.contents.take(index, entry)
                    self._grow(index, entry)
                    self._refuse_rewritten(index + 1)
                    yield index + 1
                self._compare(Tile(0, tile.number, tile.width))
            elif tile.level:
                self._compare(tile)
        if self._root(head.size) != head.root:
            raise Broken("The entries do not lead to the root of the checkpoint.")
        self.contents.finish()

    def _entries(self, tile: Tile) -> Iterator[tuple[int, bytes]]:
        first = tile.number * WIDTH
        try:
            entries = unbundled(self._file(f"tile/{tile.path}", first))
        except ValueError as problem:
            raise Broken(str(problem), first) from None
        if len(entries) != tile.width:
            raise Broken(f"the bundle {tile.path} holds {len(entries)} entries", first)
        yield from enumerate(entries, first)

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
        found = self.contents.read(path)
        if found is None:
            raise Broken(f"{path} is missing", leaf)
        return found
