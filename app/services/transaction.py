"""The one place that commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.extensions import WRITE, db

_CORRECTION_LOG = 0x436F7272  # any fixed number, known to nobody else in this database


@contextmanager
def transaction() -> Iterator[Session]:
    """Do all that is inside or nothing: commit once at the end, roll back on any error.

    Ends the reading that came before, so that what is decided inside is decided on what the
    database holds now. Raises ``RuntimeError`` when one is open already: services share
    private helpers, never each other's public functions.
    """
    session = db.session()
    if session.info.get("is_writing"):
        raise RuntimeError("a transaction is open already")
    session.rollback()
    session.info["is_writing"] = True
    ending = session.info["ending"] = _Ending()
    try:
        session.connection(execution_options=WRITE)
        yield session
        for do, items in ending.before.items():
            do(session, items)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["is_writing"] = False
    for done in ending.after:
        done()


@dataclass(slots=True)
class _Ending:
    """What has to be done at the end of a transaction: just before it commits, and after."""

    before: dict[Callable[[Session, list[Any]], None], list[Any]] = field(default_factory=dict)
    after: list[Callable[[], None]] = field(default_factory=list)


def before_commit(session: Session, do: Callable[[Session, list[Any]], None], item: object) -> None:
    """Have ``do`` called once, just before the commit, with all items that it was given."""
    session.info["ending"].before.setdefault(do, []).append(item)


def after_commit(session: Session, do: Callable[[], None]) -> None:
    """Have something done once the transaction is on the disk, and not if it is rolled back."""
    session.info["ending"].after.append(do)


def scrub() -> None:
    """Make sure that what was just erased is in no file of the database any more.

    SQLite overwrites what is deleted (``secure_delete``), but the old pages still stand in its
    write-ahead log until that is emptied. PostgreSQL removes dead rows when it vacuums.
    """
    if db.engine.dialect.name == "sqlite":
        with closing(db.engine.raw_connection()) as connection, closing(connection.cursor()) as raw:
            # Somebody who is reading can hold it up: then the worker's next round does it.
            raw.execute("PRAGMA busy_timeout = 300")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("PRAGMA busy_timeout = 15000")
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as vacuuming:
        vacuuming.execute(text(f"VACUUM {', '.join(_ERASABLE)}"))


_ERASABLE = (
    "reports",
    "messages",
    "letters",
    "follows",
    "versions",
    "corrections",
    "log_salts",
    "findable_words",
)


def lock_correction_log(session: Session) -> None:
    """Let one transaction at a time append to the log; its end gives the lock back.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CORRECTION_LOG})
