"""How long cases took: to the first touch, to a decision, to a correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, case, func, literal, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.extensions import db
from app.models import Case
from app.queries.figures import IS_DECIDED
from app.queries.spans import spans, within
from app.rules.figures import Took, Week
from app.rules.marks import N_
from app.rules.workflow import CaseStatus


class Measure(StrEnum):
    """What is timed, always from when the case was opened."""

    TOUCH = "touch"
    DECISION = "decision"
    CORRECTION = "correction"

    @property
    def label(self) -> str:
        """What the time runs up to."""
        return _LABELS[self]


_LABELS = {
    Measure.TOUCH: N_("To the first touch"),
    Measure.DECISION: N_("To a decision"),
    Measure.CORRECTION: N_("To a correction"),
}

_IS_CORRECTED = Case.status == CaseStatus.CORRECTED

_ENDS: dict[Measure, ColumnElement[Any]] = {
    Measure.TOUCH: Case.touched_at.expression,
    # A case that was corrected had been decided when it was agreed.
    Measure.DECISION: case((_IS_CORRECTED, Case.agreed_at), else_=Case.decided_at),
    Measure.CORRECTION: case((_IS_CORRECTED, Case.decided_at)),
}


class seconds_between(FunctionElement[int]):  # noqa: N801 - reads like the function it is in SQL
    """The whole seconds from one moment to another; fractions of either are cut off."""

    type = Integer()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _for_sqlite(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST(strftime('%s', {end}) AS INTEGER) - CAST(strftime('%s', {start}) AS INTEGER))"


@compiles(seconds_between, "postgresql")
def _for_postgresql(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(floor(extract(epoch FROM {end})) - floor(extract(epoch FROM {start})) AS BIGINT)"


def took(weeks: Sequence[Week]) -> dict[Measure, list[Took]]:
    """Return how long the cases decided in each of these spans of time took.

    The database puts each week's cases in order and picks the one at the half and the one at
    nine tenths of the way (nearest rank), alike in SQLite and PostgreSQL.
    """
    found = {(measure, n): _took(*row) for measure, n, *row in db.session.execute(_picked(weeks))}
    return {
        measure: [found.get((measure, n), Took()) for n in range(len(weeks))] for measure in Measure
    }


def _took(cases: int, median: int, ninetieth: int) -> Took:
    return Took(cases, timedelta(seconds=median), timedelta(seconds=ninetieth))


def _picked(weeks: Sequence[Week]) -> Select[Any]:
    ranked = _ranked(weeks).subquery()
    seconds, rank, number = ranked.c.seconds, ranked.c.rank, ranked.c.number
    return select(
        ranked.c.measure,
        ranked.c.n,
        func.count(),
        func.min(seconds).filter(rank * 2 >= number),
        func.min(seconds).filter(rank * 10 >= number * 9),
    ).group_by(ranked.c.measure, ranked.c.n)


def _ranked(weeks: Sequence[Week]) -> Select[Any]:
    """Number the cases of each measure and week by how long they took."""
    table = spans(weeks)
    timed = union_all(*(_timed(measure, end, table) for measure, end in _ENDS.items())).subquery()
    part = timed.c.measure, timed.c.n
    rank = func.row_number().over(partition_by=part, order_by=timed.c.seconds)
    number = func.count().over(partition_by=part)
    return select(*part, timed.c.seconds, rank.label("rank"), number.label("number"))


def _timed(measure: Measure, end: ColumnElement[Any], table: CTE) -> Select[Any]:
    return (
        select(
            literal(measure.value).label("measure"),
            table.c.n,
            seconds_between(Case.opened_at, end).label("seconds"),
        )
        .select_from(table)
        .join(Case, within(Case.decided_at.expression, table))
        .where(IS_DECIDED, end.is_not(None))
    )
