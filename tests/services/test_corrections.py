"""Publishing: the text, the entry and the end of the case, together or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.extensions import db
from app.models import Article, Base, Case, CaseEvent, Correction, Version, case_corrections
from app.queries import articles as article_queries
from app.queries import corrections as correction_queries
from app.queries import reports as report_queries
from app.rules.declarations import Declaration
from app.rules.errors import Conflict, InvalidInput, NotFound, StaleCase
from app.rules.kinds import CorrectionKind, VersionReason
from app.rules.permissions import Role
from app.rules.workflow import Action, CaseStatus
from app.services import cases, corrections
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

NEEDS_A_CHANGE = [CorrectionKind.CORRECTION, CorrectionKind.UPDATE, CorrectionKind.MINOR]
NEEDS_NONE = [kind for kind in CorrectionKind if kind not in NEEDS_A_CHANGE]


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is stored."""
    db.session.rollback()
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=str)
        for table in Base.metadata.sorted_tables
    }


def _article(case: Case) -> Article:
    return db.session.get_one(Article, case.article_id)


def test_publishing_makes_a_version_an_entry_and_an_end() -> None:
    token, by = make.token(), make.staff(Role.EDITOR)
    case = make.case_with(token, CaseStatus.AGREED, by=by)

    number = make.publish(case, by=by, credit="a reader")

    page = article_queries.page(_article(case).slug)
    entry = correction_queries.numbered(number)
    assert "opened in 1965" in page.version.body
    assert page.version.reason is VersionReason.CORRECTION
    assert page.version.declared_by_id == by.id
    assert (entry.from_version, entry.to_version, entry.credit) == (1, 2, "a reader")
    assert entry.published_at == make.NOW
    assert case.status is CaseStatus.CORRECTED
    assert (case.decided_by_id, case.claimed_by_id) == (by.id, None)
    assert [e.number for e in report_queries.with_token(token).entries] == [number]


@pytest.mark.parametrize("broken", ["take_step", "drop_claim", "append_correction", "insert"])
def test_publishing_that_breaks_in_the_middle_leaves_nothing(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.AGREED, by=by)
    before = _everything()
    genuine = getattr(corrections, broken)

    def does_its_work_and_breaks(*args: Any, **options: Any) -> None:
        genuine(*args, **options)
        raise OSError("the disk is full")

    monkeypatch.setattr(corrections, broken, does_its_work_and_breaks)
    with pytest.raises(OSError, match="full"):
        make.publish(case, by=by)

    assert _everything() == before


def test_publishing_that_a_constraint_stops_leaves_nothing() -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.AGREED, by=by)
    before = _everything()

    with pytest.raises(DBAPIError):
        make.publish(case, by=by, notice=None)

    assert _everything() == before


def test_publishing_on_a_text_that_has_changed_meanwhile_is_refused() -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.AGREED, by=by)
    make.correction(_article(case))
    before = _everything()

    with pytest.raises(Conflict, match="Version 2 was published while you worked on version 1"):
        make.publish(case, by=by, seen_version=1)

    assert _everything() == before


def test_publishing_from_a_stale_case_is_refused() -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.AGREED, by=by)
    seen = case.version
    cases.claim(case.id, seen=seen, by=by, at=make.NOW + timedelta(minutes=1))

    with pytest.raises(StaleCase):
        make.publish(case, by=by, seen=seen)

    assert db.session.scalar(select(func.count(Correction.id))) == 0


def test_a_case_is_published_once() -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.CORRECTED, by=by)

    with pytest.raises(Conflict):
        make.publish(case, by=by, old="twelve", new="ten")

    assert db.session.scalar(select(func.count(Correction.id))) == 1


@pytest.mark.parametrize("kind", NEEDS_A_CHANGE)
def test_some_kinds_change_the_text(kind: CorrectionKind) -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.AGREED, by=by)

    with pytest.raises(InvalidInput, match="nothing is changed yet") as refused:
        make.publish(case, by=by, kind=kind, new="1964")

    assert refused.value.field == "text"
    assert case.status is CaseStatus.AGREED


@pytest.mark.parametrize("kind", NEEDS_NONE)
def test_a_notice_alone_makes_no_version(kind: CorrectionKind) -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.AGREED, by=by)

    number = make.publish(case, by=by, kind=kind, new="1964")

    entry = correction_queries.numbered(number)
    assert (entry.from_version, entry.to_version, entry.change) == (1, 1, None)
    assert db.session.scalar(select(func.count(Version.id))) == 1
    assert _article(case).latest_number == 1


@pytest.mark.parametrize("kind", CorrectionKind)
def test_the_version_says_why_it_was_made(kind: CorrectionKind) -> None:
    on = make.article()

    make.correction(on, kind=kind)

    expected = {CorrectionKind.UPDATE: "update", CorrectionKind.MINOR: "minor"}
    reason = article_queries.version(on, 2).reason
    assert reason.value == expected.get(kind, "correction")


def test_entries_are_numbered_without_a_gap_whatever_fails_between() -> None:
    numbers = [make.correction()]
    on = make.article()
    with pytest.raises(Conflict):
        make.correction(on, seen_version=7)
    with pytest.raises(InvalidInput):
        make.correction(on, amends=99)

    numbers.append(make.correction(on))

    assert numbers == [1, 2]


def test_a_wrong_entry_is_amended_by_a_further_one() -> None:
    on = make.article()
    first = make.correction(on)
    text = make.edited(on, "ten", "eleven")

    second = make.correction(on, text=text, amends=first)

    assert correction_queries.numbered(second).amends == first
    assert correction_queries.numbered(first).amended_by == (second,)
    assert correction_queries.numbered(first).notice == (
        "The article said twelve berths. There were ten."
    )


def test_an_entry_amends_only_one_of_its_own_article() -> None:
    elsewhere = make.correction()
    on = make.article()

    with pytest.raises(InvalidInput, match="no entry 1 in the log") as refused:
        make.correction(on, amends=elsewhere)

    assert refused.value.field == "amends"
    assert on.latest_number == 1


def test_an_article_that_is_not_there_cannot_be_changed() -> None:
    text = article_queries.version(make.article(), 1).text

    with pytest.raises(NotFound):
        corrections.declare(
            4711,
            text,
            Declaration(kind=CorrectionKind.MINOR, notice="A slip."),
            seen_version=1,
            by=None,
            at=make.NOW,
        )


def test_a_case_that_was_appealed_against_can_lead_to_a_second_entry() -> None:
    token = make.token()
    by = make.staff(Role.EDITOR)
    case = make.case_with(token, CaseStatus.CORRECTED, by=by)
    cases.reopen(case.id, seen=case.version, by=by, at=make.NOW, reason="Half of it was missed")
    cases.agree(case.id, seen=case.version, by=by, at=make.NOW)

    make.publish(case, by=by, old="twelve", new="ten")

    assert [e.number for e in report_queries.with_token(token).entries] == [1, 2]


def test_the_history_keeps_the_number_of_the_entry() -> None:
    case = make.case(CaseStatus.CORRECTED)

    event = db.session.scalars(select(CaseEvent).where(CaseEvent.action == Action.PUBLISH)).one()

    assert event.case_id == case.id
    assert event.reason == "1"


def test_a_case_and_an_entry_are_tied_once() -> None:
    case = make.case(CaseStatus.CORRECTED)
    tied = db.session.execute(select(case_corrections)).one()
    db.session.rollback()

    with pytest.raises(IntegrityError):
        db.session.execute(insert(case_corrections).values(tied._asdict()))

    db.session.rollback()
    assert tied.case_id == case.id


def test_a_claim_of_a_colleague_stands_in_the_way_of_publishing() -> None:
    case, other = make.case(CaseStatus.AGREED), make.staff(Role.EDITOR)
    before = _everything()

    with pytest.raises(Conflict, match="claimed"):
        make.publish(case, by=other, at=make.NOW + timedelta(minutes=29))

    assert _everything() == before
