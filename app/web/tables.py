"""Tables that are shown on a page and offered as files, with the same figures in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response

from app.rules.errors import NotFound
from app.rules.spreadsheets import Cell, csv


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name in addresses, its title, its columns by key and label, its rows.

    The first column says what each row is about.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Cell]]

    def records(self) -> list[dict[str, str | int | float | None]]:
        """Return the rows as JSON has them: each with its keys."""
        return [dict(zip(self.columns, map(_plain, row), strict=True)) for row in self.rows]


def named(tables: Sequence[Table], name: str) -> Table:
    """Return the table of a name; raise ``NotFound``."""
    for table in tables:
        if table.name == name:
            return table
    raise NotFound("There is no such table.")


def _plain(value: Cell) -> str | int | float | None:
    return value.isoformat() if isinstance(value, date) else value


def csv_response(table: Table) -> Response:
    """Return a table as a file for spreadsheets.

    It begins with a byte order mark: without one, Excel takes UTF-8 for the old character set of
    the computer it runs on, and every name that is not English is broken. Programs that read
    UTF-8 pass over it, or are told to (in Python, ``utf-8-sig``).
    """
    content = csv(list(table.columns.values()), table.rows).encode("utf-8-sig")
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={table.name}.csv"
    return response
