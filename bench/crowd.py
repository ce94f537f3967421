"""A publication as large as one wishes, made in a minute: articles, reports, cases, and their log.

It is no story, as the demo is: rows are drawn by a seed and put straight into the tables, as the
services would have left them. What it holds is meant to be hard: one article that everybody
reports, a case with dozens of readers, merged ones, appeals, typos, quarantine, and dates over
two years. The transparency log is left out, since no page of the desk reads it, and the search
knows each article by its headline and the passage that is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection, Table, insert, text

from app.models import (
    Article,
    Base,
    Case,
    CaseEvent,
    Correction,
    Explanation,
    Findable,
    Letter,
    Message,
    Note,
    Report,
    SecurityEvent,
    Staff,
    Version,
    case_corrections,
    search_index,
)
from app.rules.search_words import indexed
from bench import crowd_rows as rows
from bench.crowd_cases import Crowd, Row, drawn_from

_AT_ONCE = 5000
"""How many rows are inserted with one statement."""


def fill(connection: Connection, crowd: Crowd) -> None:
    """Put a crowd into an empty, migrated database; needs an application's context for its keys."""
    drawn = drawn_from(crowd)
    _put(connection, Staff, rows.staff(crowd))
    _put(connection, Article, rows.articles(drawn))
    _put(connection, Version, rows.versions(drawn))
    _let_be_found(connection, crowd)
    _put(connection, Case, drawn.cases)
    _put(connection, Report, rows.reports(drawn))
    _put(connection, CaseEvent, rows.events(drawn))
    _put(connection, Correction, drawn.corrections)
    pairs = ({"case_id": row["_case"], "correction_id": row["id"]} for row in drawn.corrections)
    _put(connection, case_corrections, pairs)
    _put(connection, Message, rows.messages(drawn))
    _put(connection, Note, rows.notes(drawn))
    _put(connection, Letter, rows.letters(drawn))
    _put(connection, Explanation, rows.explanations(crowd))
    _put(connection, SecurityEvent, rows.security_events(drawn))
    _go_on_counting(connection)


def _put(connection: Connection, into: type[Base] | Table, those: Iterable[Row]) -> None:
    """Insert rows, some thousands at a time; what begins with an underscore is no column."""
    table = into if isinstance(into, Table) else into.metadata.tables[into.__tablename__]
    left = iter(those)
    while chunk := list(islice(left, _AT_ONCE)):
        columns = [
            {key: value for key, value in row.items() if not key.startswith("_")} for row in chunk
        ]
        connection.execute(insert(table), columns)


def _go_on_counting(connection: Connection) -> None:
    """Tell PostgreSQL which numbers are taken, since the rows brought theirs along."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                    f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
                )
            )


def _let_be_found(connection: Connection, crowd: Crowd) -> None:
    """Let each article be found by its headline and the passage that is reported."""
    numbers = range(1, crowd.articles + 1)
    found = ({"id": n, "article_id": n, "at": rows.published_at(crowd, n)} for n in numbers)
    _put(connection, Findable, found)
    for start in numbers[::_AT_ONCE]:
        some = numbers[start - 1 : start - 1 + _AT_ONCE]
        search_index.put_all(connection, [_words(crowd, number) for number in some])


def _words(crowd: Crowd, article: int) -> tuple[int, list[str], list[str]]:
    headline, passage = rows.headline(article), rows.passage(crowd, article)
    return article, indexed(headline, "en"), indexed(passage, "en")
