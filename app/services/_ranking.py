"""Putting a case in its place in the queue, whenever something changes that orders it."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import Article, Case
from app.queries import readers
from app.rules import priority
from app.rules.priority import FRONT_PAGE, NEW_FOR, Standing


def rank(session: Session, case: Case) -> None:
    """Put a case in its place anew, after its reports or its due time have changed.

    Stands last in a step, and does not count as one: the version that a colleague's open form
    carries stays good.
    """
    session.flush()
    article = session.get_one(Article, case.article_id)
    reporters = readers.of_case(case)
    place = priority.rank(
        Standing(
            kind=case.kind,
            due_at=case.due_at,
            readers=reporters.count,
            has_evidence=reporters.has_evidence,
            is_on_front_page=_was_on_front_page(session, article, case),
            is_in_new_article=case.opened_at - article.published_at <= NEW_FOR,
            records=reporters.records,
        )
    )
    session.execute(
        update(Case)
        .where(Case.id == case.id)
        .values(rank_at=place.at, rank_reasons=list(place.reasons))
    )


def _was_on_front_page(session: Session, article: Article, case: Case) -> bool:
    """Say whether fewer articles were newer than the page shows when the case was reported."""
    newer = (
        select(Article.id)
        .where(
            Article.published_at <= case.opened_at,
            or_(
                Article.published_at > article.published_at,
                and_(Article.published_at == article.published_at, Article.id > article.id),
            ),
        )
        .limit(FRONT_PAGE)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(newer)) != FRONT_PAGE
