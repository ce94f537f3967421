"""Other people's programs read our log, and refuse one that was tampered with.

`tlog-scales` reads the tiles over HTTP, `metamorphic-log` checkpoints and proofs, `proofbundle`
offline proofs. None of them knows our code.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import metamorphic_log
import pytest
from flask import Flask
from proofbundle import verify_tlog_proof
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from werkzeug.serving import make_server

from app import safekeeping
from app.queries import log
from app.rules.transparency.notes import Signer
from tests import logs


@dataclass(frozen=True)
class Published:
    """A log as the world sees it."""

    url: str
    vkey: str
    older: str
    checkpoint: str
    entries: list[bytes]
    proofs: list[str]


@pytest.fixture
def published(app: Flask) -> Iterator[Published]:
    """Serve a log of 300 leaves that had 77 before."""
    with app.app_context():
        logs.grow(77, "one")
        older = str(log.checkpoint())
        logs.grow(223, "two")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Published(
            f"http://127.0.0.1:{server.server_port}/log",
            str(safekeeping.signer().verifier),
            older,
            str(log.checkpoint()),
            log.entries(0, 300),
            [str(log.offline_proof(index)) for index in (0, 76, 255, 256, 299)],
        )
        server.shutdown()
        thread.join()
        server.server_close()


PROVEN = (0, 76, 255, 256, 299)


def _flip(text: str, at: int) -> str:
    """Change one character of base64 into another."""
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def _leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


# --- tlog-scales: tiles over HTTP ------------------------------------------------------


def test_tlog_scales_reads_the_tiles_and_finds_the_root(published: Published) -> None:
    reader = TilesReader(HttpBackend(published.url))
    checkpoint = reader.get_checkpoint()

    checkpoint.verify(Vkey.from_string(published.vkey))

    assert checkpoint.size == 300
    assert reader.calculate_root_hash() == checkpoint.root_hash
    assert [reader.get_entry(index) for index in range(300)] == published.entries
    for index in PROVEN:
        proof = reader.get_inclusion_proof(index, 300)
        proof.check(_leaf_hash(published.entries[index]), checkpoint.root_hash)
    reader.get_consistency_proof(77, 300).check(reader.mth(0, 77), checkpoint.root_hash)


class _Spoilt(HttpBackend):
    """Tiles one bit of which was changed on the way."""

    def __init__(self, base: str, spoilt: str) -> None:
        super().__init__(base)
        self.spoilt = spoilt

    def get(self, *path: str) -> bytes | None:
        data: bytes | None = super().get(*path)
        if data is None or "/".join(path) != self.spoilt:
            return data
        return data[:40] + bytes([data[40] ^ 1]) + data[41:]


def test_tlog_scales_refuses_a_changed_tile(published: Published) -> None:
    spoilt = TilesReader(_Spoilt(published.url, "tile/0/001.p/44"))
    checkpoint = spoilt.get_checkpoint()

    assert spoilt.calculate_root_hash() != checkpoint.root_hash


# --- metamorphic-log: checkpoints, inclusion, consistency ------------------------------


def test_metamorphic_log_accepts_checkpoint_and_proofs(published: Published) -> None:
    head = metamorphic_log.checkpoint_verify(published.checkpoint, [published.vkey])

    assert head.size == 300
    metamorphic_log.checkpoint_verify_consistency(
        published.older, published.checkpoint, [published.vkey], log.consistency(77, 300)
    )
    for index in PROVEN:
        metamorphic_log.checkpoint_verify_inclusion(
            published.checkpoint,
            [published.vkey],
            index,
            _leaf_hash(published.entries[index]),
            log.inclusion(index, 300),
        )


def _refuses(check: Callable[[], object]) -> bool:
    try:
        check()
    except metamorphic_log.VerifyError:
        return True
    return False


def test_metamorphic_log_refuses_what_was_changed(published: Published) -> None:
    root = published.checkpoint.splitlines()[2]
    other_root = published.checkpoint.replace(root, _flip(root, 3))
    other_signature = _flip(published.checkpoint, len(published.checkpoint) - 20)
    grown, included = log.consistency(77, 300), log.inclusion(76, 300)
    leaf, key = _leaf_hash(published.entries[76]), [published.vkey]

    refused = [
        _refuses(lambda: metamorphic_log.checkpoint_verify(other_root, key)),
        _refuses(lambda: metamorphic_log.checkpoint_verify(other_signature, key)),
        *[
            _refuses(
                lambda n=n: metamorphic_log.checkpoint_verify_consistency(  # type: ignore[misc]
                    published.older, published.checkpoint, key, _spoil(grown, n)
                )
            )
            for n in range(len(grown))
        ],
        *[
            _refuses(
                lambda n=n: metamorphic_log.checkpoint_verify_inclusion(  # type: ignore[misc]
                    published.checkpoint, key, 76, leaf, _spoil(included, n)
                )
            )
            for n in range(len(included))
        ],
    ]

    assert len(refused) > 10
    assert all(refused)


def _spoil(hashes: list[bytes], n: int) -> list[bytes]:
    spoilt = bytes([hashes[n][0] ^ 1]) + hashes[n][1:]
    return [*hashes[:n], spoilt, *hashes[n + 1 :]]


# --- proofbundle: offline proofs -------------------------------------------------------


def test_proofbundle_accepts_the_offline_proofs(published: Published) -> None:
    verdicts = [
        verify_tlog_proof(
            proof, published.entries[index], published.vkey, expected_origin="localhost/log"
        )
        for index, proof in zip(PROVEN, published.proofs, strict=True)
    ]

    assert all(verdict["ok"] for verdict in verdicts)
    assert [verdict["index"] for verdict in verdicts] == list(PROVEN)
    assert {verdict["tree_size"] for verdict in verdicts} == {300}


def test_proofbundle_refuses_what_was_changed(published: Published) -> None:
    proof, entry = published.proofs[1], published.entries[76]
    lines = proof.splitlines()
    changed = [proof.replace(line, _flip(line, 2)) for line in lines[2:] if len(line) == 44]

    accepted = [
        verify_tlog_proof(each, entry, published.vkey)["ok"]
        for each in (*changed, proof.replace("index 76", "index 77"), _flip(proof, len(proof) - 20))
    ]
    another = verify_tlog_proof(proof, published.entries[77], published.vkey)["ok"]

    assert len(changed) == 10  # nine on the way, and the root
    assert not any(accepted)
    assert not another


def test_the_tests_would_notice_a_reader_that_accepts_all(published: Published) -> None:
    stranger = replace(published, vkey=str(Signer("localhost/log", b"\5" * 32).verifier))

    verdict = verify_tlog_proof(published.proofs[0], published.entries[0], stranger.vkey)

    assert not verdict["ok"]
    assert _refuses(
        lambda: metamorphic_log.checkpoint_verify(published.checkpoint, [stranger.vkey])
    )
