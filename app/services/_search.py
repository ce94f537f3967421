"""Keeping what the search finds: in the transaction that changes what is public."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Article, Correction, Findable, search_index
from app.queries.search import withdrawals
from app.rules.kinds import CorrectionKind
from app.rules.search_words import Searchable, indexed, searchable
from app.rules.texts import VersionText


def find_article(session: Session, article: Article, text: VersionText) -> None:
    """Let an article be found by what it says from now on; a retracted one by its reason."""
    reason = withdrawals([article.id]).get(article.id)
    known = session.scalars(
        select(Findable).where(Findable.article_id == article.id, Findable.correction_id.is_(None))
    ).first()
    findable = known or Findable(article_id=article.id, at=article.published_at)
    _put(session, findable, searchable(text, reason))


def find_entry(
    session: Session, article: Article, text: VersionText, correction: Correction
) -> None:
    """Let an entry of the log be found by its notice.

    It may also withdraw the article or, by amending a retraction, bring it back.
    """
    known = session.scalars(select(Findable).where(Findable.correction_id == correction.id)).first()
    findable = known or Findable(
        article_id=correction.article_id,
        correction_id=correction.id,
        at=correction.published_at,
    )
    _put(session, findable, Searchable("", correction.notice))
    if correction.kind is CorrectionKind.RETRACTION or correction.amends_id is not None:
        find_article(session, article, text)


def _put(session: Session, findable: Findable, found: Searchable) -> None:
    language = current_app.config["LANGUAGE"]
    session.add(findable)
    session.flush()
    search_index.put(
        session.connection(),
        findable.id,
        indexed(found.headline, language),
        indexed(found.text, language),
    )
