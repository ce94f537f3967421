"""Who reported a case: how many distinct readers, and what became of their other reports."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, select

from app.extensions import db
from app.models import Case, Report
from app.queries.merged import live_on_case
from app.rules.priority import NEUTRAL_DECLINES, Record
from app.rules.workflow import DECIDED, CaseStatus

_MOST_LOOKED_UP = 100
"""Of how many readers of a case the records are looked up: the best of them counts."""


@dataclass(frozen=True, slots=True)
class Reporters:
    """The readers of a case whose reports were not withdrawn."""

    count: int
    has_evidence: bool
    records: tuple[Record, ...]


def distinct_readers() -> ColumnElement[int]:
    """Count distinct readers among reports: by address, and each report without one as one.

    Small and capital letters make no difference. A report whose reader's data is erased has no
    address any more, and goes on counting as one.
    """
    unknown = cast(Report.id, Text)
    reader = case((Report.reporter_email == "", unknown), else_=func.lower(Report.reporter_email))
    return func.count(reader.distinct())


def of_case(found: Case) -> Reporters:
    """Return who reported a case and those merged into it, and how often they were right."""
    evidence = func.count().filter(cast(Report.evidence, Text) != "[]")
    figures = select(distinct_readers(), evidence).where(live_on_case(found.id))
    count, with_evidence = db.session.execute(figures).one()
    addresses = db.session.scalars(
        select(Report.reporter_email)
        .where(live_on_case(found.id), Report.reporter_email != "")
        .distinct()
        .limit(_MOST_LOOKED_UP)
    ).all()
    records = _records({*addresses, *map(str.lower, addresses)}, found)
    unknown = [Record()] if count > len(records) else []
    return Reporters(count, with_evidence > 0, (*records, *unknown))


def _records(addresses: set[str], found: Case) -> list[Record]:
    """Return how reports from each of these addresses on other cases were decided, if any was."""
    upheld = func.count().filter(Case.status == CaseStatus.CORRECTED)
    declined = func.count().filter(
        and_(Case.status == CaseStatus.DECLINED, Case.decline_reason.not_in(NEUTRAL_DECLINES))
    )
    rows = db.session.execute(
        select(upheld, declined)
        .join(Report, Report.case_id == Case.id)
        .where(
            Report.reporter_email.in_(addresses),
            Report.withdrawn_at.is_(None),
            Case.status.in_(DECIDED),
            Case.id != found.id,
        )
        .group_by(func.lower(Report.reporter_email))
    )
    return [Record(*row) for row in rows]
