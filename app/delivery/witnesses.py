"""The carrier that asks a witness to cosign the latest checkpoint (c2sp.org/tlog-witness)."""

from __future__ import annotations

from flask import current_app

from app.clock import now
from app.delivery.errors import Undeliverable
from app.delivery.posting import post
from app.extensions import db
from app.queries import cosignings
from app.queries import log as log_queries
from app.rules.transparency import witnesses
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.notes import BadNote, Note
from app.rules.transparency.witnesses import Witness
from app.services import log as log_services
from app.services.outbox import Held

_OK, _CONFLICT = 200, 409
_REFUSED = frozenset({400, 403, 404, 422})


def carry(held: Held) -> str | None:
    """Have the latest checkpoint cosigned, and keep the cosignature.

    Returns ``None`` where the witness is none any more, or there is nothing to cosign. Raises
    ``Undeliverable``.
    """
    name = cosignings.witness(held.id)
    known = (Witness.parse(text) for text in current_app.config["WITNESSES"])
    witness = next((each for each in known if each.key.name == name), None)
    note = log_queries.checkpoint()
    if witness is None or note is None:
        return None
    size = Checkpoint.parse(note.text).size
    seen = cosignings.seen_by(witness.key.name)
    status, answer = _ask(witness, seen, size, note)
    if status == _CONFLICT:  # it has seen more than we know of, or another log
        seen = _seen(witness, answer, size)
        status, answer = _ask(witness, seen, size, note)
    if status != _OK:
        problem = f"The witness {witness.key.name} refused the checkpoint (HTTP {status})."
        raise Undeliverable(problem, is_final=status in _REFUSED)
    _keep(witness, note, size, answer)
    return ""


def _ask(witness: Witness, seen: int, size: int, note: Note) -> tuple[int, bytes]:
    said = witnesses.request(seen, log_queries.consistency(seen, size), note)
    db.session.remove()  # a slow witness is no reason to keep a connection to the database
    return post(f"{witness.url}/add-checkpoint", said, f"The witness {witness.key.name}")


def _seen(witness: Witness, answer: bytes, size: int) -> int:
    try:
        seen = witnesses.size_in(answer)
    except BadNote as error:
        raise Undeliverable(f"{witness.key.name}: {error}", is_final=False) from None
    if seen > size:
        problem = f"The witness {witness.key.name} has seen {seen} leaves, and there are {size}."
        raise Undeliverable(problem, is_final=True)
    return seen


def _keep(witness: Witness, note: Note, size: int, answer: bytes) -> None:
    try:
        signature = witnesses.cosignature(answer, note, witness.key)
    except BadNote as error:
        raise Undeliverable(str(error), is_final=False) from None
    log_services.cosign(size, [signature], at=now())
