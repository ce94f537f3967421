"""Small files of the instance folder that are whole at any moment, for their owner's eyes only."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def made_once(path: Path, text: str) -> None:
    """Make a file with ``text``, unless there is one; its folder is made, too.

    Linked into its place whole: of several processes that start at once, one makes it, and none
    reads half of it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, text, is_urgent=True)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def replace(path: Path, text: str, *, is_urgent: bool = True) -> None:
    """Put ``text`` in the place of a file; what is not urgent reaches the disk in its own time."""
    _draft(path, text, is_urgent=is_urgent).replace(path)


def _draft(path: Path, text: str, *, is_urgent: bool) -> Path:
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        if is_urgent:
            file.flush()
            os.fsync(file.fileno())
    return Path(draft)
