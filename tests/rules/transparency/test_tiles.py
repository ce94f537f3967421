"""Tiles: their addresses, what they hold, and that a tree follows from them alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.transparency.merkle import leaf_hash
from app.rules.transparency.tiles import (
    WIDTH,
    Tile,
    bundled,
    hashes_in,
    tile_of,
    tiles,
    unbundled,
)
from tests.rules.transparency.trees import ENTRIES, NODES


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(1, 67, 8), "1/067.p/8"),
        (Tile(None, 1000), "entries/x001/000"),
        (Tile(None, 0, 1), "entries/000.p/1"),
        (Tile(63, 999), "63/999"),
    ],
)
def test_a_tile_has_one_address(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("", "0/0", "0/x000/067", "00/000", "64/000", "0/1000", "0/000.p/0", "0/000.p/256"),
        *("0/000.p/999", "0/000.p/08", "0/x001/x234/67", "data/000", "0/000/", "-1/000", "0/٠٠٠"),
    ],
)
def test_what_is_no_address_of_a_tile_is_none(path: str) -> None:
    assert Tile.parse(path) is None


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, WIDTH))
def test_every_tile_is_read_as_it_is_written(level: int, number: int, width: int) -> None:
    tile = Tile(level, number, width)

    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 700, 1001, 70_000])
def test_the_tiles_of_a_tree_hold_each_entry_and_each_hash_once(size: int) -> None:
    found = list(tiles(size))

    held = [node for tile in found if tile.level is not None for node in tile.nodes]
    assert sum(tile.width for tile in found if tile.level is None) == size
    assert len(held) == len(set(held)) == size + (size >> 8) + (size >> 16)
    assert all(tile.is_in(size) for tile in found)
    assert not any(replace(tile, width=tile.width + 1).is_in(size) for tile in found)


def test_a_node_of_a_tile_s_level_is_found_in_its_tile() -> None:
    size = len(ENTRIES)

    for tile in tiles(size):
        if tile.level is not None:
            assert [tile_of(node, size) for node in tile.nodes] == [
                (tile, at) for at in range(tile.width)
            ]
    assert tile_of((3, 0), size) is None


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_as_it_is_written(entries: list[bytes]) -> None:
    assert unbundled(bundled(entries)) == entries


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=5), st.data())
def test_a_bundle_that_is_cut_off_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    whole = bundled(entries)
    last = len(entries[-1]) + 2
    cut = data.draw(st.integers(1, last - 1))

    with pytest.raises(ValueError, match="cut off"):
        unbundled(whole[:-cut])


def test_a_tile_of_hashes_is_cut_into_them() -> None:
    data = b"".join(NODES[node] for node in Tile(0, 0).nodes)

    assert hashes_in(data)[7] == leaf_hash(ENTRIES[7])
    with pytest.raises(ValueError, match="cut off"):
        hashes_in(data[:-1])
