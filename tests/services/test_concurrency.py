"""Many people at the same moment: one wins, nobody is lost, and nothing happens twice."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Case, CaseEvent, Correction, Letter, LetterKind, Report, Staff
from app.rules.errors import Conflict, DeskError, StaleCase
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import Action, CaseStatus
from app.services import _steps, cases, grouping, private_links, staff, undo
from app.services._steps import lock_case
from tests import make
from tests.services.crowd import at_once

CROWD = 50


def test_fifty_identical_submissions_are_one_report(in_app: Flask) -> None:
    article_id = make.article().id

    def submit(_number: int) -> str:
        return make.token(db.session.get_one(Article, article_id), browser="one")

    tokens = at_once(in_app, CROWD, submit)

    assert len(set(map(str, tokens))) == 1
    assert db.session.scalar(select(func.count(Report.id))) == 1
    assert db.session.scalar(select(func.count(Case.id))) == 1
    assert make.report_with(str(tokens[0])).quote == make.PASSAGE


def test_of_fifty_decisions_one_is_taken_and_answered_once(in_app: Flask) -> None:
    link = make.token(email="reader@mail.example")
    case = make.case_with(link, CaseStatus.RECEIVED)
    case_id, seen = case.id, case.version
    deciders = [make.staff(Role.EDITOR).id for _ in range(CROWD)]

    def decide(number: int) -> str:
        by = db.session.get_one(Staff, deciders[number])
        if number % 2:
            cases.agree(case_id, seen=seen, by=by, at=make.NOW)
        else:
            cases.decline(
                case_id,
                seen=seen,
                by=by,
                at=make.NOW,
                reason=DeclineReason.OPINION,
                explanation=f"It is a matter of taste, says {number}.",
            )
        return f"{number} decided"

    results = at_once(in_app, CROWD, decide)

    decisions = db.session.scalars(
        select(CaseEvent).where(CaseEvent.action.in_((Action.AGREE, Action.DECLINE)))
    ).all()
    answers = db.session.scalars(
        select(Letter.event_id).where(Letter.kind == LetterKind.DECISION)
    ).all()
    won = [result for result in results if isinstance(result, str)]
    assert len(won) == 1
    assert sum(isinstance(result, StaleCase) for result in results) == CROWD - 1
    assert len(decisions) == 1
    assert decisions[0].actor_id == deciders[int(won[0].split()[0])]
    declined = [each.id for each in decisions if each.action is Action.DECLINE]
    assert list(answers) == declined


def test_of_fifty_undoings_one_is_done(in_app: Flask) -> None:
    by_id = make.staff(Role.EDITOR).id
    case = make.case(CaseStatus.DECLINED, by=db.session.get_one(Staff, by_id))
    case_id, seen = case.id, case.version

    def take_back(_number: int) -> str:
        undo.undo(case_id, seen=seen, by=db.session.get_one(Staff, by_id), at=make.NOW)
        return "undone"

    results = at_once(in_app, CROWD, take_back)

    assert results.count("undone") == 1
    assert sum(isinstance(result, Conflict) for result in results) == CROWD - 1
    assert db.session.get_one(Case, case_id).status is CaseStatus.IN_REVIEW


def test_of_many_who_split_a_report_off_one_does(in_app: Flask) -> None:
    on = make.article()
    case = make.case(on=on)
    second = make.report(on, same_as=case.reference).reference
    case_id, seen, by_id = case.id, case.version, make.staff().id

    def split(_number: int) -> str:
        by = db.session.get_one(Staff, by_id)
        return grouping.split(case_id, seen=seen, by=by, at=make.NOW, report=second)

    results = at_once(in_app, 10, split)

    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 9
    assert db.session.scalar(select(func.count(Case.id))) == 2


@pytest.mark.parametrize("_round", range(3))
def test_readers_who_join_a_case_that_is_merged_wait_for_nobody(in_app: Flask, _round: int) -> None:
    on = make.article()
    on_id, by_id = on.id, make.staff().id
    root = make.case(on=on)
    later = make.case(on=on)
    pair = [(later.id, later.reference), (root.id, root.reference)]

    def act(number: int) -> str:
        case_id, reference = pair[number % 2]
        if number < 2:
            by = db.session.get_one(Staff, by_id)
            into = pair[1 - number][1]
            cases.merge(case_id, seen=1, by=by, at=make.NOW, into=into)
            return "merged"
        return make.token(db.session.get_one(Article, on_id), same_as=reference)

    results = at_once(in_app, 12, act)

    strange = [each for each in results if not isinstance(each, str | DeskError)]
    assert strange == []  # such as an OperationalError, which says that two waited for each other
    assert results.count("merged") == 1
    refused = sum(isinstance(each, DeskError) for each in results)
    assert db.session.scalar(select(func.count(Report.id))) == 2 + 11 - refused


@pytest.mark.parametrize("_round", range(3))
def test_a_reader_and_the_desk_on_one_case_wait_for_nobody(in_app: Flask, _round: int) -> None:
    link = make.token(email="reader@mail.example")
    case = make.case_with(link, CaseStatus.RECEIVED)
    case_id, by_id = case.id, make.staff().id

    def act(number: int) -> str:
        by = db.session.get_one(Staff, by_id)
        if number % 3 == 0:
            private_links.add(link, at=make.NOW, text=f"One more thing, {number}.")
        elif number % 3 == 1:
            private_links.erase(link, at=make.NOW)
        else:
            cases.ask(case_id, seen=1, by=by, at=make.NOW, question="Where?")
        return "done"

    results = at_once(in_app, 9, act)

    assert [each for each in results if not isinstance(each, str | DeskError)] == []


def test_ten_publishers_at_once_leave_no_gap_in_the_log(in_app: Flask) -> None:
    by = make.staff(Role.EDITOR)
    agreed = [make.case(CaseStatus.AGREED, by=by).id for _ in range(10)]
    by_id = by.id

    def publish(number: int) -> int:
        case = db.session.get_one(Case, agreed[number])
        return make.publish(case, by=db.session.get_one(Staff, by_id))

    numbers = at_once(in_app, 10, publish)

    assert set(numbers) == set(range(1, 11))
    stored = db.session.scalars(select(Correction.number).order_by(Correction.id)).all()
    assert stored == list(range(1, 11))


def test_ten_changes_of_one_article_at_once_are_one(in_app: Flask) -> None:
    article_id = make.article().id

    def declare(_number: int) -> int:
        return make.correction(db.session.get_one(Article, article_id), seen_version=1)

    results = at_once(in_app, 10, declare)

    assert sum(result == 1 for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 9
    assert db.session.get_one(Article, article_id).latest_number == 2


def test_two_merges_crosswise_do_not_wait_for_each_other(
    in_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*args: Any, **options: Any) -> Case:
        found = lock_case(*args, **options)
        time.sleep(0.1)  # so that each holds its first case before it wants its second
        return found

    monkeypatch.setattr(_steps, "lock_case", slowly)
    on, by_id = make.article(), make.staff().id
    pair = [make.case(on=on), make.case(on=on)]
    ids, references = [case.id for case in pair], [case.reference for case in pair]

    def merge(number: int) -> str:
        by = db.session.get_one(Staff, by_id)
        into = references[1 - number]
        cases.merge(ids[number], seen=1, by=by, at=make.NOW, into=into)
        return into

    results = at_once(in_app, 2, merge)

    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, DeskError) for result in results) == 1
    statuses = sorted(db.session.scalars(select(Case.status)))
    assert statuses == [CaseStatus.MERGED, CaseStatus.RECEIVED]


def test_a_reader_who_withdraws_while_cases_are_merged_is_heard(in_app: Flask) -> None:
    link = make.token()
    merged = make.case_with(link, CaseStatus.MERGED)
    merged_id, root_id = merged.id, merged.merged_into_id
    third = make.case(on=db.session.get_one(Article, merged.article_id)).reference
    by_id = make.staff().id

    def act(number: int) -> str:
        if number == 0:
            private_links.withdraw(link, at=make.NOW)
            return "withdrawn"
        by = db.session.get_one(Staff, by_id)
        into = third if number % 2 else f"C-{merged_id:04d}"
        cases.merge(root_id or 0, seen=1, by=by, at=make.NOW, into=into)
        return "merged"

    results = at_once(in_app, 6, act)

    assert results[0] == "withdrawn"
    assert all(isinstance(result, DeskError) for result in results[1:])


@pytest.mark.parametrize("_round", range(3))
def test_two_admins_who_shut_each_other_out_do_not_both_succeed(in_app: Flask, _round: int) -> None:
    admins = [make.staff(Role.ADMIN).id for _ in range(2)]

    def disable(number: int) -> None:
        staff.disable(admins[1 - number], by=admins[number], at=make.NOW)

    results = at_once(in_app, 2, disable)

    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, DeskError) for result in results) == 1
    assert db.session.scalar(select(func.count()).where(Staff.is_disabled.is_(False))) == 1
