"""One post of a WordPress export as an article, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from app.importers import wordpress_text
from app.importers.decoding import LARGEST, too_large
from app.importers.names import presentable
from app.importers.report import ImportProblem, Parsed, Severity
from app.importers.wordpress_text import plain
from app.rules.markup import blocks, render
from app.rules.slugs import slugify
from app.rules.texts import LONGEST, ArticleDraft, VersionText

if TYPE_CHECKING:
    from app.importers.wordpress import Export
    from app.importers.wordpress_file import Item

_UNSORTED = "uncategorized"
_NEVER = "0000-00-00 00:00:00"
_LONGEST_MADE = 80
"""The most characters of a headline that is made of a text's first words."""


@dataclass(slots=True)
class _Post:
    """A post in the making, and what was noted on the way."""

    export: Export
    item: Item
    remarks: list[ImportProblem] = field(default_factory=list)

    def problem(self, message: str, line: int | None, severity: Severity) -> ImportProblem:
        return ImportProblem(str(self.export.path), line, f"{self.item.title}: {message}", severity)

    def note(self, message: str, line: int | None = None) -> None:
        """Note what was changed; the line is the item's own where none is given."""
        self.remarks.append(self.problem(message, line or self.item.line, Severity.CHANGED))


def article(export: Export, item: Item) -> Parsed | ImportProblem:
    """Return the article in a post, or why it is none."""
    post = _Post(export, item)
    why = _objection(item)
    body = "" if why else _body(post)
    if not body:
        return post.problem(why or "It has no text.", item.line, Severity.SKIPPED)
    text = _text(post, body)
    slug = slugify(unquote(item["wp:post_name"]) or text.headline)
    draft = ArticleDraft(slug, text, _published_at(post))
    origin = f"{export.site}?p={item['wp:post_id'].strip()}"
    return Parsed(draft, tuple(post.remarks), names_itself=True, origin=origin[-500:])


def _objection(item: Item) -> str:
    """Return why an item is no article, or nothing."""
    kind, status = item["wp:post_type"], item["wp:status"]
    if kind != "post":
        return f"This is a {kind} ({status}), not a post."
    if status != "publish":
        return f"It is not published: its status is “{status[:20]}”."
    if item["wp:post_password"].strip():
        return "It is protected by a password."
    size = len(item["content:encoded"].encode())
    return too_large(size) if size > LARGEST else ""


def _body(post: _Post) -> str:
    """Return a post's text as Markdown; empty where readers would see nothing."""
    item, export = post.item, post.export
    line = item.lines.get("content:encoded")
    body, remarks = wordpress_text.clean(
        str(export.path),
        item["content:encoded"].replace("\r\n", "\n").replace("\r", "\n"),
        line or 1,
        lambda numbers: export.gallery(item, numbers),
    )
    for remark in remarks:
        post.note(remark.message, remark.line if line else None)
    html = render(body)
    return body if "<img" in html or any(block.text for block in blocks(html)) else ""


def _text(post: _Post, body: str) -> VersionText:
    item, export = post.item, post.export
    section, tags = _terms(post)
    picture = export.pictures.get(item.meta.get("_thumbnail_id", ""))
    return VersionText(
        headline=_headline(post, body),
        standfirst=plain(item["excerpt:encoded"]),
        body=body,
        byline=_byline(post),
        section=section,
        tags=tags,
        language=export.language,
        image_url=picture.address if picture else "",
        image_alt=picture.alt if picture else "",
        image_caption=plain(picture.caption) if picture else "",
    )


def _headline(post: _Post, body: str) -> str:
    title = plain(post.item["title"])
    if not title:
        words = next((block.text for block in blocks(render(body)) if block.text), "A picture")
        first = words.split("\n")[0]
        title = first if len(first) <= _LONGEST_MADE else first[:_LONGEST_MADE].rstrip() + "…"
        post.note("It has no title: its first words became the headline.")
    if len(title) > LONGEST["headline"]:
        post.note(f"Its title has {len(title)} characters: it was cut after {LONGEST['headline']}.")
        title = title[: LONGEST["headline"] - 1] + "…"
    return title


def _byline(post: _Post) -> tuple[str, ...]:
    login = post.item["dc:creator"].strip()
    if not login:
        return ()
    name = post.export.authors.get(login, "")
    if not name:
        post.note(f"Its author “{login[:60]}” is not in the export: the name is the sign-in name.")
    return (name or presentable(plain(login)),)


def _terms(post: _Post) -> tuple[str, tuple[str, ...]]:
    """Return the section, which is the first category that says something, and the tags."""
    terms = [(domain, name) for domain, slug, name in post.item.terms if slug != _UNSORTED]
    categories = [name for domain, name in terms if domain == "category" and name]
    tags = [name for domain, name in terms if domain in ("post_tag", "tag") and name]
    section = next((name for name in categories if len(name) <= LONGEST["section"]), "")
    others = [name for name in categories if name != section]
    return section, tuple(dict.fromkeys([*others, *tags]))


def _published_at(post: _Post) -> datetime | None:
    """Return the moment of publication: the one in UTC, else the feed's, else the local one."""
    typed = post.item["wp:post_date_gmt"].strip()
    if typed and typed != _NEVER:
        return _moment(typed) or _by_feed(post)
    return _by_feed(post)


def _by_feed(post: _Post) -> datetime | None:
    try:
        at = parsedate_to_datetime(post.item["pubDate"])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        local = _moment(post.item["wp:post_date"].strip())
        post.note("Its date has no zone: taken as UTC." if local else "It has no date.")
        return local


def _moment(typed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=UTC)
    except ValueError:
        return None
