"""Cases with those that were merged into them: their reports belong together."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from app.models import Case, Report


def on_case(*case_ids: int) -> ColumnElement[bool]:
    """Keep the reports of these cases and of those merged into them."""
    cases = select(Case.id).where(or_(Case.id.in_(case_ids), Case.merged_into_id.in_(case_ids)))
    return Report.case_id.in_(cases)


def live_on_case(*case_ids: int) -> ColumnElement[bool]:
    """Keep those of them that were not withdrawn."""
    return and_(on_case(*case_ids), Report.withdrawn_at.is_(None))
