"""The carrier for a site without a mail server: each letter becomes a file in the mail folder."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import current_app

_NAME = re.compile(r"[0-9]{1,19}-[a-z]{1,20}\.eml")
_DRAFT = ".draft-"
_YOUNG = 600
"""Seconds in which a file may be one that its worker has yet to tell the database about."""


class FileCarrier:
    """Writes each letter to a file that only the site's own user can read."""

    def deliver(self, message: EmailMessage, name: str) -> str:
        """Write a message, whole or not at all; return the file's name."""
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=_DRAFT)  # readable by its owner alone
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes())
        Path(draft).replace(folder / name)
        return name


def _folder() -> Path:
    return Path(current_app.instance_path) / "mail"


def read(name: str) -> EmailMessage | None:
    """Return a letter's message, or ``None`` where there is no such file of ours."""
    if not _NAME.fullmatch(name):
        return None
    try:
        content = (_folder() / name).read_bytes()
    except FileNotFoundError:
        return None
    return message_from_bytes(content, policy=policy.default)


def remove(names: Iterable[str]) -> None:
    """Remove letters' files, such as those of a report that is erased."""
    for name in names:
        if _NAME.fullmatch(name):
            (_folder() / name).unlink(missing_ok=True)


def sweep(known: Callable[[Sequence[str]], set[str]]) -> None:
    """Remove the files that no letter knows: what a worker left that was killed halfway.

    ``known`` returns which of some names belong to a letter.
    """
    if not _folder().is_dir():
        return
    before = time.time() - _YOUNG
    old = [path for path in _folder().iterdir() if _is_ours(path) and _modified(path) < before]
    kept = known([path.name for path in old])
    for path in old:
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) or path.name.startswith(_DRAFT)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()
