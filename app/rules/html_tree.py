"""A small tree of HTML, read from and written back to what the sanitiser writes.

The sanitiser (nh3, on the HTML standard's own parser) writes regular HTML: every element
is closed, every attribute stands in double quotes. A scan over that needs no second
parser, so no second opinion on what the page will look like in a browser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def names(listed: str) -> frozenset[str]:
    """Return the tag or attribute names in a line that lists them."""
    return frozenset(listed.split())


VOID = names("br col hr img")
DEEPEST = 60
"""Elements nested deeper than this lose their tags and keep their text."""

TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*/?>')
_ATTRIBUTE = re.compile(r'([^\s=>"]+)(?:="([^"]*)")?')


@dataclass(slots=True)
class Node:
    """One element: its tag, its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Yield the elements below this one, in document order."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def text(self) -> str:
        """Return the characters in this element, as they stand."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def says_something(self) -> bool:
        """Whether a reader would miss this element: it holds words or a picture."""
        return bool(self.text().strip()) or any(node.tag in ("img", "hr") for node in self.walk())


def parse(html: str) -> Node:
    """Read what the sanitiser wrote; the root has an empty tag."""
    root = Node("")
    path, ignored, at = [root], 0, 0
    for match in TAG.finditer(html):
        _append(path[-1], html[at : match.start()])
        at = match.end()
        closing, tag, rest = match.groups()
        if tag in VOID:
            path[-1].children.append(Node(tag, _attributes(rest)))
        elif ignored or (not closing and len(path) > DEEPEST):
            ignored += -1 if closing else 1
        elif closing:
            path.pop() if len(path) > 1 else None
        else:
            path.append(Node(tag, _attributes(rest)))
            path[-2].children.append(path[-1])
    _append(path[-1], html[at:])
    return root


def write(node: Node | str) -> str:
    """Write an element, or the text between two, as HTML."""
    if isinstance(node, str):
        return escape(node, quote=False)
    inside = "".join(map(write, node.children))
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    closing = "" if node.tag in VOID else f"{inside}</{node.tag}>"
    return f"<{node.tag}{attributes}>{closing}"


def _append(node: Node, text: str) -> None:
    if text:
        node.children.append(unescape(text))


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def nodes(node: Node) -> list[Node]:
    """Return the elements right below one."""
    return [child for child in node.children if isinstance(child, Node)]
