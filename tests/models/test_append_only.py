"""What is public for good: the database itself refuses to change, replace or delete it."""

# ruff: noqa: S608 - the statements hold names of our own tables
from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from app.extensions import WRITE, db
from app.models import Base, Version, append_only
from app.rules.kinds import VersionReason
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

_COLUMN = {
    "versions": "headline",
    "corrections": "notice",
    "case_events": "reason",
    "case_corrections": "case_id",
    "security_events": "detail",
    "log_leaves": "entry",
    "log_salts": "salt",
    "log_nodes": "hash",
    "log_checkpoints": "note",
    "log_cosignatures": "line",
    "redactions": "reason",
}
_KEY = dict.fromkeys(_COLUMN, "id") | {
    "case_corrections": "case_id, correction_id",
    "log_leaves": "leaf_index",
    "log_salts": "leaf_index",
    "log_nodes": "number",
    "log_checkpoints": "size",
    "log_cosignatures": "size, witness",
    "redactions": "target",
}


def _attacks(table: str) -> Iterator[list[str]]:
    """Yield every way of changing a row that is known to walk around a careless trigger."""
    column, key = _COLUMN[table], _KEY[table]
    update = f"UPDATE {table} SET {column} = {column}"
    upsert = (
        f"INSERT INTO {table} SELECT * FROM {table} WHERE true "
        f"ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
    )
    plain = [update, f"DELETE FROM {table}", upsert]
    if db.engine.dialect.name == "sqlite":
        plain += [
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
            update.replace("UPDATE", "UPDATE OR REPLACE"),
        ]
        yield from ([statement] for statement in plain)
        return
    same = " AND ".join(f"old.{name} = new.{name}" for name in key.split(", "))
    plain += [
        f"TRUNCATE {table} CASCADE",
        "TRUNCATE articles, cases, staff CASCADE",
        f"MERGE INTO {table} old USING {table} new ON {same} WHEN MATCHED THEN DELETE",
    ]
    for statement in plain:
        yield [statement]
        yield ["SET LOCAL session_replication_role = replica", statement]


def _is_refused(statements: list[str]) -> bool:
    try:
        with db.engine.execution_options(**WRITE).begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
    except DBAPIError as error:
        return "append-only" in str(error.orig) or "one by one" in str(error.orig)
    return False


def _rows(table: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        rows = connection.execute(select(Base.metadata.tables[table]))
        return sorted((tuple(row) for row in rows), key=str)


@pytest.mark.parametrize("table", append_only.TABLES)
def test_nothing_that_sql_can_say_changes_a_row(table: str) -> None:
    make.everything()
    before = _rows(table)

    permitted = [attack for attack in _attacks(table) if not _is_refused(attack)]

    assert permitted == []
    assert before
    assert _rows(table) == before


def test_the_triggers_fire_even_for_a_replica() -> None:
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA recursive_triggers")).scalar() == 1
        return

    with db.engine.connect() as connection:
        enabled = connection.execute(
            text("SELECT DISTINCT tgenabled::text FROM pg_trigger WHERE NOT tgisinternal")
        )

        assert enabled.scalars().all() == ["A"]


@pytest.mark.parametrize("number", [1, 2, 4, 0, -1])
def test_versions_are_numbered_one_by_one(number: int) -> None:
    on = _corrected()

    with pytest.raises(DBAPIError), _writing() as connection:
        _add_version(connection, on, number)

    assert [version.number for version in db.session.scalars(select(Version))] == [1, 2]


def test_the_next_version_is_taken() -> None:
    on = _corrected()

    with _writing() as connection:
        _add_version(connection, on, 3)

    assert len(_rows("versions")) == 3


def test_an_article_begins_with_version_1() -> None:
    _corrected()
    other = make.article().id
    db.session.rollback()

    with pytest.raises(DBAPIError), _writing() as connection:
        _add_version(connection, other, 3)  # as if the first article's numbers counted


def _corrected() -> int:
    on = make.article()
    make.correction(on)
    number = on.id
    db.session.rollback()
    return number


def _writing() -> AbstractContextManager[Connection]:
    return db.engine.execution_options(**WRITE).begin()


def _add_version(connection: Connection, article_id: int, number: int) -> None:
    words = dict.fromkeys(
        "headline standfirst body section source_name source_url ai_disclosure "
        "image_url image_alt image_caption".split(),
        "",
    )
    lists: dict[str, list[str]] = {"key_points": [], "byline": [], "tags": []}
    connection.execute(
        insert(Version).values(
            article_id=article_id,
            number=number,
            reason=VersionReason.MINOR,
            created_at=make.NOW,
            language="en",
            **words,
            **lists,
        )
    )


@pytest.mark.parametrize("number", [2, 3, 0])
def test_no_text_becomes_public_without_its_declaration(number: int) -> None:
    on = make.article()
    with _writing() as connection:
        _add_version(connection, on.id, 2)

    with pytest.raises(DBAPIError, match="without its declaration"), _writing() as connection:
        connection.execute(text(f"UPDATE articles SET latest_number = {number}"))


def test_no_text_goes_back_to_what_it_was() -> None:
    _corrected()

    with pytest.raises(DBAPIError, match="without its declaration"), _writing() as connection:
        connection.execute(text("UPDATE articles SET latest_number = 1"))
