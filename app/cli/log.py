"""``flask log``: checking the transparency log, taking it out, and looking after it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from app import safekeeping
from app.cli.log_readers import from_folder, from_web
from app.cli.staff import told
from app.delivery import files
from app.queries import log as log_queries
from app.queries import log_bodies, log_check, log_guard
from app.queries import staff as staff_queries
from app.rules.transparency.audit import Audit
from app.rules.transparency.checkpoints import Checkpoint, opened
from app.rules.transparency.contents import Broken, Contents
from app.rules.transparency.notes import BadNote, Verifier
from app.rules.transparency.redactions import RedactionReason
from app.rules.transparency.tiles import tiles
from app.services import log as log_services
from app.services import log_recovery

log = click.Group("log", help="The transparency log.")

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@log.command("verify")
@click.option("--url", help="Check a site from outside, over HTTP only: its address with /log.")
@click.option("--dir", "folder", type=_FOLDER, help="Check an export.")
@click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    help="The log's key, needed with --url and --dir; several where it had another one before.",
)
@click.option(
    "--old",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint kept from before: the log has to have grown from it.",
)
@click.option("--no-bodies", is_flag=True, help="Leave out what the leaves commit to.")
@with_appcontext
def verify(
    url: str | None, folder: Path | None, vkeys: tuple[str, ...], old: Path | None, no_bodies: bool
) -> None:
    """Check the database against its log, or a log from outside. Exit status 0, or 1."""
    try:
        if url is None and folder is None:
            done = _walk(log_check.size(), log_check.check())
            _refuse_fork(old)
        else:
            audit = _audit(url, folder, vkeys, old, not no_bodies)
            head = audit.checkpoint()
            done = _walk(head.size, audit.run(head))
            if audit.contents.withheld:
                number = len(audit.contents.withheld)
                click.echo(f"{number} bodies are withheld by retractions, and unchecked.")
    except (Broken, BadNote) as problem:
        click.echo(f"The log is broken. {problem}", err=True)
        sys.exit(1)
    click.echo(f"The log is whole: {done} leaves.")


def _audit(
    url: str | None,
    folder: Path | None,
    vkeys: tuple[str, ...],
    old: Path | None,
    with_bodies: bool,
) -> Audit:
    # As /log/vkey has them: while a key is changed, there are two lines.
    keys = [Verifier.parse(vkey) for option in vkeys for vkey in option.split()]
    if not keys:
        raise click.UsageError("Give the log's --vkey; it stands at its address /log/vkey.")
    read = from_folder(folder) if folder else from_web(url or "")
    older = opened(old.read_text("utf-8"), *keys)[0] if old else None
    return Audit(Contents(read, with_bodies), keys, older)


def _refuse_fork(old: Path | None) -> None:
    """Check that the database's log has grown from a checkpoint kept from before."""
    if old is None:
        return
    older = log_queries.signed(old.read_text("utf-8"))[0]
    size = log_queries.head_size()
    if older.size > size:
        raise Broken(f"{older.size} leaves were published, and there are {size}")
    if log_queries.root(older.size) != older.root:
        raise Broken(f"The first {older.size} leaves are not those of the older checkpoint")


@log.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--with-withheld",
    is_flag=True,
    help="With the texts that retractions withhold: to restore from, not to be served.",
)
@with_appcontext
def export(folder: Path, with_withheld: bool) -> None:
    """Write the whole log as static files, which any web server can serve and anybody can check."""
    log_queries.hold_still()
    with told():
        note = log_queries.checkpoint()
    if note is None:
        raise click.ClickException("The log is empty: nothing has been published yet.")
    size = Checkpoint.parse(note.text).size
    with told():
        _walk(size, _export(folder, size, with_withheld))
    vkeys = "".join(f"{key}\n" for key in safekeeping.verifiers())
    _write(folder / "vkey", vkeys.encode())
    # Last, so that an export that was broken off is not taken for a whole one.
    _write(folder / "checkpoint", str(note).encode())
    click.echo(f"{size} leaves are in {folder}.")


def _export(folder: Path, size: int, with_withheld: bool) -> Iterator[int]:
    for tile in tiles(size):
        _write(folder / "tile" / tile.path, log_queries.tile(tile))
    for index in range(size):
        body = log_bodies.body(index, with_withheld=with_withheld)
        if body is not None:
            _write(folder / "bodies" / str(index), json.dumps(body, ensure_ascii=False).encode())
        yield index + 1


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@log.command("restore")
@click.argument("folder", type=_FOLDER)
@with_appcontext
def restore(folder: Path) -> None:
    """Bring a restored older database forward to the log in FOLDER, an export.

    The export has to be of this very log: signed with its key, and grown from what the database
    holds. All of it is checked first.
    """
    size = log_queries.head_size()
    known = Checkpoint(safekeeping.origin(), size, log_queries.root(size))
    read = from_folder(folder)
    try:
        head = log_queries.signed((folder / "checkpoint").read_text("utf-8"))[0]
        audit = Audit(Contents(read), safekeeping.verifiers(), known)
        _walk(head.size, audit.run(head))
        with told():
            number = log_recovery.recover(read, head)
    except (Broken, BadNote, OSError) as problem:
        raise click.ClickException(f"This cannot be restored. {problem}") from None
    click.echo(f"{number} leaves were missing, and are back.")


@log.command("trust")
@with_appcontext
def trust() -> None:
    """Take the log as the database holds it for the one that was published.

    For a site that was restored without its file log_checkpoint, once somebody has made sure that
    nothing newer was published: else the log forks.
    """
    with told():
        note = log_queries.checkpoint()
        if note is None:
            raise click.ClickException("The log is empty: there is nothing to trust.")
        safekeeping.keep_checkpoint(note)
        problem = log_guard.refusal(log_queries.head_now(), safekeeping.highest_checkpoint())
    if problem:
        raise click.ClickException(problem)
    click.echo(str(note), nl=False)


@log.command("enter")
@with_appcontext
def enter() -> None:
    """Enter in the log what was published before there was one."""
    with told():
        total = sum(log_services.catch_up())
    click.echo(f"{total} versions and corrections were entered.")


@log.command("redact")
@click.argument("leaves", nargs=-1, required=True, type=click.IntRange(0))
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in RedactionReason]),
    help="Why; it stands in the log for good.",
)
@click.option("--by", required=True, help="The e-mail address of the admin who decided it.")
@with_appcontext
def redact(leaves: tuple[int, ...], reason: str, by: str) -> None:
    """Take away the bodies of some LEAVES for good; all proofs still hold."""
    with told():
        admin = staff_queries.with_email(by)
        quoting = log_services.redact(leaves, reason=RedactionReason(reason), by=admin)
    files.remove(quoting)
    click.echo(f"{len(set(leaves))} bodies were taken away.")


@log.command("rotate-key")
@with_appcontext
def rotate_key() -> None:
    """Make a new key; the former one signs beside it until keys/log_key.former is deleted."""
    if not safekeeping.rotate_key():
        raise click.ClickException(
            "A former key signs already: delete keys/log_key.former first, and name its public "
            "half in CORRIGENDA_LOG_FORMER_KEYS."
        )
    for key in safekeeping.verifiers():
        click.echo(str(key))


def _walk(size: int, steps: Iterator[int]) -> int:
    """Go through steps under a progress bar; return the last."""
    done = 0
    with click.progressbar(length=size, label="Leaves", file=sys.stderr) as bar:
        for step in steps:
            bar.update(step - done)
            done = step
    return done
