"""Where a log is read from that is checked from outside: a folder, or a site over HTTP."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

import click

from app.rules.transparency.audit import Broken, Read

_SECONDS = 20
_GONE = 410
_MOST_BYTES = 50_000_000


def from_folder(folder: Path) -> Read:
    """Return a reader of an export's files."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return read


def from_web(url: str) -> Read:
    """Return a reader of a site's files; ``url`` is the log's address, such as ``…/log``."""
    if not url.startswith(("http://", "https://")):
        raise click.UsageError("--url begins with http:// or https://")

    def read(path: str) -> bytes | None:
        request = urllib.request.Request(f"{url.rstrip('/')}/{path}")  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            return error.read() if error.code == _GONE else None  # it was redacted, and says so
        except (OSError, HTTPException) as error:
            raise Broken(f"{url} cannot be read: {error}") from None

    return read
