"""The transparency log as files (C2SP tlog-tiles), for whoever checks it, and a page about it."""

from __future__ import annotations

import json
from datetime import timedelta

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.queries import log, log_bodies
from app.rules.errors import NotFound
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.notes import Note
from app.rules.transparency.tiles import Tile
from app.rules.transparency.witnesses import Witness
from app.safekeeping import signer, verifiers
from app.web.access import public
from app.web.public import public_pages

_MOMENT = timedelta(seconds=5)
_YEAR = timedelta(days=365)


@public_pages.get("/log")
@public
def about_log() -> ResponseReturnValue:
    """Say what the log proves and what it does not, and how to check it."""
    note = log.checkpoint()
    return render_template(
        "public/log.html",
        checkpoint=Checkpoint.parse(note.text) if note else None,
        note=str(note) if note else "",
        vkey=str(signer().verifier),
        witnesses=_witnesses(note),
    )


@public_pages.get("/log/checkpoint")
@public
def log_checkpoint() -> ResponseReturnValue:
    """Send the latest signed checkpoint, with the cosignatures of witnesses."""
    note = log.checkpoint()
    if note is None:
        raise NotFound("The log is empty: nothing has been published yet.")
    return _file(str(note), "text/plain", _MOMENT)


@public_pages.get("/log/tile/<path:path>")
@public
def log_tile(path: str) -> ResponseReturnValue:
    """Send a tile of hashes, or a bundle of entries; neither ever changes."""
    wanted = Tile.parse(path)
    if wanted is None:
        abort(404)
    return _file(log.tile(wanted), "application/octet-stream", _YEAR)


@public_pages.get("/log/bodies/<int:index>")
@public
def log_body(index: int) -> ResponseReturnValue:
    """Send what a leaf commits to, with its salt; 410 where it was redacted or is withheld."""
    found = log_bodies.body(index)
    if found is None:
        raise NotFound(f"Leaf {index} is a redaction: it has no body.")
    status = 200 if "body" in found else 410
    return _file(json.dumps(found, ensure_ascii=False), "application/json", _MOMENT, status)


@public_pages.get("/log/proof/<int:index>.tlog-proof")
@public
def log_proof(index: int) -> ResponseReturnValue:
    """Send the proof that a leaf is in the log, to be checked offline."""
    response = _file(str(log.offline_proof(index)), "text/plain", _MOMENT)
    response.headers["Content-Disposition"] = f'attachment; filename="{index}.tlog-proof"'
    return response


@public_pages.get("/log/vkey")
@public
def log_vkey() -> ResponseReturnValue:
    """Send the key with which the log's checkpoints are checked, and those that it had before."""
    return _file("".join(f"{key}\n" for key in verifiers()), "text/plain", _MOMENT)


@public_pages.get("/log/policy")
@public
def log_policy() -> ResponseReturnValue:
    """Send whom to trust with the log, as programs read it: its key and its witnesses."""
    address = current_app.config["SITE_URL"] + url_for("public.about_log")
    lines = [f"log {signer().verifier} {address}"]
    witnesses = [Witness.parse(text) for text in current_app.config["WITNESSES"]]
    names = [f"w{number}" for number, _witness in enumerate(witnesses, 1)]
    lines += [f"witness {name} {each.key}" for name, each in zip(names, witnesses, strict=True)]
    if names:
        lines.append(f"group witnesses any {' '.join(names)}")
    lines.append(f"quorum {'witnesses' if names else 'none'}")
    return _file("".join(f"{line}\n" for line in lines), "text/plain", _MOMENT)


def _file(content: str | bytes, mimetype: str, kept_for: timedelta, status: int = 200) -> Response:
    """Return a file that any page on the web may read."""
    response = Response(content, status, mimetype=mimetype)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public = True
    response.cache_control.max_age = int(kept_for.total_seconds())
    if kept_for >= _YEAR:
        response.cache_control.immutable = True
    if status == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


def _witnesses(note: Note | None) -> list[str]:
    """Return the names of those who signed the checkpoint besides the log."""
    own = {key.name for key in verifiers()}
    return [each.name for each in note.signatures if each.name not in own] if note else []
