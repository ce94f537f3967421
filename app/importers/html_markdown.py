"""HTML as Markdown, so that editors find one kind of text at the desk, wherever it came from.

What Markdown cannot say stays HTML on a line of its own: a table, a figure with its caption. And
whatever would not be shown exactly as its HTML is stays HTML, too: every block is compared.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from app.importers.plain import escaped_line, escaped_words
from app.rules.html_tree import Node, names, write
from app.rules.markup import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Child = Node | str

INLINE = names(
    "a em strong b i code del s strike ins sub sup abbr cite q time small kbd samp var dfn tt"
    " br img"
)
"""The elements that stand within a paragraph."""

_SPACE = re.compile(r"[ \t\n\r\f]+")
_MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~", "strike": "~~"}
_LISTS = {"ul": ("-", "*"), "ol": (".", ")")}
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_INWARDS = re.compile(r"((?:<(?:em|strong|del|a)\b[^>]*>)+) ")
_OUTWARDS = re.compile(r" ((?:</(?:em|strong|del|a)>)+)")
_AT_EDGES = re.compile(
    r"(?: |&nbsp;)*(</?(?:br|p|li|ul|ol|pre|blockquote|h[2-4])\b[^>]*>)(?: |&nbsp;)*"
)
_BACKTICKS = re.compile(r"`+")
_PLAIN_ADDRESS = re.compile(r"[^\s<>()\\]+")


def to_markdown(blocks: Sequence[Node]) -> str:
    """Return block elements, among which nothing stands loose, as CommonMark."""
    parts = list(_parts(blocks))
    whole = "\n\n".join(parts)
    if _is_shown_as(whole, blocks):
        return whole
    kept = [
        part if _is_shown_as(part, [block]) else _raw(block)
        for part, block in zip(parts, blocks, strict=True)
    ]
    whole = "\n\n".join(kept)
    return whole if _is_shown_as(whole, blocks) else "\n\n".join(map(_raw, blocks))


def _is_shown_as(markdown: str, blocks: Sequence[Node]) -> bool:
    html = "\n\n".join(map(_raw, blocks))
    return _shown(markdown) == _shown(html)


def _shown(markdown: str) -> str:
    """Return what readers see, without the spaces that no browser shows."""
    shown = _SPACE.sub(" ", render(markdown))
    shown = _SPACE.sub(" ", _OUTWARDS.sub(r"\1 ", _INWARDS.sub(r" \1", shown)))
    return _AT_EDGES.sub(r"\1", shown).replace(" </code></pre>", "</code></pre>")


def _raw(node: Node) -> str:
    """Return an element as HTML without an empty line, which would end it."""
    html = write(node)
    if node.tag == "pre":
        return html
    return "\n".join(line.strip() for line in html.split("\n") if line.strip())


def _parts(blocks: Iterable[Node]) -> Iterator[str]:
    """Yield blocks as Markdown; of two lists in a row the second has other marks, or both join."""
    before, marks = "", 0
    for block in blocks:
        marks = 1 - marks if block.tag == before else 0
        before = block.tag if block.tag in _LISTS else ""
        yield _block(block, marks)


def _block(node: Node, marks: int) -> str:
    if node.tag == "p":
        return _paragraph(node.children)
    if node.tag in _HEADINGS:
        return f"{_HEADINGS[node.tag]} {_inline(node.children, hard_break=' ')}".rstrip()
    if node.tag == "hr":
        return "---"
    if node.tag == "blockquote":
        inside = "\n\n".join(_flow(node.children))
        return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
    if node.tag in _LISTS and "reversed" not in node.attributes:
        return _list(node, _LISTS[node.tag][marks])
    if node.tag == "pre" and [type(child) for child in node.children] == [Node]:
        return _fenced(node)
    return _raw(node)


def _flow(children: Iterable[Child]) -> list[str]:
    """Return blocks as Markdown, and what stands loose between them as paragraphs."""
    blocks: list[Node] = []
    for is_loose, run in groupby(children, lambda child: not _is_block(child)):
        if is_loose:
            blocks.append(Node("p", {}, list(run)))
        else:
            blocks += [child for child in run if isinstance(child, Node)]
    return [part for part in _parts(blocks) if part]


def _is_block(child: Child) -> bool:
    return isinstance(child, Node) and child.tag not in INLINE


def _list(node: Node, sign: str) -> str:
    items = [child for child in node.children if isinstance(child, Node)]
    first = int(node.attributes.get("start", "1")) if _is_number(node) else 1
    lines = []
    for number, item in enumerate(items, start=first):
        mark = f"{number}{sign} " if node.tag == "ol" else f"{sign} "
        parts = _flow(item.children)
        is_loose = any(isinstance(child, Node) and child.tag == "p" for child in item.children)
        inside = ("\n\n" if is_loose else "\n").join(parts)
        lines.append(mark + inside.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(line.rstrip() for line in lines)


def _is_number(node: Node) -> bool:
    return re.fullmatch(r"\d{1,9}", node.attributes.get("start", ""), re.A) is not None


def _fenced(node: Node) -> str:
    text = node.text()
    fence = "`" * max(3, *(len(run) + 1 for run in _BACKTICKS.findall(text)), 3)
    return f"{fence}\n{text.strip(chr(10))}\n{fence}"


def _paragraph(children: Iterable[Child]) -> str:
    lines = _inline(children, hard_break="\\\n").split("\n")
    return "\n".join(escaped_line(line.strip()) for line in lines).strip().removesuffix("\\")


def _inline(children: Iterable[Child], hard_break: str) -> str:
    text = "".join(_word(child, hard_break) for child in children)
    return re.sub(r" {2,}", " ", re.sub(r" +\\\n", r"\\\n", text)).strip(" ")


def _word(child: Child, hard_break: str) -> str:
    if isinstance(child, str):
        return escaped_words(_SPACE.sub(" ", child))
    if child.tag == "br":
        return hard_break
    if child.tag == "img":
        return _picture(child)
    if child.tag in ("code", "tt") and "`" not in child.text() and child.text().strip():
        return f"`{_SPACE.sub(' ', child.text())}`"
    inside = "".join(_word(each, hard_break) for each in child.children)
    if child.tag == "a" and _PLAIN_ADDRESS.fullmatch(child.attributes.get("href", "")):
        address = child.attributes["href"]
        return f"<{address}>" if child.text() == address else f"[{inside}]({address})"
    mark = _MARKS.get(child.tag)
    if mark and inside.strip():
        # A mark counts as one only where it touches a word.
        before = inside[: len(inside) - len(inside.lstrip())]
        after = inside[len(inside.rstrip()) :]
        return f"{before}{mark}{inside.strip()}{mark}{after}"
    return write(Node(child.tag, child.attributes)).replace("></", f">{inside}</", 1)


def _picture(node: Node) -> str:
    address = node.attributes.get("src", "")
    if not _PLAIN_ADDRESS.fullmatch(address) or {"width", "height"} & node.attributes.keys():
        return write(node)
    return f"![{escaped_words(node.attributes.get('alt', ''))}]({address})"
