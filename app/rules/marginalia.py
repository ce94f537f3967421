"""Corrections as marginalia: which words of the present text an entry stands beside.

A word is marked only where it certainly is the corrected one: in a paragraph that still reads
as the correction left it, or where ``anchoring`` finds the same words again. Never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from app.rules.anchoring import Fate, trace
from app.rules.differences import NEAR, Change, Excerpt, Piece, compare, excerpt
from app.rules.html_tree import TAG
from app.rules.passages import body_blocks, select
from app.rules.texts import VersionText
from app.rules.transparency.redactions import is_tombstone
from app.rules.word_changes import BREAK

_SPACE = " \t\n\r\f"
_OPEN = '<mark class="corrected">'


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
    if is_tombstone(before) or is_tombstone(after):
        return []
    then, present = body_blocks(after), body_blocks(now)
    found = []
    for row in compare(body_blocks(before), then):
        if not isinstance(row, Change) or not row.now:
            continue
        for first, block, start, end in _corrected(row):
            place = _place(block, start, end, then, present)
            change = excerpt([Change(row.pieces[first:], row.position)])
            if place and change:
                found.append(Spot(*place, change))
    return found


def _corrected(row: Change) -> Iterator[tuple[int, str, int, int]]:
    """Yield which piece a group of changes begins with, the block it is in, and its span there.

    Where words only went, the one before the gap stands for it.
    """
    offset = 0
    groups = _groups(row.pieces)
    text = BREAK.join(row.now_blocks)
    for block in row.now_blocks:
        for first, start, end in groups:
            here = max(start - offset, 0), min(end - offset, len(block))
            is_cut = here != (start - offset, end - offset)
            # Of a change across two blocks, a lone full stop is not worth a mark; but a break
            # that came is marked at the end of the block before it.
            is_break = offset <= start <= offset + len(block) and text[start:end] == BREAK
            is_worth = not is_cut or is_break or _has_word(block[slice(*here)])
            if here[0] <= here[1] and is_worth:
                yield first, block, *_words_in(block, *here)
        offset += len(block) + len(BREAK)


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _groups(pieces: Sequence[Piece]) -> list[tuple[int, int, int]]:
    """Return the changes that stand near each other: the piece before them, and their span."""
    groups: list[tuple[int, int, int]] = []
    offset = 0
    for index, piece in enumerate(pieces):
        end = offset if piece.kind == "delete" else offset + len(piece.text)
        if piece.kind != "equal":
            first, start = max(index - 1, 0), offset
            if groups and offset - groups[-1][2] <= NEAR:
                first, start, _ = groups.pop()
            groups.append((first, start, end))
        offset = end
    return groups


def _words_in(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without white space at its ends; for an empty one, the word before it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        return start, end
    words = [match.span() for match in re.finditer(r"\S+", text)]
    return max((word for word in words if word[0] < start), default=words[0])


def _place(
    text: str, start: int, end: int, then: Sequence[str], present: Sequence[str]
) -> tuple[int, int, int] | None:
    """Return where ``text[start:end]`` stands now, as block, start and end.

    Of a block that stands twice, now or in the version ``then`` that brought it, nobody can say
    which is meant.
    """
    if then.count(text) != 1 or present.count(text) > 1:
        return None
    if text in present:
        return present.index(text), start, end
    whole, at = BREAK.join(then), sum(len(each) + len(BREAK) for each in then[: then.index(text)])
    found = trace(select(whole, at + start, at + end), whole, BREAK.join(present))
    if found.fate is not Fate.UNCHANGED:
        return None
    return _in_block(found.start, found.end, present)


def _in_block(start: int, end: int, present: Sequence[str]) -> tuple[int, int, int] | None:
    """Return the block that a span of the whole text stands in, and its place there."""
    for number, block in enumerate(present):
        if end <= len(block):
            return (number, start, end) if start >= 0 else None
        start, end = start - len(block) - len(BREAK), end - len(block) - len(BREAK)
    return None


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
    touched: list[tuple[int, int]] = []
    count = 0
    for start, end in _runs(html):
        inside = list(_characters(html, start, end))
        chosen = inside[max(0, first - count) : max(0, last - count)]
        count += len(inside)
        if chosen:
            touched.append((chosen[0][0], chosen[-1][1]))
    if not touched:
        return html
    return _written(html, touched, mark)


def _written(html: str, touched: Sequence[tuple[int, int]], mark: Mark) -> str:
    """Write a mark around each touched run, and the caret once, behind the last.

    The caret is a link, so it may not stand in another one: it follows that.
    """
    written, at = [], 0
    for start, end in touched:
        written.append(f"{html[at:start]}{_OPEN}{html[start:end]}</mark>")
        at = end
    behind = _link_end(html, at)
    if behind is None:
        written[-1] = f"{written[-1].removesuffix('</mark>')}{_caret(mark)}</mark>"
    else:
        written.append(f"{html[at:behind]}{_OPEN}{_caret(mark)}</mark>")
        at = behind
    return "".join(written) + html[at:]


def _link_end(html: str, position: int) -> int | None:
    """Return where the link around a position ends, or ``None`` where there is none."""
    is_inside = False
    for match in TAG.finditer(html):
        if match[2] != "a":
            continue
        if match.start() >= position:
            return match.end() if is_inside else None
        is_inside = not match[1]
    return None


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
