"""A case's place in the queue follows its facts: who reported it, where, when, and with what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.extensions import db
from app.models import Article, Case, Staff
from app.queries import queue
from app.queries.queue_views import View
from app.rules.kinds import DeclineReason, ProblemKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases, private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

HOUR = timedelta(hours=1)
READER = "ann@mail.example"


def reasons(case: Case) -> set[str]:
    """Return what is kept about why a case stands where it does, its kind aside."""
    return set(_fresh(case).rank_reasons) - {"fact", "typo", "front_page"}


def _fresh(case: Case) -> Case:
    return db.session.get_one(Case, case.id, populate_existing=True)


def forward(case: Case) -> timedelta:
    """Return by how much a case stands before its due time."""
    found = _fresh(case)
    return found.due_at - found.rank_at


def plain(on: Article | None = None, **options: Any) -> Case:
    """Return a case of a kind that neither presses nor can wait."""
    return make.case(on=on, kind=ProblemKind.OTHER, **options)


def same(case: Case, **options: Any) -> str:
    """Let another reader say that theirs is the same; return the token of their private link."""
    on = db.session.get_one(Article, case.article_id)
    return make.token(on, same_as=case.reference, **options)


def old_article() -> Article:
    """Return an article that has long left the front page."""
    on = make.article(at=make.NOW - timedelta(days=90))
    for number in range(20):
        make.article(at=make.NOW - timedelta(days=60 - number))
    return on


# Readers


def test_each_address_is_one_reader_and_so_is_each_report_without_one() -> None:
    case = plain(email=READER)
    for email in (READER.upper(), "ben@mail.example", "", ""):
        same(case, email=email)

    (row,) = queue.waiting(View.OPEN, make.staff(), make.NOW, 9)

    assert reasons(case) == {"readers:4"}
    assert row.readers == 4


def test_who_takes_a_report_back_does_not_count_any_more() -> None:
    case = plain(email=READER)
    token = same(case, email="ben@mail.example")
    before = forward(case)

    private_links.withdraw(token, at=make.NOW)

    assert before > forward(case)
    assert reasons(case) == set()


def test_who_erases_a_report_still_counts_but_not_what_was_in_it() -> None:
    case = plain(email=READER)
    token = same(case, email="ben@mail.example", evidence=("https://port.example",))
    before = reasons(case)

    private_links.erase(token, at=make.NOW)

    assert before == {"readers:2", "evidence"}
    assert reasons(case) == {"readers:2"}


def test_merging_brings_readers_and_unmerging_takes_them_away() -> None:
    by, on = make.staff(Role.EDITOR), make.article()
    root, part = plain(on), plain(on, evidence=("https://port.example",))
    cases.merge(part.id, seen=1, by=by, at=make.NOW, into=root.reference)
    merged = reasons(root)

    cases.unmerge(part.id, seen=_fresh(part).version, by=by, at=make.NOW)

    assert merged == {"readers:2", "evidence"}
    assert (reasons(root), reasons(part)) == (set(), {"evidence"})


def test_a_report_that_joins_makes_no_open_form_stale() -> None:
    by, case = make.staff(Role.EDITOR), plain()
    seen = case.version

    same(case)

    cases.claim(case.id, seen=seen, by=by, at=make.NOW)
    assert _fresh(case).status is CaseStatus.IN_REVIEW


# Where it stands, and since when


def test_the_front_page_is_that_of_the_time_of_the_report() -> None:
    on = old_article()
    late = plain(on)
    early = plain(on, at=make.NOW - timedelta(days=85))
    at_once = plain(on, at=on.published_at + HOUR)

    found = [set(_fresh(case).rank_reasons) for case in (late, early, at_once)]

    assert found == [set(), {"front_page"}, {"front_page", "new_article"}]


def test_a_place_does_not_change_by_the_passing_of_time() -> None:
    on = make.article(at=make.NOW - HOUR)
    case = plain(on)
    place = case.rank_at
    for number in range(20):
        make.article(at=make.NOW + number * HOUR)

    same(case, at=make.NOW + timedelta(days=9), email="")

    assert reasons(case) == {"new_article", "readers:2"}
    assert "front_page" in _fresh(case).rank_reasons
    assert _fresh(case).rank_at < place


def test_an_appeal_stands_by_its_own_due_date() -> None:
    token = make.token(kind=ProblemKind.OTHER)
    case = make.case_with(token, CaseStatus.DECLINED)
    before, later = case.rank_at, make.NOW + timedelta(days=20)

    private_links.appeal(token, at=later, text="The yearbook says so.")

    assert _fresh(case).rank_at > before + timedelta(days=15)


# The record of a reader


def decided(email: str, reason: DeclineReason | None, by: Staff, at: datetime = make.NOW) -> None:
    """Let a reader's report be decided: upheld and corrected, or declined for a reason."""
    case = make.case(CaseStatus.IN_REVIEW, by=by, email=email, at=at)
    if reason is None:
        cases.agree(case.id, seen=case.version, by=by, at=at)
        make.publish(_fresh(case), by=by, at=at)
        return
    detail = ""
    if reason is DeclineReason.ALREADY_CORRECTED:
        detail = str(make.correction())
    cases.decline(
        case.id,
        seen=case.version,
        by=by,
        at=at,
        reason=reason,
        explanation="We looked it up.",
        detail=detail,
    )


def test_a_reader_who_was_right_before_is_heard_sooner() -> None:
    by = make.staff(Role.EDITOR)
    decided(READER, None, by)

    known, unknown = plain(email=READER), plain(email="ben@mail.example")

    assert reasons(known) == {"record"}
    assert forward(known) > forward(unknown)


def test_a_reader_whose_reports_were_declined_is_heard_a_little_later() -> None:
    by = make.staff(Role.EDITOR)
    for _ in range(2):
        decided(READER, DeclineReason.OPINION, by)

    known, unknown = plain(email=READER), plain(email="ben@mail.example")

    assert reasons(known) == {"poor_record"}
    assert timedelta() < forward(unknown) - forward(known) < timedelta(days=1)


@pytest.mark.parametrize(
    "status",
    [
        CaseStatus.RECEIVED,
        CaseStatus.IN_REVIEW,
        CaseStatus.WAITING_READER,
        CaseStatus.AGREED,
        CaseStatus.MERGED,
        CaseStatus.WITHDRAWN,
        CaseStatus.QUARANTINED,
    ],
)
def test_only_decided_reports_are_a_record(status: CaseStatus) -> None:
    make.case(status, email=READER)

    assert reasons(plain(email=READER)) == set()


def test_a_report_of_what_was_corrected_already_is_no_stain() -> None:
    decided(READER, DeclineReason.ALREADY_CORRECTED, make.staff(Role.EDITOR))

    assert reasons(plain(email=READER)) == set()


def test_nobody_without_an_address_has_a_record() -> None:
    decided("", None, make.staff(Role.EDITOR))

    assert reasons(plain(email="")) == set()


def test_the_case_itself_is_no_record_of_its_reader() -> None:
    token = make.token(kind=ProblemKind.OTHER, email=READER)
    case = make.case_with(token, CaseStatus.DECLINED)

    private_links.appeal(token, at=make.NOW, text="The yearbook says so.")

    assert reasons(case) == set()
