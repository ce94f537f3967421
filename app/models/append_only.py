"""Triggers that refuse to change or delete what is public for good, on both databases.

``install`` may be called any number of times. It is called after every run of the
migrations, because SQLite drops a table's triggers whenever a migration rebuilds the table.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

TABLES = ("versions", "corrections", "case_events", "case_corrections", "security_events")

_MESSAGE = "is append-only"

_SQLITE_TRIGGERS = (
    "CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{{table}} {_MESSAGE}'); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{{table}} {_MESSAGE}'); END",
)

_SQLITE_NEXT_VERSION = """
CREATE TRIGGER IF NOT EXISTS versions_next_number BEFORE INSERT ON versions
WHEN NEW.number != 1 + coalesce(
    (SELECT max(number) FROM versions WHERE article_id = NEW.article_id), 0)
BEGIN SELECT RAISE(ABORT, 'versions are numbered one by one'); END
"""

# What readers see is what the article's number leads to: it moves on to a later version only,
# and only when the log says why. A publication's history comes in with a new article.
_UNDECLARED = """
    NEW.latest_number != OLD.latest_number AND NOT EXISTS (
        SELECT 1 FROM versions v WHERE v.article_id = NEW.id AND v.number = NEW.latest_number
        AND v.number > OLD.latest_number AND EXISTS (
            SELECT 1 FROM corrections c
            WHERE c.article_id = v.article_id AND c.to_version = v.number))
"""
_NO_SILENT_EDIT = "no text becomes public without its declaration"

_SQLITE_DECLARED = f"""
CREATE TRIGGER IF NOT EXISTS articles_declared BEFORE UPDATE ON articles WHEN {_UNDECLARED}
BEGIN SELECT RAISE(ABORT, '{_NO_SILENT_EDIT}'); END
"""

_POSTGRESQL_FUNCTIONS = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '% {_MESSAGE}', TG_TABLE_NAME; END $$",
    "CREATE OR REPLACE FUNCTION require_next_version() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF NEW.number <> 1 + coalesce("
    "(SELECT max(number) FROM versions WHERE article_id = NEW.article_id), 0) "
    "THEN RAISE EXCEPTION 'versions are numbered one by one'; END IF; RETURN NEW; END $$",
    "CREATE OR REPLACE FUNCTION require_declaration() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {_UNDECLARED} THEN RAISE EXCEPTION '{_NO_SILENT_EDIT}'; END IF; "
    "RETURN NEW; END $$",
)

_POSTGRESQL_TRIGGERS = (
    "CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
)

_POSTGRESQL_VERSIONS = (
    "CREATE OR REPLACE TRIGGER versions_next_number BEFORE INSERT ON versions "
    "FOR EACH ROW EXECUTE FUNCTION require_next_version()",
    "ALTER TABLE versions ENABLE ALWAYS TRIGGER versions_next_number",
    "CREATE OR REPLACE TRIGGER articles_declared BEFORE UPDATE ON articles "
    "FOR EACH ROW EXECUTE FUNCTION require_declaration()",
    "ALTER TABLE articles ENABLE ALWAYS TRIGGER articles_declared",
)


def install(connection: Connection) -> None:
    """Put the triggers on those of the tables that exist."""
    present = [table for table in TABLES if inspect(connection).has_table(table)]
    for statement in _statements(connection.dialect.name, present):
        connection.execute(text(statement))


def _statements(dialect: str, tables: list[str]) -> list[str]:
    has_versions = "versions" in tables
    if dialect == "postgresql":
        statements = [*_POSTGRESQL_FUNCTIONS]
        statements += [
            line.format(table=table) for table in tables for line in _POSTGRESQL_TRIGGERS
        ]
        return statements + (list(_POSTGRESQL_VERSIONS) if has_versions else [])
    statements = [line.format(table=table) for table in tables for line in _SQLITE_TRIGGERS]
    return statements + ([_SQLITE_NEXT_VERSION, _SQLITE_DECLARED] if has_versions else [])
