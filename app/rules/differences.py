"""The difference of two versions, word by word, as data that pages, feeds and mails can show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

PieceKind = Literal["equal", "delete", "insert"]

_WORDS = re.compile(r"\w+(?:[.,:]\d+)*|\s+|[^\w\s]")
_SENTENCE_END = re.compile(r"[.!?]\s")
_LIKENESS = 40.0
"""Two paragraphs that share less than this, in per cent, are not versions of each other."""

_SHORT_RUN = 1
"""Changes with no more than this many equal words between them read as one change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Consecutive blocks that read alike in both versions."""

    is_change: ClassVar[bool] = False
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One block that differs; a block that only went or came is all delete or all insert.

    ``position`` is the index of the block in the later version, or of the block before which
    a deleted one stood.
    """

    is_change: ClassVar[bool] = True
    pieces: tuple[Piece, ...]
    position: int

    @property
    def was(self) -> str:
        """The block as it stood."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "insert")

    @property
    def now(self) -> str:
        """The block as it stands."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "delete")


Row = Unchanged | Change


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The changed part of a text and no more of it than is needed to be understood."""

    pieces: tuple[Piece, ...]

    @property
    def was(self) -> str:
        """What stood there."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "insert").strip()

    @property
    def now(self) -> str:
        """What stands there."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "delete").strip()


@lru_cache(maxsize=1024)
def compare(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Row, ...]:
    """Compare two versions, given as their blocks in reading order."""
    return tuple(_compared(before, after))


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for kind, old, new, position in _runs(before, after):
        if kind == "equal":
            yield Unchanged(tuple(old))
        else:
            yield from _paired(old, new, position)


def _runs(
    before: Sequence[str], after: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], Sequence[str], int]]:
    """Yield equal and differing runs of blocks; neighbouring differences come as one."""
    old: list[str] = []
    new: list[str] = []
    position = 0
    for step in Indel.opcodes(before, after):
        if step.tag != "equal":
            if not old and not new:
                position = step.dest_start
            old += before[step.src_start : step.src_end]
            new += after[step.dest_start : step.dest_end]
            continue
        if old or new:
            yield "change", old, new, position
            old, new = [], []
        yield "equal", before[step.src_start : step.src_end], (), step.dest_start
    if old or new:
        yield "change", old, new, position


def _paired(old: Sequence[str], new: Sequence[str], position: int) -> Iterator[Change]:
    """Match the blocks of a differing run in order, each with the one it became."""
    waiting = list(old)
    for offset, block in enumerate(new):
        partner = _partner(block, waiting)
        if partner is None:
            yield Change((Piece("insert", block),), position + offset)
            continue
        for gone in waiting[:partner]:
            yield Change((Piece("delete", gone),), position + offset)
        yield Change(words(waiting[partner], block), position + offset)
        del waiting[: partner + 1]
    for gone in waiting:
        yield Change((Piece("delete", gone),), position + len(new))


def _partner(block: str, waiting: Sequence[str]) -> int | None:
    best, likeness = None, _LIKENESS
    for index, candidate in enumerate(waiting):
        score = fuzz.ratio(candidate, block)
        if score > likeness:
            best, likeness = index, score
    return best


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Compare two strings word by word; changes that nearly touch are joined into one."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    hunks: list[tuple[str, list[str], list[str]]] = []
    for step in Indel.opcodes(old, new):
        gone, come = old[step.src_start : step.src_end], new[step.dest_start : step.dest_end]
        if step.tag == "equal":
            hunks.append(("equal", gone, come))
        elif hunks and hunks[-1][0] == "change":
            hunks[-1][1].extend(gone)
            hunks[-1][2].extend(come)
        else:
            hunks.append(("change", list(gone), list(come)))
    return tuple(_pieces(_joined(hunks)))


def _joined(
    hunks: Sequence[tuple[str, list[str], list[str]]],
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Take an equal run that is too short to separate two changes into the change around it."""
    pending: tuple[str, list[str], list[str]] | None = None
    for index, (kind, gone, come) in enumerate(hunks):
        is_inner = 0 < index < len(hunks) - 1
        if kind == "equal" and not (is_inner and _is_short(gone)):
            if pending:
                yield pending
            pending = None
            yield kind, gone, come
        elif pending:
            pending = ("change", pending[1] + gone, pending[2] + come)
        else:
            pending = ("change", list(gone), list(come))
    if pending:
        yield pending


def _is_short(run: Sequence[str]) -> bool:
    counted = [token for token in run if not token.isspace()]
    return len(counted) <= _SHORT_RUN and sum(map(len, counted)) <= 4


def _pieces(hunks: Iterator[tuple[str, list[str], list[str]]]) -> Iterator[Piece]:
    for kind, gone, come in hunks:
        if kind == "equal":
            yield Piece("equal", "".join(gone))
            continue
        if gone:
            yield Piece("delete", "".join(gone))
        if come:
            yield Piece("insert", "".join(come))


def excerpt(rows: Sequence[Row], context: int = 60) -> Excerpt | None:
    """Return the first change with about ``context`` characters of what surrounds it.

    A change inside a sentence is shown with its beginning and end as far as they fit, so
    that it can be read alone. Returns ``None`` when the versions read alike.
    """
    change = next((row for row in rows if isinstance(row, Change)), None)
    if change is None:
        return None
    pieces = list(change.pieces)
    if pieces[0].kind == "equal":
        pieces[0] = Piece("equal", _tail(pieces[0].text, context))
    last = _last_change(pieces)
    after = pieces[last + 1 :]
    if after:
        pieces[last + 1 :] = [Piece("equal", _head(after[0].text, context))]
    return Excerpt(tuple(piece for piece in pieces if piece.text))


def _last_change(pieces: Sequence[Piece]) -> int:
    """Return where the excerpt ends: at the change before the first long equal run."""
    last = 0
    for index, piece in enumerate(pieces):
        if piece.kind != "equal":
            last = index
        elif index and (len(piece.text) > 80 or _SENTENCE_END.search(piece.text)):
            break
    return last


def _tail(text: str, length: int) -> str:
    """Return the end of ``text``, from the start of its sentence or of a word."""
    start = max(text.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    sentence = text[start + 2 :] if start >= 0 else text
    if len(sentence) <= 2 * length:
        return sentence
    cut = sentence[-length:]
    return "… " + cut[cut.find(" ") + 1 :]


def _head(text: str, length: int) -> str:
    """Return the beginning of ``text``, to the end of its sentence or of a word."""
    ends = [at for mark in (". ", "! ", "? ", "\n") if (at := text.find(mark)) >= 0]
    sentence = text[: min(ends) + 1] if ends else text
    if len(sentence) <= 2 * length:
        return sentence
    cut = sentence[:length]
    return cut[: cut.rfind(" ")] + " …"
