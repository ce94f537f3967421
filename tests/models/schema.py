"""What a database holds besides its rows, as lines that can be compared."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Inspector, TextClause, func, inspect, select, text

from app.extensions import db
from app.models import Base

_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text, "
    "pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
}
_BOOKKEEPING = "alembic_version"


def schema() -> set[str]:
    """Return every column, key, constraint, index and trigger of the database."""
    db.session.rollback()
    with db.engine.connect() as connection:
        found = inspect(connection)
        tables = set(found.get_table_names()) - {_BOOKKEEPING}
        return {line for table in tables for line in _lines(found, table)} | triggers()


def triggers() -> set[str]:
    """Return every trigger of the database, with all that it does."""
    with db.engine.connect() as connection:
        rows = connection.execute(text(_TRIGGERS[connection.dialect.name]))
        return {f"{table}: trigger {name}: {what}" for name, table, what in rows}


def _lines(found: Inspector, table: str) -> Iterator[str]:
    for column in found.get_columns(table):
        kind = f"{column['type']} nullable={column['nullable']} default={column['default']}"
        yield f"{table}: column {column['name']}: {kind}"
    yield f"{table}: {found.get_pk_constraint(table)}"
    for part in (
        *found.get_check_constraints(table),
        *found.get_unique_constraints(table),
        *found.get_foreign_keys(table),
        *found.get_indexes(table),
    ):
        yield f"{table}: {_written(part)}"


def _written(part: object) -> object:
    """Return a part with its conditions as text, which unlike their objects can be compared."""
    if isinstance(part, dict):
        return {name: _written(value) for name, value in part.items()}
    return str(part) if isinstance(part, TextClause) else part


def rows() -> dict[str, int]:
    """Return how many rows each table holds."""
    db.session.rollback()
    counted = {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()  # an open transaction would hold migrations up
    return counted
