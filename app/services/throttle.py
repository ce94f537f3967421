"""Rate limits, counted in the site's own database, so exactly and whatever the processes."""

from __future__ import annotations

import time

from flask import current_app
from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import WRITE, db
from app.models import Throttle
from app.rules.errors import DeskError


class TooMany(DeskError):
    """Something was tried too often; ``message`` says when to try again."""

    status = 429


class DatabaseStorage(Storage):
    """Counters for the ``limits`` library in a table, with one statement a count."""

    STORAGE_SCHEME = ["database"]  # noqa: RUF012 - the base class declares it so

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what this storage raises when the database cannot be reached."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count and return the count; a window that is over begins anew."""
        moment = time.time()
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        new = insert(Throttle).values(key=key, count=amount, expires_at=moment + expiry)
        is_over = Throttle.expires_at <= moment
        counted = new.on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "count": db.case((is_over, amount), else_=Throttle.count + amount),
                "expires_at": db.case((is_over, moment + expiry), else_=Throttle.expires_at),
            },
        ).returning(Throttle.count)
        with db.engine.connect().execution_options(**WRITE) as connection, connection.begin():
            count = connection.execute(counted).scalar_one()
            connection.execute(delete(Throttle).where(Throttle.expires_at < moment))
        return count

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


def refuse_excess(limit: str, *who: str) -> None:
    """Raise ``TooMany`` where ``who`` has used up ``limit``, such as "5 per 15 minutes"."""
    if current_app.config["RATELIMIT_ENABLED"] and not _limiter().test(parse(limit), *who):
        raise TooMany("That was tried too often. Wait a quarter of an hour, then try again.")


def count(limit: str, *who: str) -> None:
    """Count one try of ``who`` against ``limit``."""
    if current_app.config["RATELIMIT_ENABLED"]:
        _limiter().hit(parse(limit), *who)


def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(DatabaseStorage())
