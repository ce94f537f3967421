"""Signed notes, checkpoints, cosignatures and offline proofs, beginning with others' examples."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.transparency.checkpoints import Checkpoint, opened
from app.rules.transparency.merkle import leaf_hash
from app.rules.transparency.notes import (
    COSIGNATURE_KEY,
    BadNote,
    Note,
    Signature,
    Signer,
    Verifier,
    cosigned,
    cosigned_at,
    signed,
    with_signatures,
)
from app.rules.transparency.proofs import OfflineProof
from tests.rules.transparency.trees import ENTRIES, inclusion, root

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7\
Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
SUM_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUM = """go.sum database tree
63096908
8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54=

— sum.golang.org Az3gri/oVBN1jAhNZ/iS+W31psFAWRT20/GyrhpU6taFwulQGetBkH5S7wp\
GXdS935jiIGiUUAXBVHzT/P6fYhqAmAk=
"""
LOG = Signer("log.example/log", bytes(range(32)))
WITNESS = Signer("witness.example", bytes(range(1, 33)), COSIGNATURE_KEY)


def checkpoint(size: int = 7) -> Checkpoint:
    """Return the checkpoint of a small tree."""
    return Checkpoint(LOG.name, size, root(size))


@pytest.mark.parametrize(("vkey", "source"), [(EXAMPLE_KEY, EXAMPLE), (SUM_KEY, SUM)])
def test_the_published_examples_are_signed(vkey: str, source: str) -> None:
    verifier, note = Verifier.parse(vkey), Note.parse(source)

    assert note.is_signed_by(verifier)
    assert str(verifier) == vkey
    assert str(note) == source


def test_a_checkpoint_of_a_real_log_is_read() -> None:
    found = Checkpoint.parse(Note.parse(SUM).text)

    assert (found.origin, found.size) == ("go.sum database tree", 63096908)
    assert base64.b64encode(found.root).decode() == "8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54="


@pytest.mark.parametrize("at", range(0, len(EXAMPLE) - 1, 3))
def test_a_note_with_one_character_changed_is_not_signed(at: int) -> None:
    changed = EXAMPLE[:at] + chr(ord(EXAMPLE[at]) ^ 1) + EXAMPLE[at + 1 :]

    try:
        is_signed = Note.parse(changed).is_signed_by(Verifier.parse(EXAMPLE_KEY))
    except BadNote:
        is_signed = False

    assert not is_signed


def test_a_checkpoint_is_opened_with_its_log_s_key_alone() -> None:
    source = str(checkpoint().signed_by(LOG))

    found, _note = opened(source, LOG.verifier)

    assert found == checkpoint()
    with pytest.raises(BadNote, match="not of"):
        opened(source, replace(LOG.verifier, name="other.example/log"))
    with pytest.raises(BadNote, match="not signed"):
        opened(source, Signer(LOG.name, bytes(32)).verifier)


def test_a_second_signature_under_the_log_s_key_that_is_false_spoils_the_note() -> None:
    note = checkpoint().signed_by(LOG)
    false = Signature(LOG.name, LOG.verifier.key_id, bytes(64))

    assert not with_signatures(note, [false]).is_signed_by(LOG.verifier)


def test_a_witness_cosigns_with_the_time() -> None:
    note = checkpoint().signed_by(LOG)

    both = with_signatures(note, [cosigned(note, WITNESS, 1_700_000_000)])

    read = Note.parse(str(both))
    assert cosigned_at(read, WITNESS.verifier) == 1_700_000_000
    assert read.is_signed_by(WITNESS.verifier)
    assert read.is_signed_by(LOG.verifier)
    assert cosigned_at(note, WITNESS.verifier) is None
    assert cosigned_at(signed("another\n", LOG), WITNESS.verifier) is None


def test_a_cosignature_with_another_time_is_not_the_witness_s() -> None:
    note = checkpoint().signed_by(LOG)
    genuine = cosigned(note, WITNESS, 1_700_000_000)
    later = replace(genuine, data=(1_700_000_001).to_bytes(8, "big") + genuine.data[8:])

    assert cosigned_at(with_signatures(note, [later]), WITNESS.verifier) is None


@pytest.mark.parametrize(
    "vkey",
    [
        *("", "a", "a+b", "a+00000000+"),
        EXAMPLE_KEY.replace("53", "54", 1),
        "a b" + EXAMPLE_KEY[15:],
        EXAMPLE_KEY[15:],
        EXAMPLE_KEY + "A",
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(vkey)


@pytest.mark.parametrize(
    "text",
    [
        *("", "log\n", "log\n1\n", "log\n01\nAAAA\n", "log\n1\n????\n"),
        "log\n-1\n" + "A" * 43 + "=\n",
        "\n1\n" + "A" * 43 + "=\n",
        "log\n" + "9" * 30 + "\n" + "A" * 43 + "=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@given(st.text())
def test_any_text_is_a_note_or_refused(source: str) -> None:
    for read in (Note.parse, Verifier.parse, Checkpoint.parse, OfflineProof.parse):
        try:
            read(source)
        except BadNote:
            continue


def test_a_note_s_text_ends_with_a_line_feed() -> None:
    with pytest.raises(BadNote, match="line feed"):
        signed("no end", LOG)


@pytest.mark.parametrize("index", range(7))
def test_an_offline_proof_holds_for_its_entry_alone(index: int) -> None:
    proof = OfflineProof(index, tuple(inclusion(index, 7)), str(checkpoint().signed_by(LOG)))

    read = OfflineProof.parse(str(proof))

    assert read == proof
    assert read.check(ENTRIES[index], LOG.verifier) == checkpoint()
    with pytest.raises(BadNote, match="does not lead"):
        read.check(b"another", LOG.verifier)


def test_an_offline_proof_may_carry_extra_data() -> None:
    proof = OfflineProof(2, tuple(inclusion(2, 7)), str(checkpoint().signed_by(LOG)))
    with_extra = str(proof).replace("\nindex", "\nextra AAAA\nindex")

    assert OfflineProof.parse(with_extra).check(ENTRIES[2], LOG.verifier).size == 7


def test_a_proof_is_that_of_the_leaf_and_not_of_its_hash() -> None:
    proof = OfflineProof(0, tuple(inclusion(0, 7)), str(checkpoint().signed_by(LOG)))

    with pytest.raises(BadNote):
        proof.check(leaf_hash(ENTRIES[0]), LOG.verifier)
