"""What the leaves of the transparency log are about, and the bodies that they commit to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Article, Correction, LogLeaf, LogSalt, Redaction, Version
from app.queries.corrections import withheld_by
from app.queries.log import leaf
from app.rules.errors import Unavailable
from app.rules.transparency.bodies import correction_body, version_body
from app.rules.transparency.leaves import correction_leaf, version_leaf

Subject = Version | Correction


def subject(found: LogLeaf) -> Subject | None:
    """Return the version or the entry that a leaf is about; ``None`` for a redaction."""
    if found.version_id is not None:
        return db.session.get(Version, found.version_id)
    if found.correction_id is not None:
        return db.session.get(Correction, found.correction_id)
    return None


def entry_of(article: Article, row: Subject, *, at: datetime, body: str) -> bytes:
    """Return the leaf of a version or a correction, given the commitment to its body.

    It names the article by its id, not by its address, which may hold a name.
    """
    named = str(article.id)
    if isinstance(row, Version):
        return version_leaf(
            at=at, article=named, version=row.number, reason=row.reason.value, body=body
        )
    amended = db.session.get(Correction, row.amends_id) if row.amends_id else None
    return correction_leaf(
        at=at,
        number=row.number,
        article=named,
        kind=row.kind.value,
        from_version=row.from_version,
        to_version=row.to_version,
        amends=amended.number if amended else None,
        body=body,
    )


def body_of(article: Article, row: Subject) -> Mapping[str, Any]:
    """Return what the leaf of a version or a correction commits to."""
    named = str(article.id)
    if isinstance(row, Version):
        return version_body(
            row.text,
            article=named,
            slug=article.slug,
            version=row.number,
            created_at=row.created_at,
        )
    return correction_body(
        number=row.number,
        article=named,
        notice=row.notice,
        credit=row.credit,
        published_at=row.published_at,
        withholds=row.withholds,
    )


def body(index: int, *, with_withheld: bool = False) -> dict[str, Any] | None:
    """Return what a leaf commits to, with its salt, or why it was redacted or is withheld.

    ``None`` for a redaction, which commits to nothing. Raises ``NotFound`` for no leaf, and
    ``Unavailable`` where the salt is lost and no redaction says why.
    """
    row = subject(leaf(index))
    if row is None:
        return None
    gone = db.session.get(Redaction, index)
    if gone is not None:
        return _gone(gone)
    article = db.session.get_one(Article, row.article_id)
    if isinstance(row, Version) and not with_withheld:
        retraction = withheld_by(article.id)
        if retraction is not None:
            return {"withheld": retraction}
    secret = salt(index)
    if secret is not None:
        return {"salt": secret.hex(), "body": dict(body_of(article, row))}
    gone = db.session.get(Redaction, index, populate_existing=True)
    if gone is None:
        raise Unavailable(f"The salt of leaf {index} is lost: run flask log verify.")
    return _gone(gone)  # it was redacted between the two looks


def salt(index: int) -> bytes | None:
    """Return the salt of a leaf's commitment, unless it was redacted."""
    return db.session.scalar(select(LogSalt.salt).where(LogSalt.leaf_index == index))


def _gone(redaction: Redaction) -> dict[str, Any]:
    return {"redacted": redaction.reason.value, "redaction": redaction.leaf_index}
