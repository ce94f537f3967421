"""Triggers that refuse to change or delete what is public for good, on both databases.

``install`` may be called any number of times. It is called after every run of the
migrations, because SQLite drops a table's triggers whenever a migration rebuilds the table.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from app.rules.transparency.redactions import HEADLINE, RedactionReason

TABLES = (
    "versions",
    "corrections",
    "case_events",
    "case_corrections",
    "security_events",
    "log_leaves",
    "log_salts",
    "log_nodes",
    "log_checkpoints",
    "log_cosignatures",
    "redactions",
)

_MESSAGE = "is append-only"

# The one exception: words may give way to the tombstone that the reason asks for, and the salt
# of their commitment may go, once the log says so.
_REDACTED = """
    EXISTS (SELECT 1 FROM redactions r JOIN log_leaves l ON l.leaf_index = r.target
            JOIN log_leaves said ON said.leaf_index = r.leaf_index
            WHERE l.{leaf} = OLD.{key}{words}
            AND said.version_id IS NULL AND said.correction_id IS NULL)
"""
_CASES = " ".join(f"WHEN '{each.value}' THEN '{each.tombstone}'" for each in RedactionReason)
_TOMBSTONE = f" AND NEW.{{column}} = CASE r.reason {_CASES} END"
_NO_WORDS = {
    "versions": (
        f"NEW.headline = '{HEADLINE}'",
        "NEW.standfirst = '' AND NEW.source_name = '' AND NEW.source_url = ''",
        "NEW.ai_disclosure = '' AND NEW.image_url = '' AND NEW.image_alt = ''",
        "NEW.image_caption = '' AND CAST(NEW.key_points AS text) = '[]'",
        "CAST(NEW.byline AS text) = '[]' AND CAST(NEW.tags AS text) = '[]'",
        "NEW.section = OLD.section AND NEW.language = OLD.language",
        "NEW.id = OLD.id AND NEW.article_id = OLD.article_id AND NEW.number = OLD.number",
        "NEW.reason = OLD.reason AND NEW.created_at = OLD.created_at",
        "coalesce(NEW.declared_by_id, 0) = coalesce(OLD.declared_by_id, 0)",
    ),
    "corrections": (
        "NEW.credit = ''",
        "NEW.id = OLD.id AND NEW.article_id = OLD.article_id AND NEW.number = OLD.number",
        "NEW.kind = OLD.kind AND NEW.published_at = OLD.published_at",
        "NEW.from_version = OLD.from_version AND NEW.to_version = OLD.to_version",
        "coalesce(NEW.published_by_id, 0) = coalesce(OLD.published_by_id, 0)",
        "coalesce(NEW.amends_id, 0) = coalesce(OLD.amends_id, 0)",
        "NEW.withholds = OLD.withholds",
    ),
}
PERMITTED = {
    ("versions", "UPDATE"): (
        _REDACTED.format(leaf="version_id", key="id", words=_TOMBSTONE.format(column="body")),
        *_NO_WORDS["versions"],
    ),
    ("corrections", "UPDATE"): (
        _REDACTED.format(leaf="correction_id", key="id", words=_TOMBSTONE.format(column="notice")),
        *_NO_WORDS["corrections"],
    ),
    ("log_salts", "DELETE"): (_REDACTED.format(leaf="leaf_index", key="leaf_index", words=""),),
}
"""What may be done nevertheless, by table and verb: where all of the conditions hold."""

_SQLITE_REFUSAL = (
    "CREATE TRIGGER {name} BEFORE {verb} ON {table} {unless} "
    f"BEGIN SELECT RAISE(ABORT, '{{table}} {_MESSAGE}'); END"
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

_REFUSE = f"RAISE EXCEPTION '% {_MESSAGE}', TG_TABLE_NAME;"

_POSTGRESQL_FUNCTIONS = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN {_REFUSE} END $$",
    "CREATE OR REPLACE FUNCTION require_next_version() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF NEW.number <> 1 + coalesce("
    "(SELECT max(number) FROM versions WHERE article_id = NEW.article_id), 0) "
    "THEN RAISE EXCEPTION 'versions are numbered one by one'; END IF; RETURN NEW; END $$",
    "CREATE OR REPLACE FUNCTION require_declaration() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {_UNDECLARED} THEN RAISE EXCEPTION '{_NO_SILENT_EDIT}'; END IF; "
    "RETURN NEW; END $$",
)

_POSTGRESQL_EXCEPTION = (
    "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF TG_OP = '{verb}' THEN IF {condition} THEN RETURN {row}; END IF; END IF; "
    f"{_REFUSE} END $$"
)

_POSTGRESQL_TRIGGERS = (
    "CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {function}()",
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
    make = _for_postgresql if connection.dialect.name == "postgresql" else _for_sqlite
    for statement in make(present):
        connection.execute(text(statement))


def _permitted(tables: list[str], table: str, verb: str) -> str:
    """Return the condition under which a change is permitted, or "" where it never is."""
    conditions = PERMITTED.get((table, verb), ()) if "redactions" in tables else ()
    return " AND ".join(conditions)


def _for_sqlite(tables: list[str]) -> list[str]:
    statements = []
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            permitted = _permitted(tables, table, verb)
            unless = f"WHEN NOT ({permitted})" if permitted else ""
            # Anew: what an earlier release put there knew of no exception.
            statements.append(f"DROP TRIGGER IF EXISTS {name}")
            statements.append(
                _SQLITE_REFUSAL.format(name=name, verb=verb, table=table, unless=unless)
            )
    return statements + ([_SQLITE_NEXT_VERSION, _SQLITE_DECLARED] if "versions" in tables else [])


def _for_postgresql(tables: list[str]) -> list[str]:
    statements = [*_POSTGRESQL_FUNCTIONS]
    for table in tables:
        function = "refuse_change"
        for verb, row in (("UPDATE", "NEW"), ("DELETE", "OLD")):
            condition = _permitted(tables, table, verb)
            if condition:
                function = f"refuse_change_of_{table}"
                statements.append(
                    _POSTGRESQL_EXCEPTION.format(
                        function=function, verb=verb, condition=condition, row=row
                    )
                )
        statements += [line.format(table=table, function=function) for line in _POSTGRESQL_TRIGGERS]
    return statements + (list(_POSTGRESQL_VERSIONS) if "versions" in tables else [])
