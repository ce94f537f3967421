"""Tiles: the log as files of 256 hashes or entries each (c2sp.org/tlog-tiles)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.rules.transparency.merkle import Node

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""How many hashes or entries a full tile holds."""

LONGEST_ENTRY = 0xFFFF
"""The most bytes that an entry may have: its length is written in two."""

HASH_BYTES = 32

_PATH = re.compile(
    r"(?P<level>0|[1-9]|[1-5][0-9]|6[0-3]|entries)/(?P<upper>(?:x\d{3}/)*)(?P<last>\d{3})"
    r"(?:\.p/(?P<width>[1-9]\d{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: ``level`` is that of the tree divided by 8, or ``None`` for a bundle of entries.

    ``width`` is how many hashes or entries it holds: 256 when it is full.
    """

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The tile's address below ``tile/``, such as ``0/x001/x234/067.p/8``."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        parts = [f"x{group}" for group in groups[:-1]] + groups[-1:]
        level = "entries" if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return "/".join([level, *parts]) + partial

    @classmethod
    def parse(cls, path: str) -> Tile | None:
        """Read an address; ``None`` where it is none, or not the one way to write it."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        level = None if found["level"] == "entries" else int(found["level"])
        number = int(found["upper"].replace("x", "").replace("/", "") + found["last"])
        tile = cls(level, number, int(found["width"] or WIDTH))
        return tile if tile.path == path else None

    @property
    def nodes(self) -> list[Node]:
        """The complete nodes of the tree whose hashes the tile holds, in order."""
        first = self.number * WIDTH
        return [((self.level or 0) * HEIGHT, first + at) for at in range(self.width)]

    def is_in(self, size: int) -> bool:
        """Say whether a tree of ``size`` leaves has all that the tile holds."""
        complete = size >> (self.level or 0) * HEIGHT
        return 0 < self.width <= WIDTH and self.number * WIDTH + self.width <= complete


def tiles(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree, the bundles of entries first, the last of a level partial."""
    yield from _row(None, size)
    level, complete = 0, size
    while complete:
        yield from _row(level, complete)
        level, complete = level + 1, complete >> HEIGHT


def _row(level: int | None, complete: int) -> Iterator[Tile]:
    full, rest = divmod(complete, WIDTH)
    yield from (Tile(level, number) for number in range(full))
    if rest:
        yield Tile(level, full, rest)


def tile_of(node: Node, size: int) -> tuple[Tile, int] | None:
    """Return the tile of a tree that holds a node's hash, and at which place in it.

    ``None`` for a node between the levels of the tiles: it follows from those below.
    """
    level, position = node
    if level % HEIGHT:
        return None
    number, at = divmod(position, WIDTH)
    complete = size >> level
    return Tile(level // HEIGHT, number, min(WIDTH, complete - number * WIDTH)), at


def bundled(entries: Sequence[bytes]) -> bytes:
    """Write entries one after the other, each with its length before it."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(data: bytes) -> list[bytes]:
    """Read a bundle of entries; raise ``ValueError`` where it is cut off."""
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(entry) != length:
            raise ValueError("The bundle of entries is cut off.")
        entries.append(entry)
        at += 2 + length
    return entries


def hashes_in(data: bytes) -> list[bytes]:
    """Read a tile of hashes; raise ``ValueError`` where it is cut off."""
    if len(data) % HASH_BYTES:
        raise ValueError("The tile of hashes is cut off.")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
