"""``flask articles``: a publication's articles, brought in and taken out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.arrivals import Arrivals
from app.cli.article_export import export_articles
from app.cli.article_summary import Summary
from app.cli.staff import told
from app.clock import now
from app.importers import ImportProblem, Parsed, UnreadableArticle, find, is_many, read, wordpress
from app.importers import history as histories
from app.rules.declarations import LONGEST_NOTICE, Declaration
from app.rules.histories import NOTICES
from app.rules.kinds import CorrectionKind
from app.rules.markup import without_unseen
from app.services.articles import Arrival

articles = click.Group("articles", help="Articles, brought in and taken out.")
articles.add_command(export_articles)

_REASONS = ("correction", "update", "minor")


@articles.command("import")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of JSON Lines with articles and their past versions, imported first.",
)
@click.option(
    "--reason",
    type=click.Choice(_REASONS),
    help="Why a text has changed that is public already, or that declares no reason in a history.",
)
@click.option("--notice", default="", help="The notice of such a change; a correction needs one.")
@with_appcontext
def import_articles(
    paths: tuple[Path, ...], history: Path | None, reason: str | None, notice: str
) -> None:
    """Import articles: Markdown, plain text, WordPress exports, and folders with all in them.

    What is public already and reads alike is left alone. What reads otherwise becomes a new
    version, and needs a --reason: nothing is edited silently. Exit status 1 if anything failed.
    """
    if not paths and history is None:
        raise click.UsageError("Name a file or a folder to import, or a --history.")
    if reason == "correction" and not notice:
        raise click.UsageError("A correction needs a --notice: what was wrong, and what is right.")
    if len(notice) > LONGEST_NOTICE or without_unseen(notice) != notice:
        raise click.UsageError(f"A --notice is a text of at most {LONGEST_NOTICE} characters.")
    declared = Declaration(kind=CorrectionKind(reason), notice=notice) if reason else None
    summary = Summary(("created", "revised", "unchanged", "skipped", "failed"))
    with told():
        if history is not None:
            _import_history(history, declared, summary)
        if paths:
            _import_files(paths, declared, summary)
    summary.show()


def _import_history(path: Path, declared: Declaration | None, summary: Summary) -> None:
    """Import a file of histories, a line an article."""
    reading = histories.Reading(str(path), now(), declared)
    try:
        with (
            path.open("rb") as file,
            click.progressbar(
                length=path.stat().st_size, label="Importing the history", file=sys.stderr
            ) as bar,
            Arrivals(summary) as arrivals,
        ):
            for number, line in histories.lines(file):
                if line.strip():
                    _take_line(reading, number, line, arrivals)
                bar.update(len(line))
    except OSError as error:
        summary.note(ImportProblem(str(path), None, f"This cannot be opened: {error.strerror}."))
    if summary.undeclared:
        summary.say(
            f"{summary.undeclared} revisions declare no reason: taken as updates, or as minor "
            "edits where their message speaks of spelling, markup or links."
            if declared is None
            else f"{summary.undeclared} revisions declare no reason: taken as {declared.kind}."
        )


def _take_line(reading: histories.Reading, number: int, line: bytes, arrivals: Arrivals) -> None:
    try:
        past = histories.parse(reading, number, line)
    except UnreadableArticle as error:
        arrivals.note(error.problem)
    else:
        arrivals.add(
            Arrival(past.history, past.origin),
            reading.name,
            number,
            remarks=past.remarks,
            undeclared=past.undeclared,
        )


def _import_files(paths: Sequence[Path], declared: Declaration | None, summary: Summary) -> None:
    found, names = list(find(paths)), _Names(paths)
    many = [item for item in found if isinstance(item, Path) and is_many(item)]
    single = [item for item in found if item not in many]
    with (
        click.progressbar(single, label="Importing", file=sys.stderr) as bar,
        Arrivals(summary) as arrivals,
    ):
        for item in bar:
            if isinstance(item, ImportProblem):
                arrivals.note(item)
            else:
                _take_file(item, names.of(item), declared, arrivals)
    for path in many:
        _import_export(path, declared, summary)


def _take_file(path: Path, name: str, declared: Declaration | None, arrivals: Arrivals) -> None:
    try:
        parsed = read(path)
    except UnreadableArticle as error:
        arrivals.note(error.problem)
    else:
        origin = parsed.origin if parsed.names_itself else name
        _take(parsed, str(path), origin, declared, arrivals)


def _import_export(path: Path, declared: Declaration | None, summary: Summary) -> None:
    """Import the posts of a WordPress export, once it is known to be sound to its end."""
    try:
        export = wordpress.read(path)
        posts: Iterable[Parsed | ImportProblem] = export.articles()
        label = f"Importing {path.name}"
        with (
            click.progressbar(posts, length=export.posts, label=label, file=sys.stderr) as bar,
            Arrivals(summary) as arrivals,
        ):
            for post in bar:
                if isinstance(post, ImportProblem):
                    arrivals.note(post)
                else:
                    _take(post, f"{path}: {post.origin}", post.origin, declared, arrivals)
    except UnreadableArticle as error:
        summary.note(error.problem)


def _take(
    parsed: Parsed,
    place: str,
    origin: str | None,
    declared: Declaration | None,
    arrivals: Arrivals,
) -> None:
    """Import one article, which is known again by ``origin``."""
    kind = declared.kind if declared else None
    notice = (declared.notice or NOTICES.get(declared.kind, "")) if declared else ""
    arrivals.add(Arrival(parsed.draft, origin, kind, notice), place, remarks=parsed.remarks)


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
