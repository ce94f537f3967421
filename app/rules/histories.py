"""An article's past: the versions that were public elsewhere, before the article came here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.rules.declarations import Declaration
from app.rules.kinds import CorrectionKind
from app.rules.texts import VersionText

NOTICES = {
    CorrectionKind.UPDATE: "The article was updated where it was first published.",
    CorrectionKind.MINOR: (
        "Small changes where the article was first published; none changes the meaning."
    ),
}
"""What the log says of a change made elsewhere that came without words of its own."""


@dataclass(frozen=True, slots=True)
class PastVersion:
    """What an article said from ``at`` on, and why it changed; the first one declares nothing."""

    text: VersionText
    at: datetime
    declaration: Declaration | None = None


@dataclass(frozen=True, slots=True)
class ArticleHistory:
    """An article with all its versions, oldest first, no two neighbours of which read alike."""

    slug: str
    published_at: datetime
    versions: tuple[PastVersion, ...]
