"""The difference of two versions, word by word, as data that pages, feeds and mails can show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal

from rapidfuzz.distance import Indel

from app.rules.word_changes import hunks, runs, words_of

PieceKind = Literal["equal", "delete", "insert"]

_SENTENCE_END = re.compile(r"[.!?]\s")

_LIKENESS = 0.4
"""Blocks that share a smaller part of their words than this are not versions of each other."""

_BLOCKS_AT_ONCE = 150

# Private characters that stand for words; two words that share one do no harm here.
_FIRST_CODE, _CODES = 0xE000, 0x100000


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
    for run in runs(before, after):
        old = before[run.old_start : run.old_end]
        if run.is_equal:
            yield Unchanged(tuple(old))
        else:
            yield from _in_pieces(old, after[run.new_start : run.new_end], run.new_start)


def _in_pieces(old: Sequence[str], new: Sequence[str], position: int) -> Iterator[Change]:
    """Match the blocks of a differing run, a very long one piece by piece."""
    count = max(len(old), len(new)) // _BLOCKS_AT_ONCE + 1
    for part in range(count):
        i, j = len(old) * part // count, len(old) * (part + 1) // count
        k, m = len(new) * part // count, len(new) * (part + 1) // count
        yield from _paired(old[i:j], new[k:m], position + k)


def _paired(old: Sequence[str], new: Sequence[str], position: int) -> Iterator[Change]:
    """Match each block with the one it became; what has no partner went or came."""
    i = k = 0
    for partner, block in (*_partners(old, new), (len(old), len(new))):
        yield from _unpaired(old[i:partner], new[k:block], position + k)
        if block < len(new):
            yield Change(words(old[partner], new[block]), position + block)
        i, k = partner + 1, block + 1


def _unpaired(old: Sequence[str], new: Sequence[str], position: int) -> Iterator[Change]:
    if len(old) == len(new) == 1:
        yield Change((Piece("delete", old[0]), Piece("insert", new[0])), position)
        return
    for block in old:
        yield Change((Piece("delete", block),), position)
    for offset, block in enumerate(new):
        yield Change((Piece("insert", block),), position + offset)


def _partners(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of blocks, in order, that have the most words in common altogether."""
    common = _common_words(old, new)
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for k in range(len(new) - 1, -1, -1):
            paired = common[i][k] and common[i][k] + best[i + 1][k + 1]
            best[i][k] = max(best[i + 1][k], best[i][k + 1], paired)
    i = k = 0
    while i < len(old) and k < len(new):
        if common[i][k] and best[i][k] == common[i][k] + best[i + 1][k + 1]:
            yield i, k
            i, k = i + 1, k + 1
        elif best[i][k] == best[i + 1][k]:
            i += 1
        else:
            k += 1


def _common_words(old: Sequence[str], new: Sequence[str]) -> list[list[float]]:
    """Return for each two blocks how many words they share; 0 where they are too unlike."""
    codes: dict[str, int] = {}
    rows, columns = [_coded(block, codes) for block in old], [_coded(block, codes) for block in new]
    return [
        [
            Indel.normalized_similarity(row, column, score_cutoff=_LIKENESS)
            * (len(row) + len(column))
            for column in columns
        ]
        for row in rows
    ]


def _coded(block: str, codes: dict[str, int]) -> str:
    """Write each word of a block as one character, capitals and small letters alike."""
    numbers = (codes.setdefault(word, len(codes)) for word in words_of(block.casefold()))
    return "".join(chr(_FIRST_CODE + number % _CODES) for number in numbers)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Compare two strings word by word; changes that nearly touch are joined into one."""
    pieces, at = [], 0
    for hunk in hunks(before, after):
        pieces.append(Piece("equal", before[at : hunk.old_start]))
        pieces.append(Piece("delete", before[hunk.old_start : hunk.old_end]))
        pieces.append(Piece("insert", after[hunk.new_start : hunk.new_end]))
        at = hunk.old_end
    pieces.append(Piece("equal", before[at:]))
    return tuple(piece for piece in pieces if piece.text)


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
