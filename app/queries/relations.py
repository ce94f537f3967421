"""Cases that belong together across articles: those that somebody related, and those to relate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, exists, or_, select

from app.extensions import db
from app.models import Article, Case, Report, Version, case_relations
from app.queries.duplicates import Elsewhere
from app.rules.workflow import DECIDED, OPEN

_MOST = 20


@dataclass(frozen=True, slots=True)
class Related:
    """A case of another article, or of the same, with the headline of its article."""

    case: Case
    headline: str


def of_case(found: Case) -> list[Related]:
    """Return the cases that are related to a case, and the headlines of their articles."""
    pairs = case_relations.c
    is_own = or_(pairs.case_id == found.id, pairs.other_id == found.id)
    other = case((pairs.case_id == found.id, pairs.other_id), else_=pairs.case_id)
    return _found(Case.id.in_(select(other).where(is_own)))


def suggested(report: Report, elsewhere: Sequence[Elsewhere]) -> list[Related]:
    """Return cases of other articles that are about the same words."""
    if not elsewhere:
        return []
    slugs = [each.slug for each in elsewhere]
    is_about_it = exists().where(Report.case_id == Case.id, Report.quote == report.quote)
    is_open_to_it = Case.status.in_(OPEN | DECIDED)
    return _found(and_(Article.slug.in_(slugs), is_open_to_it, is_about_it))


def _found(condition: object) -> list[Related]:
    rows = db.session.execute(
        select(Case, Version.headline)
        .join(Article, Article.id == Case.article_id)
        .join(
            Version,
            and_(Version.article_id == Article.id, Version.number == Article.latest_number),
        )
        .where(condition)  # type: ignore[arg-type] # a condition of either caller
        .order_by(Case.id)
        .limit(_MOST)
    )
    return [Related(row[0], row[1]) for row in rows]
