"""How few words a difference marks, and how fast: over every real edit of the blog's history.

difflib compares the same rendered text, word by word, without its shortcut for common words.
Times are the processor's own, so that what else the machine does is left out.
Prints a table, and exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import NamedTuple

if __name__ == "__main__":  # a script finds what lies beside it, not the project
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.importers.markdown import parse
from app.importers.report import UnreadableArticle
from app.rules.differences import Change, compare
from app.rules.passages import text_blocks
from app.rules.structure_changes import compare_versions
from app.rules.texts import VersionText
from app.rules.word_changes import BREAK, words_of
from bench.real_edits import HISTORY

SEED = 20250412
ALLOWED = 1.05
TIMES_FASTER = 10
LONGEST = 0.5
"""Seconds that a very long article may take."""

_MOST_WORDS = 20_000
"""Longer pairs are not put to difflib, which would take minutes for each; they are counted."""

_WORD = re.compile(r"\S+")

Blocks = tuple[str, ...]


class Pair(NamedTuple):
    """Two consecutive versions of one file; ``number`` is the later one's."""

    path: str
    number: int
    before: VersionText
    after: VersionText


class Marks(NamedTuple):
    """How many words of a pair are marked; a full stop alone is no word."""

    pair: Pair
    ours: int
    difflib: int
    ours_spaced: int
    difflib_spaced: int
    """The same with words that are whatever stands between white space."""

    @property
    def is_above(self) -> bool:
        """Whether more is marked than may be."""
        return self.ours > ALLOWED * self.difflib


def pairs(limit: int | None) -> Iterator[Pair]:
    """Read every two consecutive versions that can be read, of ``limit`` files or of all."""
    with HISTORY.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == limit:
                return
            yield from _of_file(json.loads(line))


def _of_file(record: dict[str, list[dict[str, str]]]) -> Iterator[Pair]:
    path, before = str(record["path"]), None
    for number, revision in enumerate(record["revisions"]):
        try:
            after = parse(path, revision["text"].encode()).draft.text
        except UnreadableArticle:
            continue
        if before is not None:
            yield Pair(path, number, before, after)
        before = after


def marks(pair: Pair) -> Marks:
    """Count what either difference marks."""
    was, now = text_blocks(pair.before), text_blocks(pair.after)
    ours, spaced = _marked_by_us(was, now)
    return Marks(
        pair,
        ours,
        _marked_by_difflib(_all(words_of, was), _all(words_of, now)),
        spaced,
        _marked_by_difflib(_all(str.split, was), _all(str.split, now)),
    )


def _all(words: Callable[[str], list[str]], blocks: Blocks) -> list[str]:
    return [word for block in blocks for word in words(block)]


def _marked_by_us(was: Blocks, now: Blocks) -> tuple[int, int]:
    count = spaced = 0
    for row in compare(was, now):
        if isinstance(row, Change):
            pieces = [piece for piece in row.pieces if piece.kind != "equal"]
            count += sum(_size(words_of(piece.text)) for piece in pieces)
            spaced += _touched(row, "insert") + _touched(row, "delete")
    return count, spaced


def _touched(row: Change, other: str) -> int:
    """Count the words between white space, on one side of a change, that hold a mark."""
    pieces = [piece for piece in row.pieces if piece.kind != other]
    text = "".join(piece.text for piece in pieces)
    marked = "".join(("=" if piece.kind == "equal" else "x") * len(piece.text) for piece in pieces)
    return _size([w[0] for w in _WORD.finditer(text) if "x" in marked[w.start() : w.end()]])


def _marked_by_difflib(old: Sequence[str], new: Sequence[str]) -> int:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(_size(old[i:j]) + _size(new[k:m]) for tag, i, j, k, m in codes if tag != "equal")


def _size(words: Sequence[str]) -> int:
    return sum(any(map(str.isalnum, word)) for word in words)


class Speed(NamedTuple):
    """How long two texts take, in seconds; ``difflib`` is ``None`` where it was not asked."""

    name: str
    ours: float
    difflib: float | None = None
    difflib_spaced: float | None = None

    @property
    def is_reached(self) -> bool:
        """Whether it is as fast as it has to be."""
        if self.difflib is None:
            return self.ours < LONGEST
        return self.difflib >= TIMES_FASTER * self.ours


def speeds(texts: Sequence[Blocks], random: Random) -> Iterator[Speed]:
    """Time the comparison of articles of a common and of a very great length."""
    common, great = _article(texts, 2_000), _article(texts, 20_000)
    edited = _edited(common, 20, random)
    yield Speed(
        "2,000 words, 20 edits",
        _seconds(lambda: compare.__wrapped__(common, edited)),
        _seconds(lambda: _marked_by_difflib(_all(words_of, common), _all(words_of, edited))),
        _seconds(lambda: _marked_by_difflib(_all(str.split, common), _all(str.split, edited))),
    )
    for name, before, after in (
        ("20,000 words, 200 edits", great, _edited(great, 200, random)),
        ("20,000 words in one paragraph, 200 edits", *_in_one(great, random)),
        ("20,000 words, rewritten in all", great, _article(texts[::-1], 20_000)),
        ("20,000 words, no two alike", _unlike("a"), _unlike("b")),
    ):
        yield Speed(name, _seconds(partial(compare.__wrapped__, before, after)))


def _article(texts: Sequence[Blocks], length: int) -> Blocks:
    """Put together so many words of real paragraphs."""
    blocks: list[str] = []
    for block in (block for text in texts for block in text):
        if length <= 0:
            break
        blocks.append(block)
        length -= len(block.split())
    return tuple(blocks)


def _in_one(blocks: Blocks, random: Random) -> tuple[Blocks, Blocks]:
    return (" ".join(blocks),), (" ".join(_edited(blocks, 200, random)),)


def _unlike(prefix: str) -> Blocks:
    return tuple(" ".join(f"{prefix}{part}x{word}" for word in range(100)) for part in range(200))


def _edited(blocks: Blocks, edits: int, random: Random) -> Blocks:
    """Change, take out or put in a word, at random places."""
    words = [block.split(" ") for block in blocks]
    for number in range(edits):
        block = random.choice([block for block in words for _ in block if len(block) > 1])
        at = random.randrange(len(block))
        block[at : at + random.randint(0, 1)] = [f"other{number}"][: random.randint(0, 1)]
    return tuple(" ".join(block) for block in words)


def _seconds(work: Callable[[], object]) -> float:
    def once() -> float:
        started = process_time()
        work()
        return process_time() - started

    return median(once() for _ in range(5))


def main(words: Sequence[str]) -> int:
    """Measure, print, and return 1 when a goal is missed."""
    arguments = _parser().parse_args(words)
    found = list(pairs(arguments.files))
    for pair in found:
        compare_versions(pair.before, pair.after)
    some = [pair for pair in found if text_blocks(pair.before) != text_blocks(pair.after)]
    short = [pair for pair in some if _length(pair) <= _MOST_WORDS]
    counted = [marks(pair) for pair in short]
    texts = [text_blocks(pair.after) for pair in found[::7]]
    timed = list(speeds(texts, Random(arguments.seed)))
    _print(f"{len(found)} pairs of consecutive versions compared without an error")
    _print(f"{len(some)} of them read differently; {len(some) - len(short)} too long for difflib")
    _print("", *_marks_table(counted), "", *_speed_table(timed))
    return int(any(one.is_above for one in counted) or not all(one.is_reached for one in timed))


def _length(pair: Pair) -> int:
    return sum(len(BREAK.join(text_blocks(text)).split()) for text in (pair.before, pair.after))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench/differences.py", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="(default: %(default)s)")
    parser.add_argument("--files", type=int, help="only so many files (default: all)")
    return parser


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _marks_table(counted: Sequence[Marks]) -> Iterator[str]:
    yield f"{'words marked':42}{'ours':>10}{'difflib':>10}{'ratio':>9}"
    words = sum(one.ours for one in counted), sum(one.difflib for one in counted)
    spaced = sum(one.ours_spaced for one in counted), sum(one.difflib_spaced for one in counted)
    for name, (ours, theirs) in (("words and numbers", words), ("between white space", spaced)):
        yield f"  {name:40}{ours:>10}{theirs:>10}{ours / max(1, theirs):>9.3f}"
    above = [one for one in counted if one.is_above]
    yield f"pairs with over {ALLOWED - 1:.0%} more than difflib: {len(above)}   (goal: 0)"
    for pair, ours, theirs, ours_spaced, theirs_spaced in above:
        line = f"  {pair.path}, version {pair.number}: {ours} to {theirs}"
        yield f"{line}, {ours_spaced} to {theirs_spaced}"


def _speed_table(timed: Sequence[Speed]) -> Iterator[str]:
    yield f"{'time':42}{'ours':>10}{'difflib':>10}{'ratio':>9}"
    for one in timed:
        line = f"  {one.name:40}{one.ours * 1000:>7.1f} ms"
        for theirs in (one.difflib, one.difflib_spaced):
            if theirs is not None:
                line += f"{theirs * 1000:>7.1f} ms{theirs / one.ours:>8.1f}x"
        yield line
    yield f"  (goals: {TIMES_FASTER} times faster on the same words; {LONGEST} s; the last pair"
    yield "  of columns is difflib on words between white space, which are fewer)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
