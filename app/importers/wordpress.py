"""WordPress exports (WXR): the published posts of a site, with their pictures by address.

The file is read twice: first who wrote, what pictures there are and whether the file is sound,
then the posts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.importers.report import ImportProblem, Parsed, Severity, UnreadableArticle
from app.importers.shortcodes import Picture
from app.importers.wordpress_file import Item, children, item_of, name_of
from app.importers.wordpress_post import article
from app.importers.wordpress_text import plain

if TYPE_CHECKING:
    from pathlib import Path

_MARK = b"wordpress.org/export/"
_TEXTS = frozenset({"post", "page"})


@dataclass(slots=True)
class Export:
    """What one export says of itself; ``parents`` holds each post's own pictures."""

    path: Path
    site: str = ""
    language: str = "en"
    authors: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    passed_over: dict[tuple[str, str], list[int | None]] = field(
        default_factory=lambda: defaultdict(list)
    )
    posts: int = 0

    def articles(self) -> Iterator[Parsed | ImportProblem]:
        """Yield an article for each published post, and for each other text why it is none."""
        for element in children(self.path):
            if name_of(element) == "item":
                item = item_of(element)
                if item["wp:post_type"] in _TEXTS:
                    yield article(self, item)
        yield from self._others()

    def gallery(self, item: Item, numbers: Sequence[str]) -> list[Picture]:
        """Return the pictures with these numbers, or else those that belong to an item."""
        wanted = numbers or self.parents.get(item["wp:post_id"].strip(), [])
        return [self.pictures[number] for number in wanted if number in self.pictures]

    def _others(self) -> Iterator[ImportProblem]:
        for (kind, status), lines in sorted(self.passed_over.items()):
            message = f"{len(lines)} of the kind “{kind}” ({status}): no articles."
            yield ImportProblem(str(self.path), lines[0], message, Severity.SKIPPED, len(lines))


def is_export(path: Path) -> bool:
    """Say whether a file begins as an export does, whatever it is called."""
    try:
        with path.open("rb") as file:
            head = file.read(8192)
    except (OSError, ValueError):
        return False
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") and _MARK in head


def read(path: Path) -> Export:
    """Return an export that is sound from beginning to end; raise ``UnreadableArticle``."""
    export = Export(path)
    version = ""
    for element in children(path):
        name, text = name_of(element), (element.text or "").strip()
        if name == "item":
            _survey(export, item_of(element))
        elif name == "wp:author":
            fields = {name_of(child): (child.text or "").strip() for child in element}
            export.authors[fields.get("wp:author_login", "")] = _author(fields)
        elif name in ("wp:base_blog_url", "link"):
            export.site = text if name == "wp:base_blog_url" else export.site or text
        elif name == "language" and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
            export.language = text
        elif name == "wp:wxr_version":
            version = text
    if not version:
        message = "This XML is no WordPress export: it names no version of that format."
        raise UnreadableArticle.at(str(path), 1, message)
    return export


def _author(fields: dict[str, str]) -> str:
    named = f"{fields.get('wp:author_first_name', '')} {fields.get('wp:author_last_name', '')}"
    return plain(fields.get("wp:author_display_name", "") or named)


def _survey(export: Export, item: Item) -> None:
    """Note what an item is, before any post is read: its pictures may stand behind it."""
    kind, status = item["wp:post_type"], item["wp:status"]
    if kind in _TEXTS:
        export.posts += 1
        return
    export.passed_over[kind or "unknown", status or "unknown"].append(item.line)
    address = item["wp:attachment_url"].strip()
    if kind == "attachment" and re.fullmatch(r"https?://[^\s<>\"]+", address, re.I):
        alt, caption = item.meta.get("_wp_attachment_image_alt", ""), item["excerpt:encoded"]
        number = item["wp:post_id"].strip()
        export.pictures[number] = Picture(address, plain(alt), caption)
        export.parents[item["wp:post_parent"].strip()].append(number)
