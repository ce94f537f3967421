"""The index of words that the search looks into: FTS5 on SQLite, a ``tsvector`` on PostgreSQL.

SQLAlchemy has no words for either, so the index is made here, and it is the one table that the
models do not know. Both take words as ``rules/search_words.py`` reads them, and change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, inspect, text

NAME = "findable_words"

# The tokenizer takes apart at what is ASCII and neither letter nor digit: at our spaces alone.
_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS findable_words "
    "USING fts5(headline, words, tokenize = 'ascii')",
)

_POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS findable_words ("
    "rowid integer PRIMARY KEY REFERENCES findables ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_findable_words ON findable_words USING gin (words)",
)

_PUT = {
    "sqlite": (
        "DELETE FROM findable_words WHERE rowid = :id",
        "INSERT INTO findable_words (rowid, headline, words) VALUES (:id, :headline, :words)",
    ),
    "postgresql": (
        "INSERT INTO findable_words (rowid, words) VALUES (:id, CAST(:vector AS tsvector)) "
        "ON CONFLICT (rowid) DO UPDATE SET words = excluded.words",
    ),
}

_GAP = 10
"""How far the text stands from the headline: no words in a row reach from one into the other."""

_LAST_PLACE, _MOST_PLACES = 16_383, 255
"""PostgreSQL knows no place beyond, and no more places of a word: past them, words in a row are
found there only where they stand before, too."""


def install(connection: Connection) -> None:
    """Make the index, where there is something to find and no index yet."""
    if inspect(connection).has_table("findables"):
        is_postgresql = connection.dialect.name == "postgresql"
        for statement in _POSTGRESQL if is_postgresql else _SQLITE:
            connection.execute(text(statement))


def is_mapped(name: str | None, kind: str, _parents: Mapping[str, object]) -> bool:
    """Say whether the models know a table: the index, and what FTS5 keeps it in, they do not."""
    return not (kind == "table" and (name or "").startswith(NAME))


def put(connection: Connection, number: int, headline: Sequence[str], words: Sequence[str]) -> None:
    """Put what a findable is found by into the index, in place of what stood there."""
    put_all(connection, [(number, headline, words)])


def put_all(
    connection: Connection, found: Sequence[tuple[int, Sequence[str], Sequence[str]]]
) -> None:
    """Put many findables into the index: the number of each, its headline and its words."""
    values = [
        {
            "id": number,
            "headline": " ".join(headline),
            "words": " ".join(words),
            "vector": _vector(headline, words),
        }
        for number, headline, words in found
    ]
    for statement in _PUT[connection.dialect.name]:
        connection.execute(text(statement), values)


def forget_deleted(connection: Connection) -> None:
    """Take the words of what was replaced out of the index for good, not only out of its answers.

    FTS5 keeps them until it merges its parts: this merges all of them, at the cost of the index's
    size. PostgreSQL keeps them until it vacuums.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO findable_words(findable_words) VALUES('optimize')"))


def _vector(headline: Sequence[str], words: Sequence[str]) -> str:
    """Write words with their places as a ``tsvector``; those of the headline weigh more."""
    places: dict[str, list[str]] = {}
    for at, word in enumerate(headline, start=1):
        places.setdefault(word, []).append(f"{min(at, _LAST_PLACE)}A")
    for at, word in enumerate(words, start=len(headline) + _GAP):
        places.setdefault(word, []).append(str(min(at, _LAST_PLACE)))
    return " ".join(f"'{word}':{','.join(at[:_MOST_PLACES])}" for word, at in places.items())
