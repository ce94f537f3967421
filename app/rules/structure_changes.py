"""What changed in a version beside its words: links, headings, pictures, emphasis.

Two paragraphs can read alike and still not be the same: a link leads elsewhere, a heading
became a subheading. Readers are told so in words, beside the paragraph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from app.rules.differences import Change, Note, NoteKind, Piece, Row, Unchanged, compare
from app.rules.html_tree import Node, parse
from app.rules.markup import Block, one_line
from app.rules.passages import rendered, text_blocks
from app.rules.texts import VersionText

_EMPHASIS = frozenset("em strong code s del sub sup".split())


class _Detail(NamedTuple):
    """Words or a picture, and what makes them more than plain text."""

    text: str
    value: str


@lru_cache(maxsize=256)
def compare_versions(before: VersionText, after: VersionText) -> tuple[Row, ...]:
    """Compare two versions, their words and what else readers see of them."""
    old, new = _parts(before), _parts(after)
    rows = compare(tuple(part.text for part in old), tuple(part.text for part in new))
    return tuple(_with_notes(rows, old, new))


def _parts(text: VersionText) -> list[Block]:
    """Return a version's blocks; a picture without words belongs to the block before it."""
    body = rendered(text.body)
    lines = text_blocks(text)
    parts = [Block("line", "", line) for line in lines[: len(lines) - sum(map(_has_text, body))]]
    for block in body:
        if block.text:
            parts.append(block)
        elif parts:
            parts[-1] = replace(parts[-1], html=parts[-1].html + block.html)
    return parts


def _has_text(block: Block) -> bool:
    return bool(block.text)


def _with_notes(rows: Iterable[Row], old: Sequence[Block], new: Sequence[Block]) -> Iterator[Row]:
    i = k = 0
    for row in rows:
        if isinstance(row, Change):
            j, m = i + len(row.was_blocks), k + len(row.now_blocks)
            yield replace(row, notes=tuple(_notes(old[i:j], new[k:m])))
        else:
            j, m = i + len(row.blocks), k + len(row.blocks)
            yield from _alike(old[i:j], new[k:m], k)
        i, k = j, m


def _alike(old: Sequence[Block], new: Sequence[Block], position: int) -> Iterator[Row]:
    """Yield blocks that read alike; those of which something is to be said stand alone."""
    folded: list[str] = []
    for at, (was, now) in enumerate(zip(old, new, strict=True), start=position):
        notes = tuple(_notes([was], [now])) if was.html != now.html else ()
        if not notes:
            folded.append(now.text)
            continue
        if folded:
            yield Unchanged(tuple(folded))
        folded = []
        yield Change((Piece("equal", now.text),), at, notes)
    if folded:
        yield Unchanged(tuple(folded))


def _notes(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Note]:
    """Say what changed beside the words; nothing of blocks that only went or came."""
    if not old or not new:
        return
    if len(old) == len(new):
        kinds = ((was.kind, now.kind) for was, now in zip(old, new, strict=True))
        yield from (Note("kind", "", was, now) for was, now in kinds if was != now)
    first, second = _tree(old), _tree(new)
    was, now = (" ".join(block.text for block in side) for side in (old, new))
    yield from _detail_notes("link", _links(first), _links(second), was, now)
    yield from _detail_notes("emphasis", _emphasis(first), _emphasis(second), was, now)
    yield from _picture_notes(_pictures(first), _pictures(second))


def _tree(blocks: Iterable[Block]) -> Node:
    return parse("".join(block.html for block in blocks))


def _links(tree: Node) -> list[_Detail]:
    return [_Detail(one_line(node.text()), _value(node, "href")) for node in _all(tree, "a")]


def _emphasis(tree: Node) -> list[_Detail]:
    return [_Detail(one_line(node.text()), node.tag) for node in _all(tree, *_EMPHASIS)]


def _pictures(tree: Node) -> list[_Detail]:
    return [_Detail(_value(node, "alt"), _value(node, "src")) for node in _all(tree, "img")]


def _all(tree: Node, *tags: str) -> list[Node]:
    return [node for node in tree.walk() if node.tag in tags]


def _value(node: Node, name: str) -> str:
    return node.attributes.get(name, "")


def _detail_notes(
    kind: NoteKind, old: Sequence[_Detail], new: Sequence[_Detail], was: str, now: str
) -> Iterator[Note]:
    """Say which words that stayed are linked or emphasised otherwise than they were."""
    gone, come = _unshared(old, new)
    for one in list(gone):
        same = next((other for other in come if other.text == one.text), None)
        if same:
            yield Note(kind, one.text, one.value, same.value)
            gone.remove(one)
            come.remove(same)
    reworded = {one.value for one in gone} & {one.value for one in come}
    gone, come = ([one for one in side if one.value not in reworded] for side in (gone, come))
    yield from (Note(kind, one.text, one.value, "") for one in gone if one.text in now)
    yield from (Note(kind, one.text, "", one.value) for one in come if one.text in was)
    if kind == "link":
        left = [one for one in gone if one.text not in now]
        came = [one for one in come if one.text not in was]
        pairs = zip(left, came, strict=False)
        yield from (Note(kind, one.text, before.value, one.value) for before, one in pairs)


def _picture_notes(old: Sequence[_Detail], new: Sequence[_Detail]) -> Iterator[Note]:
    """Say which pictures went, came, were replaced or are described otherwise."""
    gone, come = _unshared(old, new)
    for one in list(gone):
        same = next((other for other in come if other.value == one.value), None)
        if same:
            yield Note("description", one.value, one.text, same.text)
            gone.remove(one)
            come.remove(same)
    none = _Detail("", "")
    for one, other in zip_longest(gone, come, fillvalue=none):
        yield Note("picture", other.text or one.text, one.value, other.value)


def _unshared(
    old: Sequence[_Detail], new: Sequence[_Detail]
) -> tuple[list[_Detail], list[_Detail]]:
    """Return what only one side has, in order."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return list(gone.elements()), list(come.elements())
