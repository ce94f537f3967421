"""What the transparency log keeps outside the database, in the instance folder.

The signing key must not be in a backup of the database; and the highest checkpoint is kept so
that a restored older database is noticed, instead of growing into another log.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from app import kept_files
from app.logs import log_exception
from app.rules.errors import Unavailable
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.notes import Note, Signer, Verifier


def origin() -> str:
    """Return the log's name: the site's address without its scheme, and ``/log``."""
    return str(current_app.config["SITE_URL"]).partition("://")[2] + "/log"


def signer() -> Signer:
    """Return the log's key under the log's origin; it is made on first use.

    Raises ``Unavailable`` where it cannot be read, or is gone after something was signed with it.
    """
    if not _key().exists():
        if _checkpoint_path().exists():
            raise Unavailable("The log's key, keys/log_key, is gone: put its copy back.")
        kept_files.made_once(_key(), _new_key())
    return _read(_key(), origin())


def signers(name: str = "") -> list[Signer]:
    """Return all keys that sign now: the log's and, while its successor is made known, the former.

    ``name`` is the origin under which they sign, if it is not the present one.
    """
    name = name or origin()
    current = Signer(name, signer().private)
    return [current, _read(_former_key(), name)] if _former_key().exists() else [current]


def verifiers() -> list[Verifier]:
    """Return the public keys under which checkpoints are valid, the present one first.

    Those of ``LOG_FORMER_KEYS`` are among them, which sign no more.
    """
    former = [Verifier.parse(vkey) for vkey in current_app.config["LOG_FORMER_KEYS"]]
    return [each.verifier for each in signers()] + former


def rotate_key() -> bool:
    """Make a new key and let the former one sign beside it; ``False`` where there is one yet.

    The former one signs until its file, ``keys/log_key.former``, is deleted.
    """
    signer()
    try:
        os.link(_key(), _former_key())
    except FileExistsError:
        return False
    kept_files.replace(_key(), _new_key())
    return True


def highest_checkpoint() -> Checkpoint | None:
    """Return the highest checkpoint that was ever published from here.

    Raises ``Unavailable`` where its file cannot be read.
    """
    path = _checkpoint_path()
    try:
        source = path.read_text(encoding="utf-8")
        # A loss of power may leave a new file empty on some file systems: then it is missing.
        return Checkpoint.parse(Note.parse(source).text) if source.strip("\0") else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise Unavailable(f"The file {path.name} in the instance folder cannot be read.") from None


def keep_checkpoint(note: Note) -> None:
    """Keep a checkpoint as the highest, unless a higher one was kept already.

    The file is whole at any moment. That it cannot be written (a full disk) goes into the log of
    errors: what it speaks of is published by then.
    """
    try:
        with _alone():
            highest = highest_checkpoint()
            if highest is None or highest.size < Checkpoint.parse(note.text).size:
                kept_files.replace(_checkpoint_path(), str(note), is_urgent=False)
    except (OSError, Unavailable) as error:
        log_exception(error)


def _new_key() -> str:
    return secrets.token_bytes(32).hex()


def _read(path: Path, name: str) -> Signer:
    try:
        return Signer(name, bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        raise Unavailable(f"The log's key, keys/{path.name}, cannot be read.") from None


def _key() -> Path:
    return Path(current_app.instance_path) / "keys" / "log_key"


def _former_key() -> Path:
    return _key().with_suffix(".former")


def _checkpoint_path() -> Path:
    return Path(current_app.instance_path) / "log_checkpoint"


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time look and write; where there is no ``flock``, the last one wins."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (Path(current_app.instance_path) / "log_checkpoint.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
