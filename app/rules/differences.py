"""The difference of two versions, word by word, as data that pages, feeds and mails can show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar, Literal

from app.rules.version_changes import as_text, changes
from app.rules.word_changes import BREAK, Hunk

PieceKind = Literal["equal", "delete", "insert"]
NoteKind = Literal["kind", "link", "emphasis", "picture", "description"]

# Not the full stop of an initial, a title or an abbreviation that a small letter follows.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bNo)"
    r"[.!?…][\"'”’»)\]]*\s+(?![a-z])|[。！？]|\n+"
)

NEAR = 80
"""Changes of a block with no more characters than this between them belong together."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What changed beside the words: of which words, from what, to what; empty for nothing.

    ``was`` and ``now`` are block kinds, addresses of links or pictures, tags of emphasis, or
    descriptions of a picture, in which case ``text`` is its address.
    """

    kind: NoteKind
    text: str
    was: str
    now: str


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
    version, or of the block before which a deleted one stood. Where nothing but ``notes`` tells
    of a change, all the words stayed.
    """

    is_change: ClassVar[bool] = True
    pieces: tuple[Piece, ...]
    position: int
    notes: tuple[Note, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether any words went or came."""
        return any(piece.kind != "equal" for piece in self.pieces)

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
    was, now = as_text(before), as_text(after)
    return tuple(_rows(was, now, changes(before, after)))


def _rows(was: str, now: str, found: Sequence[Hunk]) -> Iterator[Row]:
    position, unchanged = 0, list[str]()
    for place, inside in _places(was, now, found):
        old = _blocks(was[place.old_start : place.old_end])
        new = _blocks(now[place.new_start : place.new_end])
        if not inside:
            unchanged += old
        else:
            if unchanged:
                yield Unchanged(tuple(unchanged))
                unchanged = []
            yield from _changes(old, new, _pieces(was, now, place, inside), position)
        position += len(new)
    if unchanged:
        yield Unchanged(tuple(unchanged))


def _places(was: str, now: str, found: Sequence[Hunk]) -> Iterator[tuple[Hunk, list[Hunk]]]:
    """Yield the smallest stretches of whole blocks, without the last break, and their changes."""
    at = 0
    for (i, k), (j, m) in pairwise(_starts(was, now, found)):
        inside = []
        place = Hunk(i, max(i, j - len(BREAK)), k, max(k, m - len(BREAK)))
        while at < len(found) and (found[at].old_start < j or found[at].new_start < m):
            inside.append(_clipped(found[at], place))
            if found[at].old_end > j or found[at].new_end > m:
                break
            at += 1
        yield place, inside


def _starts(was: str, now: str, found: Sequence[Hunk]) -> Iterator[tuple[int, int]]:
    """Yield where a block begins in both texts at once, and where both end."""
    at = to = 0
    yield 0, 0
    for i, j, k, m in (*found, Hunk(len(was), len(was), len(now), len(now))):
        yield from ((end, to + end - at) for end in _ends(was, at, i))
        if k == m and _is_start(now, k):
            yield from ((end, k) for end in _ends(was, i, j))
        elif i == j and _is_start(was, i):
            yield from ((i, end) for end in _ends(now, k, m))
        elif was.endswith(BREAK, i, j) and now.endswith(BREAK, k, m):
            yield j, m
        at, to = j, m


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where blocks end in a part of a text, each with its break."""
    while (at := text.find(BREAK, start, end)) >= 0:
        start = at + len(BREAK)
        yield start


def _is_start(text: str, at: int) -> bool:
    return at == 0 or text.endswith(BREAK, 0, at)


def _clipped(hunk: Hunk, place: Hunk) -> Hunk:
    """Return the part of a change that lies within a place."""
    i, k = max(hunk.old_start, place.old_start), max(hunk.new_start, place.new_start)
    return Hunk(
        i, max(i, min(hunk.old_end, place.old_end)), k, max(k, min(hunk.new_end, place.new_end))
    )


def _pieces(was: str, now: str, place: Hunk, inside: Sequence[Hunk]) -> tuple[Piece, ...]:
    pieces, at = [], place.old_start
    for i, j, k, m in inside:
        pieces += [Piece("equal", was[at:i]), Piece("delete", was[i:j]), Piece("insert", now[k:m])]
        at = j
    pieces.append(Piece("equal", was[at : place.old_end]))
    return tuple(piece for piece in pieces if piece.text)


def _changes(
    old: Sequence[str], new: Sequence[str], pieces: tuple[Piece, ...], position: int
) -> Iterator[Change]:
    """Yield one change, or several where nothing stayed: what went, and then what came."""
    if len(old) == len(new) == 1 or any(piece.kind == "equal" for piece in pieces):
        yield Change(pieces, position)
        return
    yield from (Change((Piece("delete", block),), position) for block in old)
    for offset, block in enumerate(new):
        yield Change((Piece("insert", block),), position + offset)


def excerpt(rows: Sequence[Row], context: int = 60) -> Excerpt | None:
    """Return the first change with about ``context`` characters of what surrounds it.

    A change inside a sentence is shown with its beginning and end as far as they fit, so
    that it can be read alone. Returns ``None`` when no words changed.
    """
    change = next((row for row in rows if isinstance(row, Change) and row.is_marked), None)
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
