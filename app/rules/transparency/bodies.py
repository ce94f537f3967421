"""What a leaf's commitment is over: all that was public of a version, or of a correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.rules.texts import VersionText
from app.rules.transparency.leaves import written


def version_body(
    text: VersionText, *, article: str, slug: str, version: int, created_at: datetime
) -> Mapping[str, Any]:
    """Return the body of a version: its whole text, and where and since when it was public."""
    return {
        "article": article,
        "slug": slug,
        "version": version,
        "created_at": written(created_at),
        "text": {name: _plain(value) for name, value in asdict(text).items()},
    }


def correction_body(
    *, number: int, article: str, notice: str, credit: str, published_at: datetime, withholds: bool
) -> Mapping[str, Any]:
    """Return the body of an entry of the correction log: its words, and who is credited."""
    return {
        "number": number,
        "article": article,
        "notice": notice,
        "credit": credit,
        "published_at": written(published_at),
        "withholds": withholds,
    }


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)
