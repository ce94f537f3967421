"""Making anew what the search finds, such as after the site's language was changed."""

from __future__ import annotations

from sqlalchemy import and_, select

from app.models import Article, Correction, Version
from app.services._search import find_article, find_entry
from app.services.transaction import transaction


def find_again(after: int, limit: int) -> int | None:
    """Let articles be found anew, with their entries, ``limit`` of them with an id past ``after``.

    Returns the last one's id, or ``None`` where there is none left. A part at a time, so that the
    site goes on writing, and searching, meanwhile.
    """
    with transaction() as session:
        rows = session.execute(
            select(Article, Version)
            .join(
                Version,
                and_(Version.article_id == Article.id, Version.number == Article.latest_number),
            )
            .where(Article.id > after)
            .order_by(Article.id)
            .limit(limit)
            .with_for_update(of=Article)
        ).all()
        for article, version in rows:
            find_article(session, article, version.text)
            entries = select(Correction).where(Correction.article_id == article.id)
            for correction in session.scalars(entries.order_by(Correction.id)):
                find_entry(session, article, version.text, correction)
        return rows[-1][0].id if rows else None
