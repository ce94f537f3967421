"""The reported passage: where it stood in its version, and what has become of it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.queries.cases import CasePage
from app.rules.anchoring import Fate, trace
from app.rules.differences import Change, Piece, compare
from app.rules.passages import surroundings, text_blocks, version_text
from app.web.desk import desk_pages

_LONGEST = 60  # characters of a link that are shown
_SHORT = 3  # words of so few characters stand everywhere


@dataclass(frozen=True, slots=True)
class Since:
    """What became of the passage: its fate, and its paragraph with what changed in it."""

    fate: Fate
    text: str
    pieces: Sequence[Piece] = ()


def around(page: CasePage) -> tuple[str, str, str] | None:
    """Return the block that holds the reported passage, as what stands before, in and after it."""
    passage = page.reports[0].report.passage
    return surroundings(text_blocks(page.reported.text), passage) if passage else None


def repeats(page: CasePage) -> int:
    """Return how many more times the passage's words stand in the version that was reported."""
    quote = page.reports[0].report.quote
    return version_text(page.reported.text).count(quote) - 1 if len(quote) > _SHORT else 0


def since(page: CasePage) -> Since | None:
    """Say what became of the passage, where the article has changed since the report."""
    passage = page.reports[0].report.passage
    if passage is None or page.reported.number == page.current.number:
        return None
    before, after = version_text(page.reported.text), version_text(page.current.text)
    traced = trace(passage, before, after)
    block = "".join(surroundings(text_blocks(page.reported.text), passage))
    rows = compare(text_blocks(page.reported.text), text_blocks(page.current.text))
    changes = (row.pieces for row in rows if isinstance(row, Change) and block in row.was_blocks)
    return Since(traced.fate, traced.text, next(changes, ()))


@desk_pages.app_template_filter("shown_link")
def shown_link(address: str) -> str:
    """Write a link with its true host first, and without what makes it long."""
    parts = urlsplit(address)
    shown = (parts.hostname or "") + parts.path.rstrip("/")
    shown += f"?{parts.query}" if parts.query else ""
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
