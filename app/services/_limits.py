"""Rate limits, counted in the site's own database, so exactly and whatever the processes."""

from __future__ import annotations

import time

from flask import current_app
from limits import parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Connection, Delete, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.extensions import WRITE, db
from app.models import Throttle
from app.rules.errors import TooMany

WAIT = "That was tried too often. Wait a quarter of an hour, then try again."


class DatabaseStorage(Storage):
    """Counters for the ``limits`` library in a table, with one statement a count."""

    STORAGE_SCHEME = ["database"]  # noqa: RUF012 - the base class declares it so

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what this storage raises when the database cannot be reached."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count and return the count; a window that is over begins anew."""
        with db.engine.connect().execution_options(**WRITE) as connection, connection.begin():
            return _counted(connection, key, expiry, amount)

    def get(self, key: str) -> int:
        """Return how often ``key`` was counted in the present window."""
        live = (Throttle.key == key, Throttle.expires_at > time.time())
        with db.engine.connect() as connection:
            return connection.execute(select(Throttle.count).where(*live)).scalar() or 0

    def get_expiry(self, key: str) -> float:
        """Return when the present window of ``key`` ends, in Unix seconds."""
        with db.engine.connect() as connection:
            end = connection.execute(select(Throttle.expires_at).where(Throttle.key == key))
            return end.scalar() or time.time()

    def check(self) -> bool:
        """Say whether the database answers."""
        with db.engine.connect() as connection:
            return connection.execute(select(1)).scalar() == 1

    def reset(self) -> int:
        """Forget all counts; return how many there were."""
        with db.engine.connect().execution_options(**WRITE) as connection, connection.begin():
            return connection.execute(delete(Throttle)).rowcount

    def clear(self, key: str) -> None:
        """Forget the count of ``key``."""
        with db.engine.connect().execution_options(**WRITE) as connection, connection.begin():
            connection.execute(delete(Throttle).where(Throttle.key == key))


def _counted(connection: Connection, key: str, expiry: float, amount: int) -> int:
    moment = time.time()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = insert(Throttle).values(key=key, count=amount, expires_at=moment + expiry)
    is_over = Throttle.expires_at <= moment
    counted = new.on_conflict_do_update(
        index_elements=[Throttle.key],
        set_={
            "count": case((is_over, amount), else_=Throttle.count + amount),
            "expires_at": case((is_over, moment + expiry), else_=Throttle.expires_at),
        },
    ).returning(Throttle.count)
    count = connection.execute(counted).scalar_one()
    connection.execute(_cleared(moment))
    return count


def _cleared(moment: float) -> Delete:
    """Delete the counts that are over, but for those that somebody else is at this moment.

    Else two who count could each wait for what the other is about to delete.
    """
    over = select(Throttle.key).where(Throttle.expires_at < moment)
    return delete(Throttle).where(Throttle.key.in_(over.with_for_update(skip_locked=True)))


def spend(session: Session, limit: str, *who: str) -> None:
    """Count one deed of ``who`` within its own transaction; raise ``TooMany`` past ``limit``.

    What is refused, or fails for another reason, is not counted: the count is rolled back with
    the deed. With counters in Redis it is counted at once.
    """
    if not is_within(session, limit, *who):
        raise TooMany(WAIT)


def is_within(session: Session, limit: str, *who: str) -> bool:
    """Count one deed of ``who`` within its own transaction, and say whether it is within."""
    if not is_on():
        return True
    item = parse(limit)
    storage = _storage()
    if not isinstance(storage, DatabaseStorage):
        return FixedWindowRateLimiter(storage).hit(item, *who)
    key, expiry = item.key_for(*who), item.get_expiry()
    return _counted(session.connection(), key, expiry, 1) <= item.amount


def is_first(session: Session, key: str, seconds: int) -> bool:
    """Say whether ``key`` is met for the first time in so many seconds: limits or not."""
    return _counted(session.connection(), key, seconds, 1) == 1


def give_back(limit: str, *who: str) -> None:
    """Take back one count of ``who``: what was tried turned out to be nothing to limit."""
    if is_on():
        item = parse(limit)
        _storage().incr(item.key_for(*who), item.get_expiry(), -1)


def is_on() -> bool:
    """Say whether there are limits at all."""
    return bool(current_app.config["RATELIMIT_ENABLED"])


def limiter() -> FixedWindowRateLimiter:
    """Return what counts, and knows how much is left."""
    return FixedWindowRateLimiter(_storage())


def _storage() -> Storage:
    url = current_app.config["RATELIMIT_STORAGE_URL"]
    return storage_from_string(url) if url else DatabaseStorage()  # type: ignore[return-value]
