"""Witnesses: what they are asked, what they may answer, and that they hold nothing up."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from proofbundle import verify_tlog_proof
from sqlalchemy import select

from app.delivery import worker
from app.delivery.files import FileCarrier
from app.extensions import db
from app.models import Cosigning, DeliveryState
from app.queries import log
from app.rules.transparency.checkpoints import Checkpoint, opened
from app.rules.transparency.merkle import is_consistent
from app.rules.transparency.notes import COSIGNATURE_KEY, Signer, Verifier, cosigned, cosigned_at
from app.safekeeping import signer
from tests import logs, make
from tests.delivery.post_office import free_port

NAME = "witness.example"
AT = 1_795_000_000


@dataclass
class Witness:
    """A small witness (c2sp.org/tlog-witness) of one log, which cosigns only what has grown."""

    log: Verifier
    signer: Signer = field(default_factory=lambda: Signer(NAME, b"\7" * 32, COSIGNATURE_KEY))
    seen: Checkpoint | None = None
    asked: list[str] = field(default_factory=list)
    answer: tuple[int, bytes] | None = None  # says this, whatever it is asked
    url: str = ""

    def add(self, body: str) -> tuple[int, bytes]:
        """Answer one request to ``/add-checkpoint``."""
        self.asked.append(body)
        if self.answer:
            return self.answer
        head, _gap, source = body.partition("\n\n")
        old_line, *lines = head.splitlines()
        old = int(old_line.removeprefix("old "))
        checkpoint, note = opened(source, self.log)
        known = self.seen or Checkpoint(checkpoint.origin, 0, log.Head(0, None, {}).root)
        if old != known.size:
            return 409, f"{known.size}\n".encode()
        proof = [base64.b64decode(line) for line in lines]
        if not is_consistent(old, checkpoint.size, known.root, checkpoint.root, proof):
            return 422, b""
        self.seen = checkpoint
        return 200, f"{cosigned(note, self.signer, AT)}\n".encode()


@pytest.fixture
def witness(in_app: Flask) -> Iterator[Witness]:
    """Serve a witness on this machine, and let the publication know it."""
    found = Witness(signer().verifier)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, answer = found.add(body) if self.path == "/add-checkpoint" else (404, b"")
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    in_app.config["WITNESSES"] = [f"{found.signer.verifier} {found.url}"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def deliver() -> None:
    """Let the worker do all that is due."""
    while worker.deliver_next(FileCarrier()):
        pass


def cosigning() -> Cosigning:
    """Return the one thing that the witness is owed, as it is now."""
    db.session.rollback()
    return (
        db.session.scalars(select(Cosigning).order_by(Cosigning.id.desc())).first() or Cosigning()
    )


def test_a_publication_is_cosigned_and_so_is_its_proof(witness: Witness) -> None:
    make.article()

    deliver()

    note = log.checkpoint()
    assert note is not None
    assert cosigned_at(note, witness.signer.verifier) == AT
    assert cosigning().state is DeliveryState.DELIVERED
    proof = str(log.offline_proof(0))
    verdict = verify_tlog_proof(
        proof,
        log.entries(0, 1)[0],
        str(signer().verifier),
        [str(witness.signer.verifier)],
        threshold=1,
    )
    assert verdict["ok"]


def test_the_witness_is_shown_how_the_log_grew(witness: Witness) -> None:
    make.article()
    deliver()
    logs.grow(20)

    deliver()

    assert [body.split("\n")[0] for body in witness.asked] == ["old 0", "old 1"]
    assert witness.seen == logs.head()
    assert cosigned_at(log.checkpoint_of(21), witness.signer.verifier) == AT
    assert cosigned_at(log.checkpoint_of(1), witness.signer.verifier) == AT


def test_several_publications_are_cosigned_at_once(witness: Witness) -> None:
    for _ in range(3):
        make.article()

    deliver()

    assert len(witness.asked) == 1
    assert witness.seen is not None
    assert witness.seen.size == 3


def test_a_witness_that_has_seen_more_than_we_remember_is_asked_from_there(
    witness: Witness,
) -> None:
    make.article()
    witness.seen = logs.head()
    make.article()

    deliver()

    assert [body.split("\n")[0] for body in witness.asked] == ["old 0", "old 1"]
    assert cosigning().state is DeliveryState.DELIVERED


def test_a_witness_that_has_seen_a_larger_log_is_a_warning(witness: Witness) -> None:
    make.article()
    witness.answer = 409, b"9\n"

    deliver()

    assert cosigning().state is DeliveryState.PARKED
    assert cosigning().problem == f"The witness {NAME} has seen 9 leaves, and there are 1."


def test_a_witness_that_saw_another_log_does_not_cosign(witness: Witness) -> None:
    make.article()
    witness.seen = Checkpoint(logs.head().origin, 1, b"\1" * 32)
    make.article()

    deliver()

    assert cosigning().state is DeliveryState.PARKED
    assert cosigning().problem == f"The witness {NAME} refused the checkpoint (HTTP 422)."


@pytest.mark.parametrize(
    "answer", [(200, b""), (200, b"\xff\xfe garbage\n"), (409, b"many\n"), (500, b""), (503, b"")]
)
def test_an_answer_that_makes_no_sense_is_asked_for_again_later(
    witness: Witness, answer: tuple[int, bytes]
) -> None:
    make.article()
    witness.answer = answer

    deliver()

    assert cosigning().state is DeliveryState.WAITING
    assert cosigning().tries == 1
    assert cosigning().problem


def test_another_s_cosignature_is_not_kept(witness: Witness) -> None:
    make.article()
    note = log.checkpoint()
    assert note is not None
    stranger = Signer(NAME, b"\6" * 32, COSIGNATURE_KEY)
    witness.answer = 200, f"{cosigned(note, stranger, AT)}\n".encode()

    deliver()

    assert log.checkpoint() == note
    assert cosigning().problem == f"The answer holds no valid cosignature of {NAME}."


def test_a_witness_that_is_away_holds_nobody_up(in_app: Flask, witness: Witness) -> None:
    in_app.config["WITNESSES"] = [f"{witness.signer.verifier} http://127.0.0.1:{free_port()}"]

    make.article()
    deliver()

    assert logs.head().size == 1
    assert cosigning().state is DeliveryState.WAITING
    assert (
        cosigning().problem == f"The witness {NAME} could not be reached: ConnectionRefusedError."
    )


def test_the_next_publication_asks_a_witness_again_that_refused(witness: Witness) -> None:
    make.article()
    witness.answer = 403, b""
    deliver()
    witness.answer = None

    make.article()
    deliver()

    assert cosigning().state is DeliveryState.DELIVERED
    assert witness.seen == logs.head()


def test_who_is_no_witness_any_more_is_owed_nothing(in_app: Flask, witness: Witness) -> None:
    make.article()
    in_app.config["WITNESSES"] = []

    deliver()

    assert witness.asked == []
    assert db.session.scalars(select(Cosigning)).all() == []
