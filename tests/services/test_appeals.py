"""Appeals: one for each case, and another person than who decided looks at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Case, Message, MessageKind, Staff
from app.rules.errors import Conflict, NotAllowed, NotFound
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases, private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

LATER = make.NOW + timedelta(days=1)


def _decline(case: Case, by: Staff) -> None:
    cases.decline(
        case.id,
        seen=case.version,
        by=by,
        at=LATER,
        reason=DeclineReason.OPINION,
        explanation="It is a matter of taste.",
    )


def _agree(case: Case, by: Staff) -> None:
    cases.agree(case.id, seen=case.version, by=by, at=LATER)


def _appealed(by: Staff, status: CaseStatus = CaseStatus.DECLINED) -> tuple[str, Case]:
    link = make.token()
    case = make.case_with(link, status, by=by)
    private_links.appeal(link, at=LATER, text="The port's yearbook says 1965.")
    return link, case


def test_an_appeal_puts_the_case_back_in_review_with_a_new_due_date() -> None:
    _, case = _appealed(make.staff(Role.EDITOR))

    said = db.session.scalars(select(Message).where(Message.kind == MessageKind.APPEAL)).one()
    assert case.status is CaseStatus.IN_REVIEW
    assert case.appealed_at == LATER
    assert case.due_at == LATER + timedelta(days=3)
    assert case.decline_reason is None
    assert said.text == "The port's yearbook says 1965."


def test_a_correction_can_be_appealed_against_too() -> None:
    _, case = _appealed(make.staff(Role.EDITOR), CaseStatus.CORRECTED)

    assert case.status is CaseStatus.IN_REVIEW


@pytest.mark.parametrize("decide", [_agree, _decline])
def test_who_decided_does_not_decide_on_the_appeal(
    decide: Callable[[Case, Staff], None],
) -> None:
    first = make.staff(Role.EDITOR)
    _, case = _appealed(first)

    with pytest.raises(NotAllowed, match="leave it to a colleague"):
        decide(case, first)

    assert case.status is CaseStatus.IN_REVIEW
    assert case.claimed_by_id is None


def test_a_colleague_decides_on_the_appeal() -> None:
    _, case = _appealed(make.staff(Role.EDITOR))

    cases.agree(case.id, seen=case.version, by=make.staff(), at=LATER)

    assert case.status is CaseStatus.AGREED


def test_there_is_one_appeal() -> None:
    link, case = _appealed(make.staff(Role.EDITOR))
    _decline(case, make.staff())

    with pytest.raises(Conflict, match="the one time"):
        private_links.appeal(link, at=LATER, text="And yet.")

    assert case.status is CaseStatus.DECLINED


def test_there_is_one_appeal_for_all_the_readers_of_a_case() -> None:
    link = make.token()
    merged = make.case_with(link, CaseStatus.MERGED)
    root = db.session.get_one(Case, merged.merged_into_id)
    _decline(root, make.staff())
    private_links.appeal(link, at=LATER, text="I have the yearbook here.")

    _decline(root, make.staff())

    with pytest.raises(Conflict, match="the one time"):
        private_links.appeal(link, at=LATER, text="And yet.")


def test_who_took_the_report_back_does_not_appeal() -> None:
    link = make.token()
    merged = make.case_with(link, CaseStatus.MERGED)
    root = db.session.get_one(Case, merged.merged_into_id)
    private_links.withdraw(link, at=make.NOW)
    _decline(root, make.staff())

    with pytest.raises(Conflict, match="withdrawn"):
        private_links.appeal(link, at=LATER, text="On second thoughts.")

    assert root.status is CaseStatus.DECLINED


def test_a_link_that_nobody_was_given_opens_nothing() -> None:
    make.token()

    with pytest.raises(NotFound):
        private_links.appeal("0" * 26, at=LATER, text="Let me in.")
