"""The Merkle tree: the vectors of RFC 6962, every proof of small trees, and each spoilt one."""

from __future__ import annotations

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.transparency.merkle import (
    EMPTY_ROOT,
    consistency_spans,
    inclusion_spans,
    is_consistent,
    is_included,
    leaf_hash,
    nodes_of,
    span_hash,
)
from tests.rules.transparency.trees import (
    ENTRIES,
    NODES,
    consistency,
    defined_root,
    flips,
    grown,
    inclusion,
    root,
)

LEAVES = [
    bytes.fromhex(entry)
    for entry in [
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    ]
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
SIZES = [*range(301), 1000]


@pytest.mark.parametrize(("size", "expected"), ROOTS.items())
def test_the_roots_are_those_of_the_vectors(size: int, expected: str) -> None:
    nodes = grown(LEAVES[:size])

    assert span_hash((0, size), nodes).hex() == expected


def test_the_roots_are_those_of_the_definition_and_of_another_library() -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")  # type: ignore[no-untyped-call] # not ours

    for size in range(1, 301):
        other.append_entry(ENTRIES[size - 1])
        assert root(size) == defined_root(ENTRIES[:size]) == other.get_root()


def test_a_tree_keeps_one_node_for_each_complete_subtree() -> None:
    expected = {
        (level, position)
        for level in range(len(ENTRIES).bit_length())
        for position in range(len(ENTRIES) >> level)
    }

    assert set(NODES) == expected


@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_holds_and_none_that_is_spoilt(size: int) -> None:
    for index in range(size):
        leaf, proof = leaf_hash(ENTRIES[index]), inclusion(index, size)

        assert is_included(index, size, leaf, proof, root(size))
        assert not any(is_included(index, size, leaf, bad, root(size)) for bad in flips(proof))


@pytest.mark.parametrize("new", SIZES)
def test_every_consistency_proof_holds_and_none_that_is_spoilt(new: int) -> None:
    for old in range(new + 1):
        proof = consistency(old, new)

        assert is_consistent(old, new, root(old), root(new), proof)
        assert not any(is_consistent(old, new, root(old), root(new), bad) for bad in flips(proof))


@given(st.data(), st.integers(1, 300))
def test_a_proof_of_something_else_does_not_hold(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size + 5))
    leaf, proof = leaf_hash(ENTRIES[index]), inclusion(index, size)

    assert other == index or not is_included(other, size, leaf, proof, root(size))
    assert not is_included(index, size, leaf_hash(b"another"), proof, root(size))
    assert not is_included(index, size, leaf, proof, root(size + 1))
    assert not is_included(index, size, leaf, [*proof, proof[0] if proof else leaf], root(size))
    assert not proof or not is_included(index, size, leaf, proof[:-1], root(size))


@given(st.data(), st.integers(2, 300))
def test_a_fork_is_not_consistent(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    forked = grown([b"forked", *ENTRIES[1:old]])

    fork = span_hash((0, old), forked)

    assert not is_consistent(old, new, fork, root(new), consistency(old, new))


def test_misshapen_questions_have_no_answer() -> None:
    assert not is_included(-1, 4, EMPTY_ROOT, [], EMPTY_ROOT)
    assert not is_included(4, 4, EMPTY_ROOT, [], EMPTY_ROOT)
    assert not is_consistent(3, 2, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not is_consistent(0, 5, root(1), root(5), [])
    assert not is_consistent(3, 5, root(3), root(5), [])
    assert not is_consistent(4, 4, root(4), root(4), [root(1)])
    for index, size in [(0, 0), (5, 5), (-1, 3)]:
        with pytest.raises(ValueError, match="has no leaf"):
            inclusion_spans(index, size)
    with pytest.raises(ValueError, match="has not grown"):
        consistency_spans(5, 4)


@given(st.integers(0, 2**40))
def test_a_tree_is_covered_by_as_many_nodes_as_its_size_has_ones(size: int) -> None:
    nodes = nodes_of((0, size))

    assert len(nodes) == size.bit_count()
    assert sum(1 << level for level, _ in nodes) == size
