"""Corrections as marginalia: which words of the present text an entry stands beside.

A word is marked only where it certainly is the corrected one: in a paragraph that still reads
as the correction left it, or in the same words between the same neighbours. Never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from app.rules.differences import Change, Excerpt, Piece, compare, excerpt
from app.rules.html_tree import TAG
from app.rules.passages import CONTEXT, body_blocks
from app.rules.texts import VersionText

_SPACE = " \t\n\r\f"


@dataclass(frozen=True, slots=True)
class Spot:
    """Words of the present text that an entry brought about: ``[start, end)`` of a block's text."""

    block: int
    start: int
    end: int
    change: Excerpt


@dataclass(frozen=True, slots=True)
class Mark:
    """Words to be marked in a block's HTML, with the note they lead to and its spoken name."""

    start: int
    end: int
    note: str
    label: str


def spots(before: VersionText, after: VersionText, now: VersionText) -> list[Spot]:
    """Find what changed from ``before`` to ``after`` in the text as it stands ``now``."""
    present = body_blocks(now)
    found = []
    for row in compare(body_blocks(before), body_blocks(after)):
        if not isinstance(row, Change) or not row.now:
            continue
        start, end = _changed(row.pieces)
        place = _place(row.now, start, end, present)
        change = excerpt([row])
        if place and change:
            found.append(Spot(*place, change))
    return found


def _changed(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Return the span of a block's new text from its first change to its last.

    Where words only went, the one before the gap stands for it.
    """
    offset, spans = 0, []
    for piece in pieces:
        if piece.kind != "equal":
            width = len(piece.text) if piece.kind == "insert" else 0
            spans.append((offset, offset + width))
        if piece.kind != "delete":
            offset += len(piece.text)
    text = "".join(piece.text for piece in pieces if piece.kind != "delete")
    start, end = spans[0][0], max(end for _, end in spans)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else _word_at(text, start)


def _word_at(text: str, position: int) -> tuple[int, int]:
    """Return the last word before ``position``, or the first one of the text."""
    end = len(text[:position].rstrip())
    if end:
        return text.rfind(" ", 0, end) + 1, end
    space = text.find(" ")
    return 0, space if space > 0 else len(text)


def _place(text: str, start: int, end: int, present: Sequence[str]) -> tuple[int, int, int] | None:
    """Return where ``text[start:end]`` stands now, as block, start and end."""
    if present.count(text) == 1:
        return present.index(text), start, end
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    wanted = before + text[start:end] + after
    holders = [index for index, block in enumerate(present) if wanted in block]
    if len(holders) != 1 or present[holders[0]].count(wanted) != 1:
        return None
    at = present[holders[0]].index(wanted) + len(before)
    return holders[0], at, at + end - start


def marked(html: str, text: str, marks: Iterable[Mark]) -> str:
    """Return a block's HTML with its words marked; ``text`` is the block's text.

    Of marks that overlap only the first is drawn.
    """
    drawn: list[tuple[int, int, Mark]] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        first, last = _letters(text[: mark.start]), _letters(text[: mark.end])
        if first < last and (not drawn or first >= drawn[-1][1]):
            drawn.append((first, last, mark))
    for first, last, mark in reversed(drawn):
        html = _wrapped(html, first, last, mark)
    return html


def _letters(text: str) -> int:
    """Count what is not white space: the same in a block's text and in its HTML."""
    return sum(character not in _SPACE for character in text)


def _wrapped(html: str, first: int, last: int, mark: Mark) -> str:
    """Mark the letters ``[first, last)`` of a block's HTML, in every run of text they touch."""
    written: list[str] = []
    at = count = 0
    for start, end in _runs(html):
        written.append(html[at:start])
        inside = list(_characters(html, start, end))
        touched = inside[max(0, first - count) : max(0, last - count)]
        count += len(inside)
        at = start
        if touched:
            is_last = count >= last
            written.append(html[start : touched[0][0]])
            written.append(f'<mark class="corrected">{html[touched[0][0] : touched[-1][1]]}')
            written.append(_caret(mark) if is_last else "")
            written.append("</mark>")
            at = touched[-1][1]
        written.append(html[at:end])
        at = end
    return "".join(written) + html[at:]


def _caret(mark: Mark) -> str:
    return f'<a class="caret" href="#{escape(mark.note)}" aria-label="{escape(mark.label)}"></a>'


def _runs(html: str) -> Iterator[tuple[int, int]]:
    """Yield where the runs of text between tags begin and end."""
    at = 0
    for match in TAG.finditer(html):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < len(html):
        yield at, len(html)


def _characters(html: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where each character that is not white space begins and ends, entities as one."""
    at = start
    while at < end:
        after = html.find(";", at, end) + 1 if html[at] == "&" else at + 1
        after = after or at + 1
        if html[at] not in _SPACE:
            yield at, after
        at = after
