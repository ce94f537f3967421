"""The difference of two versions, word by word, as data that pages, feeds and mails can show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal

from app.rules.block_pairs import pairs
from app.rules.word_changes import hunks, runs

PieceKind = Literal["equal", "delete", "insert"]

# Not the full stop of an initial, a title or an abbreviation that a small letter follows.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bNo)"
    r"[.!?…][\"'”’»)\]]*\s+(?![a-z])|[。！？]|\n+"
)

BREAK = "\n\n"
"""What stands between two blocks where a change joined or split them."""

NEAR = 80
"""Changes of a block with no more characters than this between them belong together."""


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

    Where blocks were joined into one, or one was split, the pieces hold all of them, with a
    ``BREAK`` between each two. ``position`` is the index of the (first) block in the later
    version, or of the block before which a deleted one stood.
    """

    is_change: ClassVar[bool] = True
    pieces: tuple[Piece, ...]
    position: int

    @property
    def was(self) -> str:
        """The block as it stood; the first of them where several were joined."""
        return next(iter(self.was_blocks), "")

    @property
    def now(self) -> str:
        """The block as it stands; the first of them where it was split."""
        return next(iter(self.now_blocks), "")

    @property
    def was_blocks(self) -> tuple[str, ...]:
        """All the blocks as they stood; none where one only came."""
        return _blocks(_side(self.pieces, "insert"))

    @property
    def now_blocks(self) -> tuple[str, ...]:
        """All the blocks as they stand; none where one only went."""
        return _blocks(_side(self.pieces, "delete"))


Row = Unchanged | Change


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The changed part of a text and no more of it than is needed to be understood."""

    pieces: tuple[Piece, ...]

    @property
    def was(self) -> str:
        """What stood there."""
        return _side(self.pieces, "insert").strip()

    @property
    def now(self) -> str:
        """What stands there."""
        return _side(self.pieces, "delete").strip()


def _blocks(text: str) -> tuple[str, ...]:
    return tuple(text.split(BREAK)) if text else ()


def _side(pieces: Sequence[Piece], other: PieceKind) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != other)


@lru_cache(maxsize=1024)
def compare(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Row, ...]:
    """Compare two versions, given as their blocks in reading order; no block is empty."""
    return tuple(_compared(before, after))


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for run in runs(before, after):
        old = before[run.old_start : run.old_end]
        if run.is_equal:
            yield Unchanged(tuple(old))
        else:
            yield from _changes(old, after[run.new_start : run.new_end], run.new_start)


def _changes(old: Sequence[str], new: Sequence[str], position: int) -> Iterator[Change]:
    i = k = 0
    for pair in pairs(old, new):
        yield from _unpaired(old[i : pair.old_start], new[k : pair.new_start], position + k)
        was = BREAK.join(old[pair.old_start : pair.old_end])
        now = BREAK.join(new[pair.new_start : pair.new_end])
        yield Change(words(was, now), position + pair.new_start)
        i, k = pair.old_end, pair.new_end
    yield from _unpaired(old[i:], new[k:], position + k)


def _unpaired(old: Sequence[str], new: Sequence[str], position: int) -> Iterator[Change]:
    """Show blocks that have no counterpart: what went, then what came; one for one together."""
    if len(old) == len(new) == 1:
        yield Change((Piece("delete", old[0]), Piece("insert", new[0])), position)
        return
    for block in old:
        yield Change((Piece("delete", block),), position)
    for offset, block in enumerate(new):
        yield Change((Piece("insert", block),), position + offset)


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
        elif index and (len(piece.text) > NEAR or _SENTENCE_END.search(piece.text)):
            break
    return last


def _tail(text: str, length: int) -> str:
    """Return the end of ``text``, from the start of its sentence or of a word."""
    starts = [match.end() for match in _SENTENCE_END.finditer(text)]
    sentence = text[starts[-1] :] if starts else text
    if len(sentence) <= 2 * length:
        return sentence
    cut = sentence[-length:]
    return "… " + cut[cut.find(" ") + 1 :]


def _head(text: str, length: int) -> str:
    """Return the beginning of ``text``, to the end of its sentence or of a word."""
    end = _SENTENCE_END.search(text)
    sentence = text[: end.end()].rstrip() if end else text
    if len(sentence) <= 2 * length:
        return sentence
    cut = sentence[:length]
    return cut[: max(cut.rfind(" "), 0) or length] + " …"
