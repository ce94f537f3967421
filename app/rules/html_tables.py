"""Puts tables right: every header says what it heads, and a wide table scrolls in a box."""

from __future__ import annotations

from collections.abc import Iterator

from app.rules.html_tree import Node, nodes


def mend(whole: Node, label: str) -> None:
    """Mend the tables of a body; ``label`` names them, with a number where there are several."""
    _scope_headers(whole)
    tables = list(_outermost_tables(whole))
    for number, table in enumerate(tables, start=1):
        _make_scroll(table, label if len(tables) == 1 else f"{label} {number}")


def _scope_headers(whole: Node) -> None:
    """Say of every table header what it heads; an empty one is a cell."""
    for table in whole.walk():
        if table.tag == "table":
            rows = [(group.tag, row) for group in nodes(table) for row in _rows(group)]
            for position, (group, row) in enumerate(rows):
                cells = nodes(row)
                heads_columns = position == 0 and _is_all_headers(cells)
                _scope_row(cells, group == "thead" or heads_columns)


def _scope_row(cells: list[Node], heads_columns: bool) -> None:
    for cell in cells:
        if cell.tag == "th" and not cell.says_something():
            cell.tag = "td"
            cell.attributes.pop("scope", None)
        elif cell.tag == "th" and (heads_columns or cell is cells[0]):
            cell.attributes.setdefault("scope", "col" if heads_columns else "row")


def _is_all_headers(cells: list[Node]) -> bool:
    return all(cell.tag == "th" or not cell.says_something() for cell in cells)


def _rows(group: Node) -> list[Node]:
    return [row for row in nodes(group) if row.tag == "tr"]


def _outermost_tables(node: Node) -> Iterator[Node]:
    for child in nodes(node):
        if child.tag == "table":
            yield child
        else:
            yield from _outermost_tables(child)


def _make_scroll(table: Node, label: str) -> None:
    """Put a table into a box that scrolls, by keyboard too."""
    inner = Node("table", table.attributes, table.children)
    table.tag, table.children = "section", [inner]
    table.attributes = {"class": "scroll", "tabindex": "0", "aria-label": label}
