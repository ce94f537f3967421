"""Tables as CSV (RFC 4180) that no spreadsheet takes for a program.

A cell that begins like a formula is calculated when the file is opened, and what readers type
must not run on somebody's computer (OWASP, CSV Injection). Such a text gets an apostrophe in
front, which a spreadsheet takes for “this is text”. Every text is quoted, so that no comma,
semicolon or line break in it begins a new cell. Numbers are ours and stay numbers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

Cell = str | int | float | date | None

_BEGINS_A_FORMULA = frozenset("=+-@|%＝＋－＠")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of characters that a spreadsheet may skip before it looks for a formula."""


def csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table with its header as CSV, lines ended by CR and LF."""
    return "".join(csv_lines(columns, rows))


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield such a table line by line, so that one of any length fits."""
    for row in chain([columns], rows):
        yield ",".join(map(_cell, row)) + "\r\n"


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; others stay as they are."""
    seen = next((c for c in text if unicodedata.category(c) not in _UNSEEN), "")
    begins_oddly = text[:1] in ("\t", "\r", "\n")
    return "'" + text if seen in _BEGINS_A_FORMULA or begins_oddly else text


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        quoted = defused(value.replace("\0", "")).replace('"', '""')
        return f'"{quoted}"'
    return value.isoformat() if isinstance(value, date) else str(value)
