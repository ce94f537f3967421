"""Reading the reports on a case, of which there may be thousands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.extensions import db
from app.models import Case, Message, Report
from app.queries.merged import live_on_case, on_case

FEW = 50
"""How many reports a case is shown with: the first one, and the newest."""

_MOST_NAMES = 200
"""How many names are read of those who may be thanked."""


@dataclass(frozen=True, slots=True)
class ReportOnCase:
    """A report with what its reader and the desk wrote to each other."""

    report: Report
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many reports lie on a case, those of the cases merged into it included.

    ``standing`` were not withdrawn, ``own`` are those of them that are not from a merged case;
    ``live`` have their words still, and ``addressed`` an address for the answer.
    """

    reports: int
    standing: int
    own: int
    live: int
    addressed: int


_IS_STANDING = Report.withdrawn_at.is_(None)
_IS_LIVE = and_(_IS_STANDING, Report.erased_at.is_(None))


def tally(case: Case) -> Tally:
    """Count the reports on a case."""

    def number(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(which)

    row = db.session.execute(
        select(
            func.count(),
            number(_IS_STANDING),
            number(and_(_IS_STANDING, Report.case_id == case.id)),
            number(_IS_LIVE),
            number(and_(_IS_LIVE, Report.reporter_email != "")),
        ).where(on_case(case.id))
    ).one()
    return Tally(*row)


def shown(case: Case) -> list[ReportOnCase]:
    """Return the report that opened a case and the newest ones, its own before merged ones."""
    order = Report.case_id != case.id, Report.id
    first = _on(case).order_by(*order).limit(1)
    newest = _on(case).order_by(Report.id.desc()).limit(FEW)
    opening = db.session.scalars(first).one()
    others = [each for each in db.session.scalars(newest) if each is not opening][: FEW - 1]
    others.sort(key=lambda report: (report.case_id != case.id, report.id))
    return _with_messages([opening, *others])


def page(case: Case, limit: int, after: int | None = None) -> list[ReportOnCase]:
    """Return the reports on a case as they came in, from after a report's number on."""
    rows = _on(case).where(Report.id > (after or 0)).order_by(Report.id).limit(limit)
    return _with_messages(db.session.scalars(rows).all())


def thanked(case: Case) -> list[str]:
    """Return the names of the readers who agreed to be thanked by name, each once."""
    names = db.session.scalars(
        select(Report.reporter_name)
        .where(live_on_case(case.id), Report.wants_credit)
        .order_by(Report.case_id != case.id, Report.id)
        .limit(_MOST_NAMES)
    )
    return list(dict.fromkeys(names))


def first_addressed(case: Case) -> Report | None:
    """Return the first report whose reader can be written to, if there is one."""
    rows = _on(case).where(_IS_LIVE, Report.reporter_email != "")
    return db.session.scalars(rows.order_by(Report.case_id != case.id, Report.id).limit(1)).first()


def references(case: Case, numbers: Collection[int]) -> dict[int, str]:
    """Return the references of reports on a case by their numbers; of others, nothing."""
    rows = db.session.execute(
        select(Report.id, Report.reference).where(on_case(case.id), Report.id.in_(numbers))
    )
    return {row[0]: row[1] for row in rows}


def _on(case: Case) -> Select[Report]:
    return select(Report).where(on_case(case.id))


def _with_messages(reports: Iterable[Report]) -> list[ReportOnCase]:
    found = list(reports)
    messages: dict[int, list[Message]] = {report.id: [] for report in found}
    for message in db.session.scalars(
        select(Message).where(Message.report_id.in_(messages)).order_by(Message.id)
    ):
        messages[message.report_id].append(message)
    return [ReportOnCase(report, messages[report.id]) for report in found]
