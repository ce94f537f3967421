"""The Markdown that ``flask articles export`` writes, and how it is read back to the letter.

Such a file begins with ``corrigenda: '1'`` in its front matter. Nothing in it is cleaned, for
nothing in it is foreign: each field is plain text as it stands, and the text below is the body,
but for the line end that every file ends with. It says itself which article it is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import yaml

from app.importers import front_matter
from app.importers.decoding import decode, without_controls
from app.importers.report import Parsed, UnreadableArticle
from app.rules.slugs import is_slug
from app.rules.texts import ArticleDraft, VersionText, too_long

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.importers.front_matter import FrontMatter
    from app.importers.report import ImportProblem

MARK = "corrigenda"
FORMAT = "1"
BEGINNING = f"---\n{MARK}: '{FORMAT}'\n".encode()
"""How every exported file begins."""

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.I)
_PICTURE = re.compile(r"(?:https?://|/(?![/\\]))[^\s<>\"]+", re.I)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.A)
_ONE_LINE = 1_000_000


def write(draft: ArticleDraft, origin: str | None) -> bytes:
    """Return an article as a file; ``origin`` is what it was imported from, if it was.

    Raises ``ValueError`` where the file would not be read back to the same article.
    """
    text = draft.text
    head = {
        "slug": draft.slug,
        "origin": origin,
        "date": draft.published_at.isoformat() if draft.published_at else None,
        "title": text.headline,
        "description": text.standfirst,
        "authors": list(text.byline),
        "section": text.section,
        "tags": list(text.tags),
        "key_points": list(text.key_points),
        "source_name": text.source_name,
        "source_url": text.source_url,
        "ai_disclosure": text.ai_disclosure,
        "lang": text.language,
        "image": text.image_url,
        "image_alt": text.image_alt,
        "image_caption": text.image_caption,
    }
    fields = {name: value for name, value in head.items() if value}
    shown = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=_ONE_LINE)
    file = BEGINNING + f"{shown}---\n{text.body}\n".encode("utf-8", "surrogatepass")
    _refuse_loss(file, draft, origin)
    return file


def is_exported(head: FrontMatter) -> bool:
    """Say whether a file's front matter is one that the export wrote."""
    return MARK in head.values


def parse(name: str, head: FrontMatter, remarks: Iterable[ImportProblem] = ()) -> Parsed:
    """Return the article in an exported file, whose text came with ``remarks``.

    Raises ``UnreadableArticle`` with the line.
    """
    if head.one(MARK) != FORMAT:
        raise _unreadable(name, head, MARK, "A newer Corrigenda wrote this file: update this one.")
    body = head.body.removesuffix("\n")
    text = VersionText(
        headline=head.one("title"),
        standfirst=head.one("description"),
        body=body,
        key_points=_many(head, "key_points"),
        byline=_many(head, "authors"),
        section=head.one("section"),
        tags=_many(head, "tags"),
        source_name=head.one("source_name"),
        source_url=_matching(name, head, "source_url", _ADDRESS, "no complete web address"),
        ai_disclosure=head.one("ai_disclosure"),
        language=_matching(name, head, "lang", _LANGUAGE, "no language tag") or "en",
        image_url=_matching(name, head, "image", _PICTURE, "no picture’s address"),
        image_alt=head.one("image_alt"),
        image_caption=head.one("image_caption"),
    )
    if not text.headline:
        raise _unreadable(name, head, "title", "The front matter has no title.")
    if part := too_long(text):
        raise _unreadable(name, head, part, f"{part} is longer than it may be.")
    draft = ArticleDraft(_slug(name, head), text, _date(name, head))
    origin = head.one("origin") or None
    return Parsed(draft, (*remarks, *head.remarks), names_itself=True, origin=origin)


def _refuse_loss(file: bytes, draft: ArticleDraft, origin: str | None) -> None:
    try:
        text, controls = without_controls(draft.slug, decode(draft.slug, file))
        read = parse(draft.slug, front_matter.split(draft.slug, text), controls)
    except UnreadableArticle as error:
        raise ValueError(error.problem.message) from None
    if read.remarks or (read.draft, read.origin) != (draft, origin):
        raise ValueError("It holds characters that no text file gives back as they were.")


def _unreadable(name: str, head: FrontMatter, field: str, message: str) -> UnreadableArticle:
    return UnreadableArticle.at(name, head.line(field) or 1, message)


def _many(head: FrontMatter, field: str) -> tuple[str, ...]:
    found = head.many(field)
    return (found,) if isinstance(found, str) else found


def _matching(name: str, head: FrontMatter, field: str, form: re.Pattern[str], fault: str) -> str:
    value = head.one(field)
    if value and not form.fullmatch(value):
        raise _unreadable(name, head, field, f"“{value[:60]}” is {fault}.")
    return value


def _slug(name: str, head: FrontMatter) -> str:
    slug = head.one("slug")
    if not is_slug(slug):
        raise _unreadable(name, head, "slug", f"“{slug[:60]}” is no address of an article.")
    return slug


def _date(name: str, head: FrontMatter) -> datetime | None:
    typed = head.one("date")
    if not typed:
        return None
    try:
        at = datetime.fromisoformat(typed)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(name, head, "date", f"“{typed[:60]}” is not a date.") from None
