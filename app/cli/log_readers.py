"""Where a log is read from that is checked from outside: a folder, or a site over HTTP."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

import click

from app.rules.transparency.contents import Broken, Read

_SECONDS = 20
_GONE, _MISSING = 410, 404
_MOST_BYTES = 50_000_000

_opener = urllib.request.build_opener()


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
            with _opener.open(request, timeout=_SECONDS) as answer:
                return bytes(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            return _refused(error, path)
        except (OSError, HTTPException) as error:
            raise Broken(f"{url} cannot be read: {error}") from None

    return read


def _refused(error: urllib.error.HTTPError, path: str) -> bytes | None:
    """Return what stands at an address whose words are gone; ``None`` where there is nothing."""
    with error:
        if error.code == _GONE:  # redacted or withheld, and it says so
            return error.read(_MOST_BYTES)
        if error.code == _MISSING:
            return None
    raise Broken(f"{path} cannot be read: HTTP {error.code}")
