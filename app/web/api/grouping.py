"""Which reports and cases belong together, through the API, and who works on them."""

from __future__ import annotations

from app.queries import staff as staff_queries
from app.rules.errors import InvalidInput, NotFound
from app.rules.permissions import Permission
from app.services import assignments, cases, grouping
from app.web.api.acting import Acting, action
from app.web.api.schemas import Body, text


class Assignment(Body):
    """The colleague who is given the case."""

    to = text(320, metadata={"description": "Their address, as they sign in with it."})


class Merge(Body):
    """The case that this one becomes part of."""

    into = text(20, metadata={"description": "Its reference, such as C-0042."})


class Split(Body):
    """The report that becomes a case of its own."""

    report = text(12, metadata={"description": "Its reference, as the case lists it."})


class Relation(Body):
    """The case that this one belongs together with."""

    other = text(20, metadata={"description": "Its reference, such as C-0042."})


@action("assign", Permission.TRIAGE, Assignment)
def assign(acting: Acting) -> None:
    """Give a case to a colleague, for half an hour."""
    try:
        to = staff_queries.with_email(acting.sent["to"])
    except NotFound:
        raise InvalidInput("to", "Choose somebody who works at the desk.") from None
    assignments.assign(acting.case.id, **acting.who, to=to.id)


@action("merge", Permission.DECIDE, Merge)
def merge(acting: Acting) -> None:
    """Make a case part of another one of the same article."""
    cases.merge(acting.case.id, **acting.who, into=acting.sent["into"])


@action("unmerge", Permission.DECIDE)
def unmerge(acting: Acting) -> None:
    """Make a merged case one of its own again."""
    cases.unmerge(acting.case.id, **acting.who)


@action("split", Permission.TRIAGE, Split)
def split(acting: Acting) -> str:
    """Make one of several reports a case of its own; the answer is that case."""
    return grouping.split(acting.case.id, **acting.who, report=acting.sent["report"])


@action("relate", Permission.TRIAGE, Relation)
def relate(acting: Acting) -> None:
    """Note that a case belongs together with another, such as one error in two articles."""
    grouping.relate(acting.case.id, **acting.who, other=acting.sent["other"])


@action("unrelate", Permission.TRIAGE, Relation)
def unrelate(acting: Acting) -> None:
    """Note that a case does not belong together with another after all."""
    grouping.unrelate(acting.case.id, **acting.who, other=acting.sent["other"])
