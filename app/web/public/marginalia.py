"""An article's body with its corrections beside the passages that they corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from app.queries import articles
from app.queries.articles import ArticlePage
from app.queries.corrections import Entry
from app.rules.differences import Excerpt
from app.rules.marginalia import Mark, marked, spots
from app.rules.markup import Block, blocks, render
from app.rules.texts import VersionText


@dataclass(frozen=True, slots=True)
class MarginNote:
    """An entry beside a passage, with what changed there."""

    entry: Entry
    change: Excerpt

    @property
    def name(self) -> str:
        """The note's name within the page."""
        return f"c{self.entry.number}"


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block of an article's body, and the notes that stand beside it."""

    html: Markup
    notes: tuple[MarginNote, ...] = ()


def plain(text: VersionText) -> list[ShownBlock]:
    """Return a version's body without notes."""
    return [_shown(block, (), ()) for block in blocks(render(text.body))]


def annotated(page: ArticlePage) -> list[ShownBlock]:
    """Return an article's body with a note beside each passage that was corrected.

    An entry's note stands beside the first passage that it changed; at further ones a mark
    leads to it.
    """
    now = page.version.text
    found = blocks(render(now.body))
    with_text = [index for index, block in enumerate(found) if block.text]
    notes: dict[int, list[tuple[int, MarginNote]]] = {}
    marks: dict[int, list[Mark]] = {}
    texts = articles.texts(page.article.id) if page.entries else {}
    for entry in reversed(page.entries):
        places = spots(texts[entry.from_version], texts[entry.to_version], now)
        for order, spot in enumerate(places):
            note = MarginNote(entry, spot.change)
            index = with_text[spot.block]
            marks.setdefault(index, []).append(_mark(note, spot.start, spot.end))
            if order == 0:
                notes.setdefault(index, []).append((spot.start, note))
    return [
        _shown(block, marks.get(index, ()), _in_order(notes.get(index, ())))
        for index, block in enumerate(found)
    ]


def _in_order(notes: Sequence[tuple[int, MarginNote]]) -> list[MarginNote]:
    """Return a block's notes in the order of the words that they stand beside."""
    return [note for _start, note in sorted(notes, key=lambda placed: placed[0])]


def _mark(note: MarginNote, start: int, end: int) -> Mark:
    label = f"{_(note.entry.kind.label)} {note.entry.number}"
    return Mark(start, end, note.name, label)


def _shown(block: Block, marks: Sequence[Mark], notes: Sequence[MarginNote]) -> ShownBlock:
    html = marked(block.html, block.text, marks) if marks else block.html
    return ShownBlock(Markup(html), tuple(notes))  # noqa: S704 - render() sanitised it
