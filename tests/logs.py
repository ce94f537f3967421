"""What tests ask of a transparency log: a long one, its key, and what it says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from app.extensions import db
from app.models import Article
from app.queries import articles as article_queries
from app.queries import log
from app.rules.declarations import Declaration
from app.rules.histories import ArticleHistory, PastVersion
from app.rules.kinds import CorrectionKind
from app.rules.texts import VersionText
from app.rules.transparency.checkpoints import Checkpoint, opened
from app.safekeeping import signer
from app.services import articles
from tests import make


def grow(leaves: int, slug: str = "a-long-history") -> Article:
    """Add an article with so many versions, none of them with a notice: a leaf for each."""
    since = make.NOW - timedelta(days=400)
    update = Declaration(kind=CorrectionKind.UPDATE, notice="")
    versions = tuple(
        PastVersion(
            VersionText(headline=f"The {slug} of a port", body=f"It has {number} berths."),
            since + timedelta(hours=number),
            update if number else None,
        )
        for number in range(leaves)
    )
    articles.bring_in_history(ArticleHistory(slug, since, versions), origin=None)
    return article_queries.with_slug(slug)


def head() -> Checkpoint:
    """Return the latest checkpoint, whose signature is checked."""
    return opened(str(log.checkpoint()), signer().verifier)[0]


def leaves() -> list[dict[str, Any]]:
    """Return what each leaf of the log says."""
    db.session.rollback()
    return [json.loads(entry) for entry in log.entries(0, log.head_size())]
