"""Puts the structure of an article's HTML right, so that browsers, validators and ears agree.

Everything here works on the tree that the sanitiser let through and changes no words.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from app.rules import html_tables
from app.rules.html_tree import Node, names, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Child = Node | str

INLINE = names("a em strong code del ins sub sup abbr cite q time small kbd samp var dfn")
BLOCKS = names(
    "p h2 h3 h4 ul ol li blockquote pre figure figcaption table caption thead tbody tfoot"
    " tr th td dl dt dd hr section"
)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_NEUTRAL = names(
    "div section article aside header footer main center nav address details summary hgroup"
    " fieldset form legend"
)
_STANDING = BLOCKS | _HEADINGS | _NEUTRAL
_RENAMED = {"b": "strong", "i": "em", "tt": "code", "s": "del", "strike": "del"}
_LINES = _HEADINGS | {"p", "dt", "pre", "caption"}
_KEPT_EMPTY = names("td th hr br img col colgroup")
_ROW_GROUPS = names("thead tbody tfoot")
_DEEPEST_HEADING = 4

_SPAN, _NUMBER = re.compile(r"[1-9][0-9]{0,2}"), re.compile(r"-?[0-9]{1,9}")
_WELL_FORMED = {
    "colspan": _SPAN,
    "rowspan": _SPAN,
    "span": _SPAN,
    "start": _NUMBER,
    "value": _NUMBER,
    "lang": re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.I),
    "dir": re.compile(r"ltr|rtl|auto"),
    "scope": re.compile(r"(row|col)(group)?"),
}
_ADDRESS = re.compile(r"(https?://|mailto:|/(?![/\\]))\S*", re.I)


def mend(root: Node, table_label: str) -> list[Node]:
    """Return the top-level elements of a body, put right; ``table_label`` names the tables."""
    body = [node for node in _flow(root.children) if isinstance(node, Node)]
    whole = Node("", children=list(body))
    _shift_headings(whole)
    html_tables.mend(whole, table_label)
    return [node for node in whole.children if isinstance(node, Node)]


def _flow(children: Iterable[Child]) -> list[Child]:
    """Return children among which no text stands loose: a run of it becomes a paragraph."""
    result: list[Child] = []
    for is_standing, run in groupby(_mended(children), _is_standing):
        if is_standing:
            result.extend(_housed(list(run)))
        else:
            paragraph = Node("p", children=_trimmed(list(run)))
            result.extend([paragraph] if paragraph.says_something() else [])
    return result


def _mixed(children: Iterable[Child], parent: str = "") -> list[Child]:
    """Return the children of a list item, a cell, a caption: loose text may stay there."""
    mended = _mended(children)
    if not any(map(_is_standing, mended)):
        return _trimmed(mended)
    result: list[Child] = []
    for is_standing, run in groupby(mended, _is_standing):
        part = list(run)
        result.extend(_housed(part, parent) if is_standing else part)
    return result


def _mended(children: Iterable[Child]) -> list[Child]:
    """Mend each child, and let those that only wrap, or wrap what they may not, fall away."""
    result: list[Child] = []
    for child in children:
        if isinstance(child, str):
            result.append(child)
        elif child.tag in _NEUTRAL:
            result.extend(_flow(child.children))
        elif _name(child) in INLINE and any(_is_standing(node) for node in child.walk()):
            result.extend(_mended(child.children))
        else:
            result.extend(_mended_node(child))
    return result


def _mended_node(node: Node) -> list[Child]:
    """Return one element put right, or what is left of it."""
    tag = _name(node)
    if tag == "img":
        return _picture(node)
    mended = Node(tag, _attributes(node), _content(tag, node))
    if tag in _HEADINGS and not mended.text().strip():
        mended = Node("p", children=mended.children)
    if tag == "dl" and not _is_well_paired(mended):
        return [Node("p", children=_lines(part.children)) for part in nodes(mended)]
    if tag not in _KEPT_EMPTY and not mended.says_something():
        return [" "] if tag in INLINE and mended.text() else []
    is_dead = (tag == "a" and "href" not in mended.attributes) or (
        tag in ("time", "abbr") and not mended.attributes
    )
    return mended.children if is_dead else [mended]


def _content(tag: str, node: Node) -> list[Child]:
    if tag in INLINE:
        return _mended(node.children)
    if tag in _LINES:
        return _lines(node.children) if tag != "pre" else _preformatted(node)
    if tag in ("ul", "ol"):
        return _items(node)
    if tag in ("table", "dl", "tr", "colgroup") or tag in _ROW_GROUPS:
        return [child for child in _mended(node.children) if isinstance(child, Node)]
    if tag == "blockquote":
        return _flow(node.children)
    if tag == "figure":
        return _with_one_caption(_mixed(node.children, "figure"))
    return _mixed(node.children)


def _lines(children: Iterable[Child]) -> list[Child]:
    """Return content in which no element stands by itself: of those, only the words stay."""
    return _trimmed(list(_without_standing(_mended(children))))


def _without_standing(children: Iterable[Child]) -> Iterator[Child]:
    for child in children:
        if isinstance(child, Node) and _is_standing(child):
            yield " "
            yield from _without_standing(child.children)
            yield " "
        else:
            yield child


def _preformatted(node: Node) -> list[Child]:
    content = list(_without_standing(_mended(node.children)))
    if content and isinstance(content[0], str):
        # The HTML parser swallows one line end here, and would swallow the next one next time.
        content[0] = content[0].lstrip("\n")
    return content


def _items(node: Node) -> list[Child]:
    """Return the children of a list; what stands between items becomes an item."""
    result: list[Child] = []
    for is_item, run in groupby(node.children, lambda child: _tag(child) == "li"):
        if is_item:
            result.extend(_mended(run))
        else:
            stray = Node("li", children=_mixed(run))
            result.extend([stray] if stray.says_something() else [])
    return result


def _housed(run: list[Child], parent: str = "") -> list[Child]:
    """Give items without a list a list, and captions and terms without a home a paragraph."""
    homeless = {"dt", "dd", "caption"} | ({"figcaption"} if parent != "figure" else set())
    result: list[Child] = []
    for tag, group in groupby(run, _tag):
        part = [child for child in group if isinstance(child, Node)]
        if tag == "li":
            result.append(Node("ul", children=list(part)))
        elif tag in homeless:
            result.extend(Node("p", children=_lines(child.children)) for child in part)
        else:
            result.extend(part)
    return result


def _with_one_caption(children: list[Child]) -> list[Child]:
    """Keep a figure's first caption; make paragraphs of further ones."""
    captions = [child for child in children if _tag(child) == "figcaption"]
    return [
        Node("p", children=_lines(child.children))
        if isinstance(child, Node) and any(child is other for other in captions[1:])
        else child
        for child in children
    ]


def _is_well_paired(node: Node) -> bool:
    """Whether a description list is what it must be: terms, then what describes them."""
    kinds = [child.tag for child, _ in groupby(nodes(node)) if child.tag]
    pairs = [tag for tag, _ in groupby(kinds)]
    return len(pairs) % 2 == 0 and pairs == ["dt", "dd"] * (len(pairs) // 2)


def _picture(node: Node) -> list[Child]:
    source = _address(node.attributes.get("src", ""))
    if not source or source.lower().startswith("mailto:"):
        return []
    attributes = {"src": source, "alt": " ".join(node.attributes.get("alt", "").split())}
    for name in ("width", "height"):
        size = re.fullmatch(r"\s*([1-9][0-9]{0,4})(px)?\s*", node.attributes.get(name, ""))
        attributes |= {name: size[1]} if size else {}
    return [Node("img", attributes | {"loading": "lazy"})]


def _attributes(node: Node) -> dict[str, str]:
    """Return an element's attributes without those whose values say nothing."""
    kept = {
        name: value
        for name, value in node.attributes.items()
        if name not in _WELL_FORMED or _WELL_FORMED[name].fullmatch(value)
    }
    if node.tag == "pre":
        # Code scrolls sideways where its lines are long: the keyboard has to reach it.
        kept["tabindex"] = "0"
    if "href" in kept:
        kept["href"] = _address(kept["href"])
    return {name: value for name, value in kept.items() if value or name == "reversed"}


def _address(url: str) -> str:
    """Return where a link leads, or nothing when this page cannot say.

    Elements have no ids here, so a link within the page has no target; a relative address
    without a leading slash would mean something else on every page.
    """
    url = re.sub(r"[\t\n\r]", "", url).strip()
    url = "https:" + url if url.startswith("//") else url
    url = url.replace(" ", "%20")
    return url if _ADDRESS.fullmatch(url) else ""


def _shift_headings(whole: Node) -> None:
    """Number the headings so that the first is an h2 and none is a step too deep."""
    above: list[int] = []
    for node in whole.walk():
        if node.tag in _HEADINGS:
            level = int(node.tag[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            node.tag = f"h{min(1 + len(above), _DEEPEST_HEADING)}"


def _trimmed(children: list[Child]) -> list[Child]:
    """Return content without white space and line breaks at its two ends."""
    for end in (0, -1):
        while children and _is_gap(children[end]):
            children.pop(end)
        if children and isinstance(children[end], str):
            text = str(children[end])
            children[end] = text.lstrip(" \t\n") if end == 0 else text.rstrip(" \t\n")
    return children


def _is_gap(child: Child) -> bool:
    return child.tag == "br" if isinstance(child, Node) else not child.strip(" \t\n")


def _is_standing(child: Child) -> bool:
    return _tag(child) in _STANDING


def _tag(child: Child) -> str:
    return child.tag if isinstance(child, Node) else ""


def _name(node: Node) -> str:
    return _RENAMED.get(node.tag, node.tag)
