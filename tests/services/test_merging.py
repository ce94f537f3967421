"""Merging cases: one decision for many reports, and every reader keeps their own link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Article, Case, Staff
from app.queries import reports as report_queries
from app.rules.errors import Conflict, InvalidInput, NotFound, StaleCase
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases, private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def _merge(case: Case, into: str, by: Staff | None = None, seen: int | None = None) -> None:
    by, seen = by or make.staff(), seen or case.version
    cases.merge(case.id, seen=seen, by=by, at=make.NOW, into=into)


def _beside(case: Case, status: CaseStatus = CaseStatus.RECEIVED) -> Case:
    """Return another case of the same article."""
    return make.case(status, on=db.session.get_one(Article, case.article_id), passage="")


def test_a_merged_case_points_to_its_root() -> None:
    root = make.case()
    case = _beside(root)

    _merge(case, root.reference)

    assert case.status is CaseStatus.MERGED
    assert case.merged_into_id == root.id
    assert case.claimed_by_id is None
    assert root.status is CaseStatus.RECEIVED


def test_the_reader_of_a_merged_report_sees_the_state_of_the_root() -> None:
    link = make.token()
    case = make.case_with(link, CaseStatus.RECEIVED)
    root = _beside(case)
    _merge(case, root.reference)

    by = make.staff(Role.EDITOR)
    cases.agree(root.id, seen=root.version, by=by, at=make.NOW)

    page = report_queries.with_token(link)
    assert page.case.id == root.id
    assert page.case.status is CaseStatus.AGREED
    assert page.other_readers == 1


def test_every_reader_of_a_merged_case_is_told_the_decision() -> None:
    link = make.token()
    case = make.case_with(link, CaseStatus.RECEIVED)
    root = _beside(case)
    _merge(case, root.reference)

    cases.decline(
        root.id,
        seen=root.version,
        by=make.staff(),
        at=make.NOW,
        reason=DeclineReason.OPINION,
        explanation="The article gives the writer's view.",
    )

    decision = report_queries.with_token(link).decision
    assert decision is not None
    assert decision.explanation == "The article gives the writer's view."


def test_what_the_reader_of_a_merged_report_answers_reaches_the_root() -> None:
    link = make.token()
    case = make.case_with(link, CaseStatus.RECEIVED)
    root = _beside(case)
    by = make.staff()
    _merge(case, root.reference)
    cases.ask(root.id, seen=root.version, by=by, at=make.NOW, question="Where was that?")

    private_links.answer(link, at=make.NOW, text="On the plaque.")

    assert root.status is CaseStatus.IN_REVIEW
    assert case.status is CaseStatus.MERGED
    assert [message.text for message in report_queries.with_token(link).messages] == [
        "Where was that?",
        "On the plaque.",
    ]


def test_unmerging_restores_the_case() -> None:
    link = make.token()
    case = make.case_with(link, CaseStatus.RECEIVED)
    root, by = _beside(case), make.staff()
    _merge(case, root.reference)

    cases.unmerge(case.id, seen=case.version, by=by, at=make.NOW)

    assert case.status is CaseStatus.IN_REVIEW
    assert case.merged_into_id is None
    assert case.claimed_by_id == by.id
    assert report_queries.with_token(link).case.id == case.id


@pytest.mark.parametrize("into", ["", "C-", "C-9999", "9" * 30, "C-٣", "R-7K3M-92QF"])
def test_a_case_is_merged_only_into_one_that_exists(into: str) -> None:
    case = make.case()

    with pytest.raises((InvalidInput, NotFound)):
        _merge(case, into)

    assert case.status is CaseStatus.RECEIVED


def test_a_case_is_not_merged_into_itself() -> None:
    case = make.case()

    with pytest.raises(InvalidInput, match="another case"):
        _merge(case, case.reference)


def test_a_case_is_not_merged_into_one_of_another_article() -> None:
    case, elsewhere = make.case(), make.case()

    with pytest.raises(InvalidInput, match="another article"):
        _merge(case, elsewhere.reference)

    assert case.status is CaseStatus.RECEIVED


def test_a_case_is_not_merged_into_a_merged_one() -> None:
    merged = make.case(CaseStatus.MERGED)
    case = _beside(merged)

    with pytest.raises(InvalidInput, match="itself merged"):
        _merge(case, merged.reference)


def test_a_case_that_others_are_merged_into_stays_the_root() -> None:
    merged = make.case(CaseStatus.MERGED)
    root = db.session.get_one(Case, merged.merged_into_id)
    third = _beside(root)

    with pytest.raises(Conflict, match="stay the root"):
        _merge(root, third.reference)

    assert root.status is CaseStatus.RECEIVED


@pytest.mark.parametrize("status", [CaseStatus.WITHDRAWN, CaseStatus.QUARANTINED])
def test_a_case_is_not_merged_into_one_that_nobody_will_decide(status: CaseStatus) -> None:
    case = make.case()
    dead_end = _beside(case, status)

    with pytest.raises(InvalidInput, match="nobody would decide"):
        _merge(case, dead_end.reference)

    assert case.status is CaseStatus.RECEIVED


@pytest.mark.parametrize("status", [CaseStatus.DECLINED, CaseStatus.CORRECTED])
def test_a_late_report_is_merged_into_a_case_that_is_decided(status: CaseStatus) -> None:
    decided = make.case(status)
    late = _beside(decided)

    _merge(late, decided.reference)

    assert late.status is CaseStatus.MERGED
    assert decided.status is status


def test_merging_from_a_stale_page_is_refused() -> None:
    case = make.case()
    root = _beside(case)
    seen = case.version
    cases.claim(case.id, seen=seen, by=make.staff(), at=make.NOW)

    with pytest.raises(StaleCase):
        _merge(case, root.reference, seen=seen)

    assert case.merged_into_id is None


def test_a_root_ends_only_when_the_last_of_its_reports_is_withdrawn() -> None:
    first = make.token()
    root = make.case_with(first, CaseStatus.RECEIVED)
    second = make.token(db.session.get_one(Article, root.article_id))
    case = db.session.get_one(Case, make.report_with(second).case_id)
    _merge(case, root.reference)

    private_links.withdraw(first, at=make.NOW)
    after_the_first = root.status
    private_links.withdraw(second, at=make.NOW + timedelta(minutes=1))

    assert after_the_first is CaseStatus.RECEIVED
    assert root.status is CaseStatus.WITHDRAWN
    assert db.session.scalars(select(Case.status).where(Case.id == case.id)).one() is (
        CaseStatus.MERGED
    )
