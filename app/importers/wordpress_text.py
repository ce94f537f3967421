"""The text of a WordPress post as Markdown: blocks, shortcodes and loose lines made plain.

WordPress keeps HTML in which its editor's blocks are marked by comments, or, from older days,
HTML without paragraphs: there an empty line is one, and a line end is shown as one.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import nh3

from app.importers import foreign
from app.importers.html_markdown import INLINE, to_markdown
from app.importers.shortcodes import Picture, drop_shortcodes, figure, link
from app.importers.working_text import CUT, WorkingText
from app.rules.html_tree import Node, names, parse
from app.rules.markup import is_too_deep, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.importers.report import ImportProblem
    from app.importers.shortcodes import Gallery

    Child = Node | str

_NEUTRAL = names(
    "div section article aside header footer main center nav address details summary fieldset"
    " form legend hgroup"
)
_STANDING = names(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre figure figcaption table caption colgroup thead"
    " tbody tfoot tr th td dl dt dd hr col"
)
_CLEANER = nh3.Cleaner(
    tags=set(INLINE | _NEUTRAL | _STANDING),
    clean_content_tags=set(names("script style template")),
    attributes={
        "*": {"lang", "dir"},
        "a": {"href"},
        "img": {"src", "alt"},
        "ol": {"start", "reversed"},
        "li": {"value"},
        "th": {"scope", "colspan", "rowspan"},
        "td": {"colspan", "rowspan"},
        "abbr": {"title"},
        "time": {"datetime"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)

_CAPTIONED = names("img table pre blockquote")

_BLOCKS = re.compile(r"<!--\s*/?wp:")
_MACHINE = re.compile(
    r"<!--\s*+wp:(query-no-results|comments|navigation|social-links|post-template)\b"
    r"(?:(?!<!--\s*+wp:\1\b).)*?<!--\s*+/wp:\1\s*+-->",
    re.S,
)
_DYNAMIC = re.compile(r"<!--\s*+wp:([a-z][\w/-]*+)(?:(?!-->|<!--).)*?/-->", re.S)
_NEXT_PAGE = re.compile(r"<!--\s*+nextpage\s*+-->", re.I)
_CODE = re.compile(r"<(pre|code)\b[^<>]*+>(?:(?!<\1\b).)*?</\1\s*+>", re.I | re.S)
_PLAYER = re.compile(
    r"<(audio|video|iframe)\b((?:[^<>\"]|\"[^\"]*+\")*+)>((?:(?!<\1\b).)*?)</\1\s*+>", re.I | re.S
)
_SOURCE = re.compile(r"\bsrc\s*+=\s*+[\"']?((?:https?:)?//[^\s\"'<>]++)", re.I)
_BACKGROUND = re.compile(
    r"<div\b[^<>]*?\bbackground-image:\s*+url\(['\"]?(https?://[^\s()<>'\"]++)[^<>]*+>", re.I
)
_ALONE = re.compile(r"^[ \t]*+(https?://[^\s<>\"]++)[ \t]*+$", re.M | re.I)
_DOWNLOAD = re.compile(r"<a\b[^<>]*\bwp-block-file__button\b[^<>]*+>[^<>]*+</a\s*+>", re.I)
_WITHOUT_SCHEME = re.compile(r"(\s(?:src|href)\s*+=\s*+[\"']?)(?=//)", re.I)
_ANY_TAG = re.compile(r"</?[a-z][^<>]*+>", re.I)
_EMPTY_LINE = re.compile(r"\n[ \t\r\f]*\n\s*")


def clean(
    name: str, html: str, first_line: int, gallery: Gallery
) -> tuple[str, tuple[ImportProblem, ...]]:
    """Return a post's HTML as Markdown, and remarks on what is not shown as WordPress shows it.

    ``first_line`` is the line of the file ``name`` on which the HTML begins.
    """
    working = WorkingText(name, html, first_line)
    is_classic = _BLOCKS.search(html) is None
    working.replace(_CODE, lambda match: working.set_aside(match[0]), until="</")
    _drop_blocks(working)
    drop_shortcodes(working, gallery)
    working.replace(_DOWNLOAD, lambda match: CUT)
    working.replace(_ALONE, lambda match: link(match[1]))
    working.replace(_BACKGROUND, lambda match: figure(Picture(match[1])) + match[0])
    working.replace(_PLAYER, lambda match: _player(working, match), until="</")
    foreign.drop_programs(working)
    working.replace(_WITHOUT_SCHEME, lambda match: f"{match[1]}https:")
    foreign.drop_foreign_html(working)
    tree = parse(_CLEANER.clean(_readable(working.finished())))
    return to_markdown(list(_blocks(tree.children, is_classic=is_classic))), working.remarks()


def plain(html: str) -> str:
    """Return HTML such as a title as plain text on one line."""
    return " ".join(text_of(nh3.clean(_readable(html), tags=set())).split())


def _readable(html: str) -> str:
    """Return HTML; without any elements where they nest deeper than a reader of HTML can bear."""
    return _ANY_TAG.sub(" ", html) if is_too_deep(html) else html


def _drop_blocks(working: WorkingText) -> None:
    """Drop what WordPress makes anew for each page, and name it; other comments go unnamed."""

    def put(match: re.Match[str]) -> str:
        working.note(f"The block “{match[1]}”, which WordPress fills, was left out.", match)
        return CUT

    def join(match: re.Match[str]) -> str:
        working.note("The pages of this post became one text.", match)
        return CUT

    working.replace(_MACHINE, put, until="<!-- /wp:")
    working.replace(_DYNAMIC, put, until="/-->")
    working.replace(_NEXT_PAGE, join)


def _player(working: WorkingText, match: re.Match[str]) -> str:
    found = _SOURCE.search(match[2]) or _SOURCE.search(match[3])
    if found is None:
        return match[0]
    address = found[1] if found[1].lower().startswith("http") else f"https:{found[1]}"
    working.note(f"What the element <{match[1].lower()}> showed became a link to it.", match)
    return link(address)


def _blocks(children: Iterable[Child], *, is_classic: bool) -> Iterator[Node]:
    """Yield block elements; what stands loose between them becomes paragraphs."""
    for is_block, run in groupby(children, _is_block):
        if not is_block:
            yield from _paragraphs(list(run), is_classic=is_classic)
            continue
        for node in run:
            assert isinstance(node, Node)  # noqa: S101 - only elements are blocks
            yield from _block(node, is_classic=is_classic)


def _block(node: Node, *, is_classic: bool) -> Iterator[Node]:
    if node.tag in _NEUTRAL or (node.tag == "figure" and _only_wraps(node)):
        yield from _blocks(node.children, is_classic=is_classic)
    elif node.tag in ("p", "figcaption"):
        yield from _paragraphs(node.children, is_classic=is_classic)
    elif node.tag == "blockquote":
        inside: list[Child] = list(_blocks(node.children, is_classic=is_classic))
        yield from [Node("blockquote", {}, inside)] if inside else []
    elif node.tag in ("ul", "ol") and any(each.tag == "figure" for each in node.walk()):
        for item in node.children:
            inside = item.children if isinstance(item, Node) else []
            yield from _blocks(inside, is_classic=is_classic)
    elif node.tag == "hr" or node.says_something():
        yield node


def _only_wraps(figure: Node) -> bool:
    """Say whether a figure has no caption, or nothing to caption, or is a gallery of figures."""
    tags = {node.tag for node in figure.walk()}
    return "figcaption" not in tags or "figure" in tags or not tags & _CAPTIONED


def _is_block(child: Child) -> bool:
    return isinstance(child, Node) and child.tag not in INLINE


def _paragraphs(children: list[Child], *, is_classic: bool) -> Iterator[Node]:
    """Yield the paragraphs of loose text, as WordPress shows it."""
    paragraph: list[Child] = []
    for child in children:
        parts = _EMPTY_LINE.split(child) if isinstance(child, str) and is_classic else [child]
        for at, part in enumerate(parts):
            if at:
                yield from _paragraph(paragraph)
                paragraph = []
            paragraph += _lines(part) if isinstance(part, str) and is_classic else [part]
    yield from _paragraph(paragraph)


def _lines(text: str) -> list[Child]:
    """Return text with its line ends as they are shown."""
    lines: list[Child] = []
    for at, line in enumerate(text.split("\n")):
        lines += [Node("br"), line] if at else [line]
    return lines


def _paragraph(children: list[Child]) -> Iterator[Node]:
    inside = list(children)
    while inside and _is_empty(inside[0]):
        inside.pop(0)
    while inside and _is_empty(inside[-1]):
        inside.pop()
    paragraph = Node("p", {}, inside)
    if paragraph.says_something():
        yield paragraph


def _is_empty(child: Child) -> bool:
    return not child.strip() if isinstance(child, str) else child.tag == "br"
