"""``flask articles``: articles from elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.clock import now
from app.importers import ImportProblem, Severity, UnreadableArticle, find, read
from app.rules.errors import DeskError
from app.rules.kinds import CorrectionKind
from app.services import articles as article_services

articles = click.Group("articles", help="Articles from elsewhere.")

_REASONS = {
    "correction": CorrectionKind.CORRECTION,
    "update": CorrectionKind.UPDATE,
    "minor": CorrectionKind.MINOR,
}
_NOTICES = {
    "update": "The article was updated where it was first published.",
    "minor": "Small changes where the article was first published; none changes the meaning.",
}


@articles.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--reason",
    type=click.Choice(list(_REASONS)),
    help="Why the text of an article that is public already has changed.",
)
@click.option("--notice", default="", help="The notice of such a change; a correction needs one.")
@with_appcontext
def import_articles(paths: tuple[Path, ...], reason: str | None, notice: str) -> None:
    """Import articles from Markdown and plain text: files, or folders with all that is in them.

    What is public already and reads alike is left alone. What reads otherwise becomes a new
    version, and needs a --reason: nothing is edited silently. Exit status 1 if a file failed.
    """
    notice = notice or _NOTICES.get(reason or "", "")
    if reason and not notice:
        raise click.UsageError("A correction needs a --notice: what was wrong, and what is right.")
    summary = _Summary()
    found = list(find(paths))
    names = _Names(paths)
    with click.progressbar(found, label="Importing", file=sys.stderr) as bar:
        for item in bar:
            if isinstance(item, ImportProblem):
                summary.note(item)
            else:
                summary.take(item, names.of(item), reason, notice)
    summary.show()
    if summary.counts["failed"]:
        raise SystemExit(1)


class _Names:
    """By which name a file is known again when it is imported another time.

    A file in a folder goes by its way from that folder, so that two called ``index.md`` are
    two; a file that was named itself goes by its own name.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.folders = [path for path in paths if path.is_dir()]

    def of(self, path: Path) -> str:
        """Return the name of a file, of at most 500 characters."""
        for folder in self.folders:
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()[-500:]
        return path.name


class _Summary:
    """What became of each file, and every remark on it."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: list[ImportProblem] = []

    def note(self, problem: ImportProblem) -> None:
        """Keep a remark; one about a whole file counts as what became of the file."""
        self.problems.append(problem)
        if problem.severity is not Severity.CHANGED:
            self.counts[problem.severity.value] += 1

    def take(self, path: Path, origin: str, reason: str | None, notice: str) -> None:
        """Import one file, which is known again by ``origin``."""
        try:
            parsed = read(path)
            outcome = article_services.bring_in(
                parsed.draft,
                origin=origin,
                at=now(),
                declared=_REASONS[reason] if reason else None,
                notice=notice,
            )
        except UnreadableArticle as error:
            self.note(error.problem)
        except DeskError as error:
            self.note(ImportProblem(str(path), None, error.message, Severity.FAILED))
        else:
            self.counts[outcome.value] += 1
            self.problems += parsed.remarks

    def show(self) -> None:
        """Print every remark on a line of its own, and then the numbers."""
        for problem in self.problems:
            click.echo(f"{problem.severity.value}: {problem}")
        words = ("created", "revised", "unchanged", "skipped", "failed")
        click.echo(", ".join(f"{self.counts[word]} {word}" for word in words))
