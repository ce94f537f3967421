"""The items of a WordPress export, read one at a time from a file that is never held whole.

Of entities and document types nothing is resolved, nothing is fetched; what declares any is
refused before it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from app.importers.report import UnreadableArticle
from app.importers.wordpress_text import plain
from app.rules.markup import without_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAMESPACE = re.compile(r"\{https?://wordpress\.org/export/[\d.]+/(excerpt/)?\}")
_NAMESPACES = {
    "{http://purl.org/rss/1.0/modules/content/}": "content:",
    "{http://purl.org/dc/elements/1.1/}": "dc:",
}
_LAST_LINE = 65_534
"""libxml2 counts lines no further than this."""

_SHORTENED = 80


@dataclass(slots=True)
class Item:
    """One item of an export: its fields by their names, each with the line it begins on."""

    line: int | None
    fields: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int | None] = field(default_factory=dict)
    terms: list[tuple[str, str, str]] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def title(self) -> str:
        """The title as a person would quote it."""
        return f"“{plain(self['title'])[:_SHORTENED] or 'without a title'}”"


def children(path: Path) -> Iterator[etree._Element]:
    """Yield what stands in the channel, each cleared away when the next is asked for."""
    try:
        with path.open("rb") as file:
            events = etree.iterparse(
                file,
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            yield from _closed(path, events)
    except etree.XMLSyntaxError as error:
        message = f"The XML is broken: {str(error.msg).strip().rstrip('.')}."
        raise UnreadableArticle.at(str(path), error.lineno or None, message) from None
    except OSError as error:
        message = f"This cannot be opened: {error.strerror or error}."
        raise UnreadableArticle.at(str(path), None, message) from None


def _closed(path: Path, events: Iterator[tuple[str, etree._Element]]) -> Iterator[etree._Element]:
    depth = 0
    for event, element in events:
        if event == "start":
            depth += 1
            if depth == 1:
                _refuse_others(path, element)
            continue
        depth -= 1
        if depth == 2:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _refuse_others(path: Path, root: etree._Element) -> None:
    """Refuse what is no export, or declares entities, before anything of it is read."""
    message = ""
    if root.getroottree().docinfo.internalDTD is not None:
        message = "The file declares a document type, which no WordPress export does."
    elif root.tag != "rss":
        message = f"This XML is no WordPress export: it begins with “{str(root.tag)[:60]}”."
    if message:
        raise UnreadableArticle.at(str(path), 1, message)


def name_of(element: etree._Element) -> str:
    """Return an element's name with the prefix that exports give it, whatever their version."""
    name = str(element.tag)
    known = _NAMESPACE.match(name)
    if known:
        return ("excerpt:" if known[1] else "wp:") + name[known.end() :]
    namespace, brace, local = name.rpartition("}")
    return _NAMESPACES.get(namespace + brace, "") + local


def _line(element: etree._Element) -> int | None:
    line = element.sourceline
    return int(line) if line and line < _LAST_LINE else None


def item_of(element: etree._Element) -> Item:
    """Return an item with what an article may be made of; comments are none of it."""
    item = Item(_line(element))
    for child in element:
        name, text = name_of(child), without_unseen(child.text or "")
        if name == "category":
            term = (child.get("domain", ""), child.get("nicename", ""), plain(text))
            item.terms.append(term)
        elif name == "wp:postmeta":
            parts = [each.text or "" for each in child]
            item.meta[parts[0].strip() if parts else ""] = parts[-1].strip() if parts else ""
        elif name != "wp:comment":
            item.fields[name], item.lines[name] = text, _line(child)
    return item
