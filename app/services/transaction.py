"""The one place that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

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
    try:
        session.connection(execution_options=WRITE)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["is_writing"] = False


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
        vacuuming.execute(text("VACUUM reports, messages, letters, follows"))


def lock_correction_log(session: Session) -> None:
    """Let one transaction at a time append to the log; its end gives the lock back.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CORRECTION_LOG})
