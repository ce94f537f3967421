"""The migrations and the models say the same, and no migration takes the triggers away."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from app.extensions import WRITE, db
from app.models import Base, append_only, search_index
from tests import make
from tests.models.schema import rows, schema, triggers

pytestmark = pytest.mark.usefixtures("in_app")

_REBUILD = '''
"""Rebuild every append-only table, as many a change of one does on SQLite."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{last}", None, None


def upgrade():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    for table in {tables}:
        with op.batch_alter_table(table, recreate=recreate) as batch:
            batch.add_column(sa.Column("remark", sa.Text()))


def downgrade():
    for table in {tables}:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("remark")
'''


@pytest.fixture
def with_rebuild(app: Flask, tmp_path: Path) -> str:
    """Return the folder of the migrations with one more that rebuilds tables."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(app.root_path) / "migrations", folder)
    last = max(path.name[:4] for path in (folder / "versions").glob("[0-9]*.py"))
    source = _REBUILD.format(last=last, tables=append_only.TABLES)
    (folder / "versions" / "9999_rebuild.py").write_text(source)
    return str(folder)


def test_alembic_finds_nothing_to_migrate() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": search_index.is_mapped}
        )

        found = compare_metadata(context, Base.metadata)

    assert found == []


def test_migrations_and_models_make_the_same_schema() -> None:
    migrated = schema()
    downgrade(revision="base")

    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)

    assert schema() == migrated


def test_an_empty_database_goes_down_to_nothing_and_up_again() -> None:
    before = schema()

    downgrade(revision="base")
    nothing = schema()
    upgrade()

    assert nothing == set()
    assert schema() == before


def test_a_full_database_goes_down_to_nothing_and_up_again() -> None:
    make.everything()
    full = rows()
    before = schema()

    downgrade(revision="base")
    upgrade()

    assert all(full.values()), f"make.everything() fills not every table: {full}"
    assert schema() == before
    assert not any(rows().values())


def test_nothing_is_missing_after_one_step_down_and_up() -> None:
    before = schema()

    downgrade()
    upgrade()

    assert all(table in str(triggers()) for table in append_only.TABLES)
    assert schema() == before


def test_a_step_down_and_up_keeps_the_rows_of_older_tables() -> None:
    make.everything()
    full = rows()

    downgrade()
    with db.engine.connect() as connection:
        older = set(inspect(connection).get_table_names()) & set(full)
    upgrade()

    after = rows()
    assert len(older) > 10
    assert {table: after[table] for table in older} == {table: full[table] for table in older}


def test_the_triggers_stand_after_a_migration_that_rebuilds_their_tables(
    with_rebuild: str,
) -> None:
    make.everything()
    before, full = triggers(), rows()

    upgrade(directory=with_rebuild)

    assert "versions: column remark" in str(schema())
    assert rows() == full
    assert triggers() == before
    with pytest.raises(DBAPIError, match="append-only"), _writing() as connection:
        connection.execute(text("UPDATE versions SET headline = 'rewritten'"))


def test_the_triggers_stand_after_such_a_migration_is_taken_back(with_rebuild: str) -> None:
    make.everything()
    before, full = schema(), rows()
    upgrade(directory=with_rebuild)

    downgrade(directory=with_rebuild)

    assert triggers() == {line for line in before if ": trigger " in line}
    assert rows() == full


def test_a_run_of_the_migrations_puts_back_a_trigger_that_somebody_dropped() -> None:
    before = triggers()
    name = "versions_no_update" if db.engine.dialect.name == "sqlite" else "versions_no_change"
    on = "" if db.engine.dialect.name == "sqlite" else "ON versions"
    with _writing() as connection:
        connection.execute(text(f"DROP TRIGGER {name} {on}"))
    dropped = triggers()

    upgrade()

    assert len(dropped) == len(before) - 1
    assert triggers() == before


def _writing() -> AbstractContextManager[Connection]:
    return db.engine.execution_options(**WRITE).begin()
