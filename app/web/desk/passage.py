"""The reported passage: where it stood in its version, and what has become of it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.queries.cases import CasePage
from app.rules.differences import Change, Piece, compare
from app.rules.passages import Passage, surroundings, text_blocks
from app.web.desk import desk_pages

_LONGEST = 60  # characters of a link that are shown


@dataclass(frozen=True, slots=True)
class Since:
    """What became of the passage's paragraph; no pieces where it still reads alike."""

    pieces: Sequence[Piece] = ()


def around(page: CasePage) -> tuple[str, str, str] | None:
    """Return the block that holds the reported passage, as what stands before, in and after it."""
    report = page.reports[0].report
    if report.start is None or report.end is None:
        return None
    passage = Passage(report.quote, report.prefix, report.suffix, report.start, report.end)
    return surroundings(text_blocks(page.reported.text), passage)


def since(page: CasePage) -> Since | None:
    """Say how the passage's paragraph reads now, where the article has changed since the report."""
    found = around(page)
    if found is None or page.reported.number == page.current.number:
        return None
    block = "".join(found)
    rows = compare(text_blocks(page.reported.text), text_blocks(page.current.text))
    changes = (row.pieces for row in rows if isinstance(row, Change) and row.was == block)
    return Since(next(changes, ()))


@desk_pages.app_template_filter("shown_link")
def shown_link(address: str) -> str:
    """Write a link with its true host first, and without what makes it long."""
    parts = urlsplit(address)
    shown = (parts.hostname or "") + parts.path.rstrip("/")
    shown += f"?{parts.query}" if parts.query else ""
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
