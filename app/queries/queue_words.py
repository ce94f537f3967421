"""Searching the queue: which of some cases hold words, or are what a reference names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Article, Case, Message, MessageKind, Report, Version
from app.rules.references import case_number, typed_reference

_WRITTEN = (Report.problem, Report.quote, Report.suggestion)


def holding(case_ids: Sequence[int], words: str) -> list[int]:
    """Return those of some cases that hold words.

    Looked through are what readers wrote, also of the cases that were merged, and the headlines.
    """
    merged = aliased(Case)
    is_own, is_part = Report.case_id.in_(case_ids), merged.merged_into_id.in_(case_ids)
    is_written = or_(*(_holds(column, words) for column in _WRITTEN))
    is_answered = and_(Message.kind != MessageKind.QUESTION, _holds(Message.text, words))
    own = select(Report.case_id).where(is_own)
    parts = select(merged.merged_into_id).join(Report, Report.case_id == merged.id).where(is_part)
    messages = (Message, Message.report_id == Report.id)
    found = union(
        own.where(is_written),
        parts.where(is_written),
        own.join(*messages).where(is_answered),
        parts.join(*messages).where(is_answered),
        _headed(words).where(Case.id.in_(case_ids)),
    )
    return list(db.session.scalars(found))


def _holds(column: Any, words: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.icontains(words, autoescape=True)
    return found


def _headed(words: str) -> Select[Any]:
    present = and_(Version.article_id == Article.id, Version.number == Article.latest_number)
    articles = select(Case.id).join(Article, Article.id == Case.article_id)
    return articles.join(Version, present).where(_holds(Version.headline, words))


def named_by(words: str) -> ColumnElement[bool] | None:
    """Keep the case that words are the reference of, or of a report on it; ``None`` for words."""
    number, reference = case_number(words), typed_reference(words)
    on = aliased(Case)
    root = func.coalesce(on.merged_into_id, on.id)
    reported = select(root).join(Report, Report.case_id == on.id)
    conditions = []
    if number is not None:
        conditions.append(Case.id == number)
    if reference is not None:
        conditions.append(Case.id.in_(reported.where(Report.reference == reference)))
    return or_(*conditions) if conditions else None
