"""``flask articles export``: each article as a Markdown file that the import reads back."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from app.cli.article_summary import Summary
from app.importers import ImportProblem
from app.importers.exported import BEGINNING, write
from app.queries import article_files
from app.queries import articles as article_queries
from app.queries.article_files import WholeArticle
from app.rules.histories import PastVersion

HISTORY = "history.jsonl"
"""The file that holds every version, where all are asked for."""

_HISTORY_BEGINNING = b'{"corrigenda": '


class Outcome(StrEnum):
    """What became of an article's file."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--all-versions",
    is_flag=True,
    help=f"Also write {HISTORY}, which “articles import --history” reads.",
)
@click.option("--force", is_flag=True, help="Replace files that this command did not write.")
@with_appcontext
def export_articles(folder: Path, all_versions: bool, force: bool) -> None:
    """Export every article to DIR as Markdown with front matter, as it is public now.

    Importing the files again changes nothing. A file is put in place only when it is whole and
    was read back; one that this command did not write is left alone. Exit status 1 if any failed.
    """
    target = _Target(folder, force, Summary(("written", "unchanged", "failed")))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            path = folder / HISTORY
            is_wanted = all_versions and target.may_replace(path, _HISTORY_BEGINNING)
            _export(target, stack.enter_context(_whole_file(path)) if is_wanted else None)
    except OSError as error:
        target.fail(folder, error.strerror or str(error))
    target.summary.show()


def _export(target: _Target, history: BinaryIO | None) -> None:
    articles, number = article_files.whole(), article_queries.count()
    with click.progressbar(articles, length=number, label="Exporting", file=sys.stderr) as bar:
        for article in bar:
            path = target.path(article)
            try:
                target.put(path, write(article.draft(article.history.versions[-1]), article.origin))
                if history is not None:
                    history.write(_line(path.name, article))
            except ValueError as error:
                target.fail(path, f"This cannot be written as a file. {error}")


class _Target:
    """The folder that is written to, and what became of each file."""

    def __init__(self, folder: Path, force: bool, summary: Summary) -> None:
        self.folder, self.force, self.summary = folder, force, summary

    def path(self, article: WholeArticle) -> Path:
        """Return where an article's file belongs: by its day and its address."""
        day = article.history.published_at.date().isoformat()
        return self.folder / f"{day}-{article.history.slug}.md"

    def fail(self, path: Path, why: str) -> None:
        """Note that a file could not be written."""
        self.summary.note(ImportProblem(str(path), None, why))

    def may_replace(self, path: Path, beginning: bytes) -> bool:
        """Say whether a file may be written, and note it where something of others' is there."""
        if self.force or not os.path.lexists(path) or _content(path).startswith(beginning):
            return True
        self.fail(path, "Something is here that this command did not write: see --force.")
        return False

    def put(self, path: Path, content: bytes) -> None:
        """Write an article's file, unless it stands there already."""
        try:
            if _content(path) == content:
                self.summary.count(Outcome.UNCHANGED, ())
            elif self.may_replace(path, BEGINNING):
                with _whole_file(path) as file:
                    file.write(content)
                self.summary.count(Outcome.WRITTEN, ())
        except OSError as error:
            self.fail(path, error.strerror or str(error))


def _content(path: Path) -> bytes:
    """Return what is in a file; nothing where it is none, or a link to one elsewhere."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that is put in its place when it is whole, and not at all if that fails."""
    handle, name = tempfile.mkstemp(prefix=".export-", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _line(name: str, article: WholeArticle) -> bytes:
    """Return an article with all its versions as a line that the import of histories reads."""
    revisions = [_revision(article, past) for past in article.history.versions]
    line = {"corrigenda": "1", "path": name, "revisions": revisions}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _revision(article: WholeArticle, past: PastVersion) -> dict[str, str]:
    revision = {"date": past.at.isoformat()}
    if past.declaration:
        revision["reason"] = past.declaration.kind
        revision["notice"] = past.declaration.notice
    return revision | {"text": write(article.draft(past), article.origin).decode()}
