"""Finds the files of an import and opens them; whatever cannot be opened is named, never hidden."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.importers import markdown, plain, wordpress
from app.importers.decoding import LARGEST, too_large
from app.importers.report import ImportProblem, Parsed, Severity, UnreadableArticle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MARKDOWN = frozenset({".md", ".markdown"})
PLAIN = frozenset({".txt"})
EXPORTS = frozenset({".xml"})

_FIRST_LOOK = 8192
_NAMED = 5

_Identity = tuple[int, int]


def find(paths: Iterable[Path]) -> Iterator[Path | ImportProblem]:
    """Yield the articles' files among ``paths`` and below them, sorted, and what is in the way.

    A symbolic link is followed once: a file or folder that was already seen is skipped and
    named, so a loop ends where it closes. Only regular files are opened. What is too large or
    binary is a problem here, before anything reads it. A WordPress export is known by how it
    begins, and may be of any size.
    """
    search = _Search()
    for path in paths:
        if _is_folder(path):
            yield from search.below(path)
            continue
        found = search.file(path)
        if isinstance(found, ImportProblem) or _is_read(path):
            yield found
        else:
            kinds = ", ".join(sorted(MARKDOWN | PLAIN | EXPORTS))
            yield ImportProblem(str(path), None, f"Articles are read from files named {kinds}.")


def is_many(path: Path) -> bool:
    """Say whether a file that was found holds many articles: a WordPress export."""
    suffix = path.suffix.lower()
    return suffix in EXPORTS or (suffix not in MARKDOWN and wordpress.is_export(path))


def read(path: Path) -> Parsed:
    """Return the article in one file: Markdown with front matter, or plain text.

    A ``.txt`` that begins with front matter counts as Markdown. Raises ``UnreadableArticle``.
    """
    try:
        with path.open("rb") as file:
            source = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UnreadableArticle.at(str(path), None, _reason(error)) from None
    if len(source) > LARGEST:
        raise UnreadableArticle.at(str(path), None, too_large(None))
    is_markdown = path.suffix.lower() in MARKDOWN or markdown.has_front_matter(source)
    parse = markdown.parse if is_markdown else plain.parse
    return parse(str(path), source)


@dataclass(slots=True)
class _Search:
    """One search: what it has seen already, by device and inode."""

    folders: dict[_Identity, Path] = field(default_factory=dict)
    files: dict[_Identity, Path] = field(default_factory=dict)

    def below(self, top: Path) -> Iterator[Path | ImportProblem]:
        """Yield what is in a folder, each folder's own files before its folders'."""
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            problem, entries = self._entries(folder)
            if problem:
                yield problem
            files = [entry for entry in entries if not _is_folder(entry)]
            yield from (self.file(each) for each in files if _is_article(each))
            yield from _others(folder, [each for each in files if not _is_article(each)])
            waiting += [entry for entry in reversed(entries) if _is_folder(entry)]

    def file(self, path: Path) -> Path | ImportProblem:
        """Return a file that may be read, or why it may not."""
        try:
            status = path.stat()
            message = _objection(path, status.st_mode, status.st_size)
        except (OSError, ValueError) as error:
            return ImportProblem(str(path), None, _reason(error))
        if message:
            return ImportProblem(str(path), None, message)
        identity = (status.st_dev, status.st_ino)
        if identity in self.files:
            message = f"This is the same file as {self.files[identity]}."
            return ImportProblem(str(path), None, message, Severity.SKIPPED)
        self.files[identity] = path
        return path

    def _entries(self, folder: Path) -> tuple[ImportProblem | None, list[Path]]:
        try:
            status = folder.stat()
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            return ImportProblem(str(folder), None, _reason(error)), []
        identity = (status.st_dev, status.st_ino)
        first = self.folders.get(identity)
        if first is None:
            self.folders[identity] = folder
            return None, entries
        message = f"This folder is {first} again."
        if first in folder.parents:
            message = f"A symbolic link leads back to {first}: the loop is not followed."
        return ImportProblem(str(folder), None, message, Severity.SKIPPED), []


def _is_read(path: Path) -> bool:
    """Say whether a file that somebody named is one that articles are read from."""
    return path.suffix.lower() in MARKDOWN | PLAIN or is_many(path)


def _is_article(path: Path) -> bool:
    """Say whether a file in a folder is one; of all that is XML, only exports are."""
    suffix = path.suffix.lower()
    return suffix in MARKDOWN | PLAIN or (
        suffix in EXPORTS and _is_regular(path) and wordpress.is_export(path)
    )


def _is_regular(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # Not even to be looked at: it is named as a file that cannot be opened.
        return False


def _objection(path: Path, mode: int, size: int) -> str:
    """Return why a file cannot be an article, or nothing."""
    if not stat.S_ISREG(mode):
        return "This is not a regular file."
    if is_many(path):
        return ""
    if size > LARGEST:
        return too_large(size)
    with path.open("rb") as file:
        at = file.read(_FIRST_LOOK).find(b"\0")
    return f"A NUL byte at offset {at}: this is not a text file." if at >= 0 else ""


def _others(folder: Path, others: list[Path]) -> Iterator[ImportProblem]:
    if others:
        names = ", ".join(path.name for path in others[:_NAMED])
        names += ", …" if len(others) > _NAMED else ""
        files = "1 file" if len(others) == 1 else f"{len(others)} files"
        message = f"{files} of another kind skipped: {names}"
        yield ImportProblem(str(folder), None, message, Severity.SKIPPED)


def _reason(error: Exception) -> str:
    """Return the system's own words for what is wrong, without the path they repeat."""
    words = getattr(error, "strerror", None) or str(error)
    return f"This cannot be opened: {words}."
