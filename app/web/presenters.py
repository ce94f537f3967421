"""What is public of a row, as plain data: one shape for API, feeds, JSON-LD and exports.

Every face of the record is made from these, so that a number, a kind, a notice or a time is the
same wherever it is read. Addresses are whole, times are UTC in RFC 3339 with seconds.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from flask_babel import gettext as _

from app.delivery.messages import address_of
from app.models import Version
from app.queries.articles import ArticlePage, VersionLine
from app.queries.corrections import Entry
from app.queries.syndication import Syndicated
from app.rules.markup import render, without_unseen
from app.rules.texts import VersionText
from app.web.filters import iso
from app.web.redacted import PublicRedaction, redaction


class Numbered(TypedDict):
    """Something with a number, and where it stands."""

    number: int
    url: str


class ArticleName(TypedDict):
    """An article as others refer to it."""

    slug: str
    url: str
    headline: str
    section: str


class PublicCorrection(TypedDict):
    """An entry of the log; ``was`` and ``now`` are the changed words, empty where none changed."""

    number: int
    url: str
    kind: str
    label: str
    notice: str
    published_at: str
    article: ArticleName
    from_version: Numbered
    to_version: Numbered
    compare_url: str | None
    was: str
    now: str
    credit: str
    amends: Numbered | None
    amended_by: list[Numbered]
    redaction: PublicRedaction | None


class Source(TypedDict):
    """Where the facts of an article come from."""

    name: str
    url: str


class Image(TypedDict):
    """The picture of an article."""

    url: str
    alt: str
    caption: str


class PublicText(TypedDict):
    """What a version says; ``body_html`` is sanitised."""

    headline: str
    standfirst: str
    key_points: list[str]
    body_html: str
    byline: list[str]
    section: str
    tags: list[str]
    language: str
    source: Source | None
    ai_disclosure: str
    image: Image | None


class PublicVersionLine(TypedDict):
    """A version in the history of its article; ``correction`` is the entry that made it."""

    number: int
    url: str
    reason: str
    label: str
    created_at: str
    is_latest: bool
    compare_url: str | None
    correction: Numbered | None
    redaction: PublicRedaction | None


class PublicVersion(PublicVersionLine):
    """A version with its text."""

    article: ArticleName
    text: PublicText


class PublicArticleLine(TypedDict):
    """An article in a list."""

    slug: str
    url: str
    headline: str
    standfirst: str
    byline: list[str]
    section: str
    language: str
    published_at: str
    updated_at: str
    is_retracted: bool
    latest_version: Numbered


class PublicArticle(PublicArticleLine):
    """An article as it is now; a retracted one has no body any more, and ``retraction`` says why.

    ``corrections`` are the entries of its log, newest first.
    """

    text: PublicText
    versions_url: str
    corrections_url: str
    timemap_url: str
    retraction: PublicCorrection | None
    corrections: list[PublicCorrection]


def correction(entry: Entry) -> PublicCorrection:
    """Present an entry of the log."""
    slug, before, after = entry.slug, entry.from_version, entry.to_version
    is_comparable = before != after and entry.lost_text is None
    return {
        "number": entry.number,
        "url": correction_url(entry.number),
        "kind": entry.kind.value,
        "label": _(entry.kind.label),
        "notice": without_unseen(entry.notice),
        "published_at": iso(entry.published_at),
        "article": _name(slug, entry.headline, entry.section),
        "from_version": _version_number(slug, before),
        "to_version": _version_number(slug, after),
        "compare_url": compare_url(slug, before, after) if is_comparable else None,
        "was": without_unseen(entry.change.was) if entry.change else "",
        "now": without_unseen(entry.change.now) if entry.change else "",
        "credit": without_unseen(entry.credit),
        "amends": _entry_number(entry.amends) if entry.amends else None,
        "amended_by": [_entry_number(number) for number in entry.amended_by],
        "redaction": redaction(entry.redacted),
    }


def article(page: ArticlePage) -> PublicArticle:
    """Present an article with its text and its log."""
    slug, retraction = page.article.slug, page.retraction
    text = page.version.text
    return {
        **summary(page),
        "text": _text(text, body="" if retraction else text.body),
        "versions_url": address_of("public.versions", slug=slug),
        "corrections_url": log_url(slug),
        "timemap_url": address_of("public.timemap", slug=slug),
        "retraction": correction(retraction) if retraction else None,
        "corrections": [correction(entry) for entry in page.entries],
    }


def summary(page: ArticlePage) -> PublicArticleLine:
    """Present an article without its text and its log."""
    on = page.article
    return _line(on.slug, page.version, on.published_at, page.updated_at, page.retraction)


def article_line(found: Syndicated) -> PublicArticleLine:
    """Present an article in a list."""
    on = found.teaser
    return _line(on.slug, on.version, on.published_at, found.updated_at, found.retraction)


def version(page: ArticlePage, found: Version) -> PublicVersion:
    """Present a version with its text."""
    line = next(line for line in page.history if line.number == found.number)
    return {
        **version_line(page, line),
        "article": _name(page.article.slug, page.version.headline, page.version.section),
        "text": _text(found.text, body=found.body),
    }


def version_line(page: ArticlePage, line: VersionLine) -> PublicVersionLine:
    """Present a version in the history of its article."""
    slug, number = page.article.slug, line.number
    both = page.is_comparable(number - 1, number)
    return {
        **_version_number(slug, number),
        "reason": line.reason.value,
        "label": _(line.reason.label),
        "created_at": iso(line.created_at),
        "is_latest": number == page.article.latest_number,
        "compare_url": compare_url(slug, number - 1, number) if both else None,
        "correction": _entry_number(line.entry) if line.entry else None,
        "redaction": redaction(line.redacted),
    }


def article_url(slug: str) -> str:
    """Return the address of an article."""
    return address_of("public.article", slug=slug)


def version_url(slug: str, number: int) -> str:
    """Return the address of a version."""
    return address_of("public.version", slug=slug, number=number)


def compare_url(slug: str, before: int, after: int) -> str:
    """Return the address at which two versions are compared."""
    return address_of("public.compare", slug=slug, a=before, b=after)


def log_url(slug: str) -> str:
    """Return the address of an article's log."""
    return address_of("public.article_corrections", slug=slug)


def correction_url(number: int) -> str:
    """Return the address of an entry of the log."""
    return address_of("public.correction", number=number)


def _line(
    slug: str, latest: Version, published: datetime, updated: datetime, retraction: object | None
) -> PublicArticleLine:
    return {
        "slug": slug,
        "url": article_url(slug),
        "headline": without_unseen(latest.headline),
        "standfirst": without_unseen(latest.standfirst),
        "byline": list(latest.byline),
        "section": latest.section,
        "language": latest.language,
        "published_at": iso(published),
        "updated_at": iso(updated),
        "is_retracted": retraction is not None,
        "latest_version": _version_number(slug, latest.number),
    }


def _text(text: VersionText, *, body: str) -> PublicText:
    has_source = text.source_name or text.source_url
    image: Image = {"url": text.image_url, "alt": text.image_alt, "caption": text.image_caption}
    return {
        "headline": text.headline,
        "standfirst": text.standfirst,
        "key_points": list(text.key_points),
        "body_html": render(body),
        "byline": list(text.byline),
        "section": text.section,
        "tags": list(text.tags),
        "language": text.language,
        "source": {"name": text.source_name, "url": text.source_url} if has_source else None,
        "ai_disclosure": text.ai_disclosure,
        "image": image if text.image_url else None,
    }


def _name(slug: str, headline: str, section: str) -> ArticleName:
    return {
        "slug": slug,
        "url": article_url(slug),
        "headline": without_unseen(headline),
        "section": without_unseen(section),
    }


def _version_number(slug: str, number: int) -> Numbered:
    return {"number": number, "url": version_url(slug, number)}


def _entry_number(number: int) -> Numbered:
    return {"number": number, "url": correction_url(number)}
