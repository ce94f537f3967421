"""Splitting a report off its case, and relating cases across articles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Case, CaseEvent, Staff, case_relations
from app.queries import duplicates, relations
from app.queries import reports as report_queries
from app.rules.errors import Conflict, InvalidInput, NotAllowed, StaleCase
from app.rules.workflow import Action, CaseStatus
from app.services import cases, grouping, private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

SOON = make.NOW + timedelta(hours=2)


def _shared() -> tuple[Case, str, str]:
    """Return a case on which two readers' reports stand, and the private links of both."""
    on = make.article()
    first = make.token(on)
    case = db.session.get_one(Case, make.report_with(first).case_id)
    second = make.token(on, same_as=case.reference, problem="", at=SOON, email="b@mail.example")
    return case, first, second


def _split(case: Case, token: str, by: Staff | None = None, seen: int | None = None) -> Case:
    """Split off the report behind a private link; return its new case."""
    new = grouping.split(
        case.id,
        seen=seen or case.version,
        by=by or make.staff(),
        at=SOON,
        report=make.report_with(token).reference,
    )
    return db.session.get_one(Case, int(new[2:]))


def _events(case: Case) -> list[CaseEvent]:
    return list(db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)))


def test_a_report_that_joined_a_case_becomes_one_of_its_own() -> None:
    case, first, second = _shared()

    own = _split(case, second)

    assert own.status is CaseStatus.RECEIVED
    assert own.article_id == case.article_id
    assert (own.opened_at, own.claimed_by_id) == (SOON, None)
    assert own.due_at > case.due_at - timedelta(days=1)
    assert report_queries.with_token(second).case.id == own.id
    assert report_queries.with_token(first).case.id == case.id
    assert not make.report_with(second).is_seconding


def test_both_histories_tell_of_a_split() -> None:
    case, _, second = _shared()

    own = _split(case, second)

    left, began = _events(case)[-1], _events(own)[0]
    assert (left.action, left.reason) == (Action.SPLIT, own.reference)
    assert left.report_id == make.report_with(second).id
    assert (began.action, began.reason) == (Action.SPLIT, case.reference)


def test_each_of_two_readers_hears_of_their_own_decision() -> None:
    case, first, second = _shared()
    own = _split(case, second)

    cases.agree(own.id, seen=own.version, by=make.staff(), at=SOON)

    assert report_queries.with_token(second).case.status is CaseStatus.AGREED
    assert report_queries.with_token(first).case.status is CaseStatus.RECEIVED


def test_who_saw_the_case_before_the_split_decides_again() -> None:
    case, _, second = _shared()
    seen = case.version
    _split(case, second)

    with pytest.raises(StaleCase):
        cases.agree(case.id, seen=seen, by=make.staff(), at=SOON)


@pytest.mark.parametrize("status", ["only", "withdrawn", "last standing", "unknown"])
def test_what_cannot_be_split_off_stays(status: str) -> None:
    case, first, second = _shared()
    reference = make.report_with(second).reference
    if status == "only":
        _split(case, second)
        reference = make.report_with(first).reference
    elif status == "withdrawn":
        private_links.withdraw(second, at=SOON)
    elif status == "last standing":
        private_links.withdraw(first, at=SOON)
    else:
        reference = make.report().reference
    number = db.session.scalar(select(func.count(Case.id)))

    with pytest.raises(Conflict):
        grouping.split(case.id, seen=case.version, by=make.staff(), at=SOON, report=reference)

    assert db.session.scalar(select(func.count(Case.id))) == number


def test_who_wrote_the_article_or_has_not_the_case_does_not_split_it() -> None:
    case, _, second = _shared()
    author = make.staff(name="noor salleh")
    cases.claim(case.id, seen=case.version, by=make.staff(), at=SOON)

    with pytest.raises(NotAllowed):
        _split(case, second, by=author)
    with pytest.raises(Conflict, match="Somebody else"):
        _split(case, second)

    assert make.report_with(second).case_id == case.id


def test_splitting_renews_one_s_own_claim() -> None:
    case, _, second = _shared()
    by = make.staff()
    cases.claim(case.id, seen=case.version, by=by, at=make.NOW + timedelta(hours=1, minutes=45))

    _split(case, second, by=by)

    assert case.claimed_until == SOON + timedelta(minutes=30)


def _pair() -> tuple[Case, Case]:
    """Return cases of two articles."""
    return make.case(), make.case()


def _relate(case: Case, other: str, by: Staff | None = None) -> None:
    grouping.relate(case.id, seen=case.version, by=by or make.staff(), at=SOON, other=other)


def test_related_cases_are_known_from_either_side() -> None:
    first, second = _pair()

    _relate(second, first.reference)

    assert [each.case.id for each in relations.of_case(first)] == [second.id]
    assert [each.case.id for each in relations.of_case(second)] == [first.id]
    assert [_events(each)[-1].reason for each in (first, second)] == [
        second.reference,
        first.reference,
    ]


def test_relating_cases_makes_no_form_stale_and_decides_nothing() -> None:
    first, second = _pair()
    versions = first.version, second.version

    _relate(first, second.reference)

    assert (first.version, second.version) == versions
    assert first.status is second.status is CaseStatus.RECEIVED


def test_two_cases_are_related_once_from_whichever_side() -> None:
    first, second = _pair()
    _relate(first, second.reference)

    for case, other in ((first, second), (second, first)):
        with pytest.raises(Conflict, match="already"):
            _relate(case, other.reference)

    assert len(db.session.execute(select(case_relations)).all()) == 1


@pytest.mark.parametrize("other", ["", "x", "C-9999", "R-7K3M-92QF"])
def test_a_case_is_related_to_one_that_exists(other: str) -> None:
    case = make.case()

    for name in (other, case.reference):
        with pytest.raises(InvalidInput):
            _relate(case, name)


@pytest.mark.parametrize("status", [CaseStatus.MERGED, CaseStatus.WITHDRAWN])
def test_a_case_is_not_related_to_one_that_nobody_decides(status: CaseStatus) -> None:
    case, dead_end = make.case(), make.case(status)

    with pytest.raises(InvalidInput):
        _relate(case, dead_end.reference)

    assert relations.of_case(case) == []


def test_cases_can_be_taken_apart_again_and_only_once() -> None:
    first, second = _pair()
    _relate(first, second.reference)
    who: dict[str, Any] = {"seen": second.version, "by": make.staff(), "at": SOON}

    grouping.unrelate(second.id, **who, other=first.reference)

    assert relations.of_case(first) == []
    with pytest.raises(Conflict, match="not related"):
        grouping.unrelate(second.id, **who, other=first.reference)


def test_cases_of_other_articles_with_the_same_words_are_suggested() -> None:
    first = make.report()
    second = make.report()
    make.report(db.session.get_one(Article, second.article_id), passage="A second basin")

    found = relations.suggested(first, duplicates.elsewhere(first, "en"))

    assert [each.case.id for each in found] == [second.case_id]
