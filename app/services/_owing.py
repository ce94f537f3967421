"""Owing something to somebody outside, once: rows of the transaction that is the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import DeliveryState, Owed


def owe_each(
    session: Session,
    kind: type[Owed],
    column: InstrumentedAttribute[str],
    wanted: Iterable[str],
    at: datetime,
) -> None:
    """Owe a row for each of ``wanted``, unless one is waiting that will bring this news, too.

    One that a worker holds will not: what is new may have come after it was read. One that was
    parked is replaced, so that each piece of news is tried anew.
    """
    names = set(wanted)
    session.execute(delete(kind).where(column.in_(names), kind.state == DeliveryState.PARKED))
    waiting = session.scalars(
        select(column).where(
            column.in_(names), kind.state == DeliveryState.WAITING, kind.held_until.is_(None)
        )
    )
    for name in sorted(names.difference(waiting)):
        due = {"state": DeliveryState.WAITING, "created_at": at, "next_try_at": at}
        session.add(kind(**{column.key: name}, **due))
