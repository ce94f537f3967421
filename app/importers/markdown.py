"""Articles from Markdown files with YAML front matter, as Jekyll and its kin keep them.

The text of the other site is taken over; what only works there is not. Pictures with a
relative address are left out, relative links become their words, template tags and scripts
go. Each is a remark with its lines. What stays is CommonMark with a little inline HTML.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from app.importers import exported, foreign, front_matter
from app.importers.code import set_code_aside
from app.importers.dates import day_in_name, moment, without_day
from app.importers.decoding import decode, without_controls
from app.importers.liquid import drop_template_tags
from app.importers.names import presentable
from app.importers.report import ImportProblem, Parsed, Severity, UnreadableArticle
from app.importers.working_text import WorkingText
from app.rules.markup import blocks, inline_text, render
from app.rules.slugs import slugify
from app.rules.texts import ArticleDraft, VersionText

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from app.importers.front_matter import FrontMatter

LONGEST_HEADLINE = 300
"""The most characters that a headline has."""

_CAPTIONS = ("image_caption", "image_figcaption", "figcaption")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.A)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.I)
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)


def has_front_matter(source: bytes) -> bool:
    """Whether a file's bytes begin with a line of three dashes."""
    return re.match(rb"(?:\xef\xbb\xbf)?---[ \t]*[\r\n]", source) is not None


def parse(name: str, source: bytes) -> Parsed:
    """Return the article in a Markdown file called ``name``.

    Raises ``UnreadableArticle``, with the line where there is one, and nothing else.
    """
    return parse_text(name, decode(name, source))


def parse_text(name: str, decoded: str) -> Parsed:
    """Return the article in the text of a Markdown file; see ``parse``."""
    text, controls = without_controls(name, decoded)
    head = front_matter.split(name, text)
    if exported.is_exported(head):
        return exported.parse(name, head, controls)
    remarks = [*controls, *head.remarks]
    headline = _headline(name, head)
    published_at = _published_at(name, head, remarks)
    body, body_remarks = _body(name, head)
    stem = PurePath(name).stem
    source_name, source_url = _source(head)
    image_url, image_remarks = _image(name, head)
    version = VersionText(
        headline=headline,
        standfirst=_plain(head.one("description", "standfirst", "summary", "excerpt")),
        body=body,
        key_points=_each(head.many("key_points")),
        byline=_each(map(presentable, _byline(head))),
        section=_plain(head.one("section", "category")),
        tags=_tags(head),
        source_name=source_name,
        source_url=source_url,
        ai_disclosure=_plain(head.one("ai_disclosure")),
        language=_language(name, head, remarks),
        image_url=image_url,
        image_alt=_plain(head.one("image_alt", "image_accessibility")) if image_url else "",
        image_caption=_plain(head.one(*_CAPTIONS)) if image_url else "",
    )
    draft = ArticleDraft(slugify(without_day(stem)), version, published_at)
    return Parsed(draft, (*remarks, *image_remarks, *body_remarks))


def _headline(name: str, head: FrontMatter) -> str:
    line = head.line("title")
    headline = _plain(head.one("title"))
    if not headline:
        message = "The front matter has no title, which the headline is made of."
        raise UnreadableArticle.at(name, line or 1, message)
    if len(headline) > LONGEST_HEADLINE:
        message = f"The title has {len(headline)} characters; {LONGEST_HEADLINE} is the most."
        raise UnreadableArticle.at(name, line, message)
    return headline


def _published_at(name: str, head: FrontMatter, remarks: list[ImportProblem]) -> datetime | None:
    line = head.line("date")
    try:
        at, remark = moment(head.one("date")) if head.one("date") else _dated_by_name(name)
    except ValueError as error:
        raise UnreadableArticle.at(name, line, str(error)) from None
    if remark:
        remarks.append(ImportProblem(name, line, remark, Severity.CHANGED))
    return at


def _dated_by_name(name: str) -> tuple[datetime | None, str]:
    at = day_in_name(PurePath(name).stem)
    if at is None:
        return None, "There is no date, in the front matter or in the file’s name."
    return at, "There is no date: taken from the file’s name."


def _body(name: str, head: FrontMatter) -> tuple[str, tuple[ImportProblem, ...]]:
    """Return the text without what belongs to the other site, and what that was."""
    working = WorkingText(name, head.body, head.body_line)
    for step in (
        set_code_aside,
        drop_template_tags,
        foreign.drop_programs,
        foreign.drop_dressing,
        foreign.resolve_foreign_labels,
        foreign.drop_foreign_pictures,
        foreign.unwrap_foreign_links,
        foreign.plain_footnotes,
    ):
        step(working)
    body = working.finished()
    if not any(block.text for block in blocks(render(body))):
        raise UnreadableArticle.at(name, head.body_line, "The article has no text.")
    return body, working.remarks()


def _plain(text: str) -> str:
    """Return one field as plain text on one line: no markup, no template tags."""
    return inline_text(" ".join(_TEMPLATE.sub("", text).split())).replace("\n", " ")


def _each(values: Iterable[str]) -> tuple[str, ...]:
    """Return plain texts, each once, none empty."""
    parts = [values] if isinstance(values, str) else values
    return tuple(dict.fromkeys(plain for part in parts if (plain := _plain(part))))


def _byline(head: FrontMatter) -> Iterable[str]:
    typed = head.many("authors", "author", "byline")
    return re.split(r"\s*(?:,|;|&|\band\b)\s*", typed) if isinstance(typed, str) else typed


def _tags(head: FrontMatter) -> tuple[str, ...]:
    typed = head.many("tags", "tag", "keywords")
    if isinstance(typed, str):
        typed = tuple(typed.split(",") if "," in typed else typed.split())
    return _each(typed)


def _source(head: FrontMatter) -> tuple[str, str]:
    given = head.values.get("source", "")
    fields = given if isinstance(given, dict) else {}
    name = fields.get("name") or head.one("source", "source_name")
    url = (fields.get("url") or head.one("source_url")).strip()
    return _plain(name), url if _WEB_ADDRESS.fullmatch(url) else ""


def _language(name: str, head: FrontMatter, remarks: list[ImportProblem]) -> str:
    typed = head.one("lang", "language", "locale").strip()
    if not typed or _LANGUAGE.fullmatch(typed):
        return typed.replace("_", "-") or "en"
    line = head.line("lang", "language", "locale")
    message = f"“{typed[:40]}” is not a language tag: taken as English."
    remarks.append(ImportProblem(name, line, message, Severity.CHANGED))
    return "en"


def _image(name: str, head: FrontMatter) -> tuple[str, list[ImportProblem]]:
    typed = head.one("image", "image_url").strip()
    if not typed or _WEB_ADDRESS.fullmatch(typed):
        return typed, []
    message = "The picture’s address is no complete web address: left out."
    line = head.line("image", "image_url")
    return "", [ImportProblem(name, line, message, Severity.CHANGED)]
