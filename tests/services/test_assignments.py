"""Giving a case to a colleague; and declining, out of quarantine, what is abusive."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db
from app.models import Case, CaseEvent, Letter, LetterKind
from app.rules.errors import Conflict, InvalidInput, NotAllowed, StaleCase
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import CLAIM_HOLDS, Action, CaseStatus
from app.services import assignments, cases, private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def fresh(case: Case) -> Case:
    """Return a case as the database has it."""
    return db.session.get_one(Case, case.id, populate_existing=True)


def history(case: Case) -> list[tuple[Action, str]]:
    """Return the steps of a case, oldest first, with their reasons."""
    events = db.session.query(CaseEvent).filter_by(case_id=case.id).order_by(CaseEvent.id)
    return [(event.action, event.reason) for event in events]


@pytest.mark.parametrize(
    "status",
    [CaseStatus.RECEIVED, CaseStatus.IN_REVIEW, CaseStatus.WAITING_READER, CaseStatus.AGREED],
)
def test_a_colleague_is_given_an_open_case_for_as_long_as_a_claim_holds(status: CaseStatus) -> None:
    me, colleague = make.staff(Role.EDITOR), make.staff(name="Tomás Ferreira")
    case = make.case(status, by=me)

    assignments.assign(case.id, seen=case.version, by=me, at=make.NOW, to=colleague.id)

    now = fresh(case)
    assert (now.claimed_by_id, now.claimed_until) == (colleague.id, make.NOW + CLAIM_HOLDS)
    assert history(case)[-1] == (Action.ASSIGN, "Tomás Ferreira")


def test_what_somebody_else_works_on_stays_with_them() -> None:
    me, other = make.staff(), make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=other)

    with pytest.raises(Conflict, match="Somebody else"):
        assignments.assign(case.id, seen=case.version, by=me, at=make.NOW, to=me.id)

    assert fresh(case).claimed_by_id == other.id
    later = make.NOW + timedelta(minutes=31)
    assignments.assign(case.id, seen=case.version, by=me, at=later, to=me.id)
    assert fresh(case).claimed_by_id == me.id


def test_nobody_is_given_what_they_may_not_decide() -> None:
    me, judge = make.staff(), make.staff(Role.EDITOR)
    author = make.staff(name="Noor Salleh")
    token = make.token()
    appealed = make.case_with(token, CaseStatus.DECLINED, by=judge)
    private_links.appeal(token, at=make.NOW, text="The yearbook says so.")

    for colleague in (author, judge):
        with pytest.raises(NotAllowed, match=colleague.name):
            assignments.assign(
                appealed.id, seen=fresh(appealed).version, by=me, at=make.NOW, to=colleague.id
            )

    assert fresh(appealed).claimed_by_id is None


def test_a_case_is_given_to_somebody_who_is_there() -> None:
    me, gone = make.staff(), make.staff()
    gone.is_disabled = True
    db.session.commit()
    case = make.case()

    for number in (gone.id, 999):
        with pytest.raises(InvalidInput, match="works at the desk"):
            assignments.assign(case.id, seen=1, by=me, at=make.NOW, to=number)


def test_an_old_list_gives_nothing_away() -> None:
    me, other = make.staff(), make.staff()
    case = make.case()
    cases.claim(case.id, seen=1, by=other, at=make.NOW)
    cases.release(case.id, seen=2, by=other, at=make.NOW)

    with pytest.raises(StaleCase):
        assignments.assign(case.id, seen=1, by=me, at=make.NOW, to=me.id)


@pytest.mark.parametrize("status", [CaseStatus.DECLINED, CaseStatus.QUARANTINED])
def test_a_case_that_is_not_open_is_given_to_nobody(status: CaseStatus) -> None:
    me = make.staff(Role.EDITOR)
    case = make.case(status, by=me)

    with pytest.raises(Conflict):
        assignments.assign(case.id, seen=case.version, by=me, at=make.NOW, to=me.id)


# Out of quarantine


def test_what_is_abusive_is_declined_out_of_quarantine_in_one_step_and_answered() -> None:
    me = make.staff()
    case = make.case(CaseStatus.QUARANTINED, email="shop@mail.example")

    cases.reject(
        case.id, seen=case.version, by=me, at=make.NOW, explanation="We do not link to shops."
    )

    now = fresh(case)
    assert (now.status, now.decline_reason) == (CaseStatus.DECLINED, DeclineReason.ABUSE)
    steps = [action for action, _ in history(case)]
    assert steps[-3:] == [Action.RESTORE, Action.CLAIM, Action.DECLINE]
    owed = db.session.query(Letter).filter_by(kind=LetterKind.DECISION).count()
    assert owed == 1


@pytest.mark.parametrize("status", [CaseStatus.RECEIVED, CaseStatus.DECLINED])
def test_nothing_else_is_declined_that_way(status: CaseStatus) -> None:
    me = make.staff(Role.EDITOR)
    case = make.case(status, by=me)

    with pytest.raises(Conflict):
        cases.reject(case.id, seen=case.version, by=me, at=make.NOW, explanation="No.")

    assert fresh(case).status is status
