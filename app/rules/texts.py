"""What an article says: the content of one version, and an article that is not stored yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class VersionText:
    """Everything that readers see of one version, as its author wrote it.

    ``body`` is CommonMark that may hold a little inline HTML; it is sanitised
    whenever it is rendered, never trusted. ``language`` is a BCP 47 tag.
    """

    headline: str
    standfirst: str = ""
    body: str = ""
    key_points: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    source_name: str = ""
    source_url: str = ""
    ai_disclosure: str = ""
    language: str = "en"
    image_url: str = ""
    image_alt: str = ""
    image_caption: str = ""


LONGEST = {
    "headline": 300,
    "section": 80,
    "source_name": 200,
    "source_url": 2000,
    "language": 35,
    "image_url": 2000,
}
"""The most characters that the parts of a version have that are limited."""


def too_long(text: VersionText) -> str | None:
    """Return the name of a part that has more characters than it may, if one has."""
    return next((name for name, most in LONGEST.items() if len(getattr(text, name)) > most), None)


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as an importer or an editor hands it over.

    ``published_at`` is timezone-aware; ``None`` means that the source gave no date.
    """

    slug: str
    text: VersionText
    published_at: datetime | None = None
