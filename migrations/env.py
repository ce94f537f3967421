"""How Alembic runs the migrations: on the application's own database, triggers kept."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.extensions import WRITE
from app.models import Base, append_only, search_index
from app.models.base import UTCDateTime


def run() -> None:
    """Run the migrations in one transaction, and put back the triggers that they took away."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(**WRITE) as connection:
        # SQLite rebuilds tables to change them: foreign keys would take that for deletion, and
        # a trigger that reads such a table would not let its draft be renamed.
        _pragma(connection, foreign_keys="OFF", legacy_alter_table="ON")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=_render_item,
            include_name=search_index.is_mapped,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            append_only.install(connection)
            search_index.install(connection)
        _pragma(connection, foreign_keys="ON", legacy_alter_table="OFF")


def _pragma(connection: Connection, **settings: str) -> None:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        for name, value in settings.items():
            driver.execute(f"PRAGMA {name} = {value}")


def _render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own types as what they are in the database: a migration outlives our classes."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


run()
