"""A case goes only where the table says, and never to a place from which nothing leads on."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from app.rules.errors import Conflict
from app.rules.workflow import (
    CLAIM_HOLDS,
    DECIDED,
    OPEN,
    READER_HAS,
    TRANSITIONS,
    UNDO_HOLDS,
    UNDOABLE,
    Action,
    CaseStatus,
    actions_from,
    is_claiming,
    standing,
    status_after,
)

EVERY_PAIR = list(product(CaseStatus, Action))
IN_TABLE = [pair for pair in EVERY_PAIR if pair in TRANSITIONS]
NOT_IN_TABLE = [pair for pair in EVERY_PAIR if pair not in TRANSITIONS]


def reachable(start: CaseStatus) -> set[CaseStatus]:
    """Return every state that some series of actions leads to."""
    seen, waiting = {start}, [start]
    while waiting:
        status = waiting.pop()
        after = {to for (came_from, _), to in TRANSITIONS.items() if came_from is status} - seen
        seen |= after
        waiting += after
    return seen


@pytest.mark.parametrize(("status", "action"), IN_TABLE)
def test_an_action_in_the_table_leads_where_it_says(status: CaseStatus, action: Action) -> None:
    expected = TRANSITIONS[status, action]

    after = status_after(status, action)

    assert after is expected
    assert action in actions_from(status)


@pytest.mark.parametrize(("status", "action"), NOT_IN_TABLE)
def test_an_action_that_is_not_in_the_table_is_refused(status: CaseStatus, action: Action) -> None:
    with pytest.raises(Conflict) as refused:
        status_after(status, action)

    assert refused.value.status == 409
    assert status.label in refused.value.message


@pytest.mark.parametrize("status", CaseStatus)
def test_every_offered_action_can_be_taken_at_once_or_after_claiming(status: CaseStatus) -> None:
    offered = actions_from(status)

    not_direct = {action for action in offered if (status, action) not in TRANSITIONS}

    if not_direct:
        claimed = status_after(status, Action.CLAIM)
        assert all(is_claiming(action) for action in not_direct)
        assert all((claimed, action) in TRANSITIONS for action in not_direct)


def test_whoever_decides_a_new_case_claims_it_on_the_way() -> None:
    offered = actions_from(CaseStatus.RECEIVED)

    assert {Action.AGREE, Action.DECLINE, Action.ASK, Action.MERGE} < offered
    assert Action.PUBLISH not in offered


def test_only_decisions_are_reserved_to_whoever_claimed_the_case() -> None:
    reserved = {action for action in Action if is_claiming(action)}

    assert reserved == {Action.ASK, Action.AGREE, Action.DECLINE, Action.MERGE, Action.PUBLISH}


def test_a_new_case_can_come_into_every_state() -> None:
    assert reachable(CaseStatus.RECEIVED) == set(CaseStatus)


@pytest.mark.parametrize("status", [each for each in CaseStatus if each != "withdrawn"])
def test_from_every_state_but_withdrawn_a_case_can_still_be_corrected(status: CaseStatus) -> None:
    assert CaseStatus.CORRECTED in reachable(status)


def test_what_a_reader_withdrew_stays_withdrawn() -> None:
    assert actions_from(CaseStatus.WITHDRAWN) == frozenset()


def test_the_straight_way_leads_from_received_to_corrected() -> None:
    status = CaseStatus.RECEIVED

    for action in (Action.CLAIM, Action.AGREE, Action.PUBLISH):
        status = status_after(status, action)

    assert status is CaseStatus.CORRECTED


@pytest.mark.parametrize("action", [Action.APPEAL, Action.REOPEN])
@pytest.mark.parametrize("status", [CaseStatus.CORRECTED, CaseStatus.DECLINED])
def test_a_decision_goes_back_to_review_by_appeal_or_by_staff(
    status: CaseStatus, action: Action
) -> None:
    assert status_after(status, action) is CaseStatus.IN_REVIEW


@pytest.mark.parametrize("status", [each for each in CaseStatus if each not in DECIDED])
def test_nothing_but_a_decision_can_be_appealed(status: CaseStatus) -> None:
    assert Action.APPEAL not in actions_from(status)


@pytest.mark.parametrize("action", [Action.ANSWER, Action.RESUME])
def test_a_question_ends_with_the_answer_or_with_time(action: Action) -> None:
    waiting = status_after(CaseStatus.IN_REVIEW, Action.ASK)

    assert waiting is CaseStatus.WAITING_READER
    assert status_after(waiting, action) is CaseStatus.IN_REVIEW


def test_time_closes_nothing() -> None:
    by_time = {to for (_, action), to in TRANSITIONS.items() if action is Action.RESUME}

    assert by_time <= OPEN


def test_the_reader_has_fourteen_days_and_a_claim_holds_half_an_hour() -> None:
    assert timedelta(days=14) == READER_HAS
    assert timedelta(minutes=30) == CLAIM_HOLDS


def test_unmerging_puts_a_case_back_to_work() -> None:
    assert actions_from(CaseStatus.MERGED) == {Action.UNMERGE}
    assert status_after(CaseStatus.MERGED, Action.UNMERGE) is CaseStatus.IN_REVIEW


def test_only_a_case_in_review_can_be_merged_so_that_there_are_no_chains() -> None:
    from_where = {status for status, action in TRANSITIONS if action is Action.MERGE}

    assert from_where == {CaseStatus.IN_REVIEW}


def test_nothing_is_published_that_was_not_agreed() -> None:
    from_where = {status for status, action in TRANSITIONS if action is Action.PUBLISH}

    assert from_where == {CaseStatus.AGREED}


@pytest.mark.parametrize("status", CaseStatus)
def test_claiming_and_releasing_decide_nothing(status: CaseStatus) -> None:
    claimed = TRANSITIONS.get((status, Action.CLAIM), status)
    released = TRANSITIONS.get((status, Action.RELEASE), status)

    assert claimed in {status, CaseStatus.IN_REVIEW}
    assert released is status


def test_what_is_quarantined_comes_back_as_new() -> None:
    assert status_after(CaseStatus.QUARANTINED, Action.RESTORE) is CaseStatus.RECEIVED


def test_open_and_decided_states_are_not_the_same() -> None:
    aside = {CaseStatus.MERGED, CaseStatus.WITHDRAWN, CaseStatus.QUARANTINED}

    assert not OPEN & DECIDED
    assert OPEN | DECIDED | aside == set(CaseStatus)


def test_every_state_has_a_name_of_its_own() -> None:
    names = [status.label for status in CaseStatus]

    assert len(set(names)) == len(CaseStatus)
    assert all(name[0].isupper() for name in names)


@pytest.mark.parametrize(
    ("actions", "stand"),
    [
        ([], []),
        ([Action.CLAIM, Action.DECLINE], [0, 1]),
        ([Action.CLAIM, Action.DECLINE, Action.UNDO], [0]),
        ([Action.CLAIM, Action.DECLINE, Action.UNDO, Action.AGREE, Action.UNDO], [0]),
        ([Action.CLAIM, Action.DECLINE, Action.RELATE, Action.UNDO], [0, 2]),
        ([Action.AGREE, Action.UNDO, Action.DECLINE], [2]),
    ],
)
def test_what_was_undone_does_not_stand(actions: list[Action], stand: list[int]) -> None:
    assert standing(actions) == stand


def test_undoing_stands_in_no_table() -> None:
    assert all(action is not Action.UNDO for _, action in TRANSITIONS)
    assert Action.PUBLISH not in UNDOABLE
    assert Action.ASK not in UNDOABLE
    assert timedelta(seconds=30) == UNDO_HOLDS


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("action", [Action.SPLIT, Action.RELATE, Action.UNRELATE])
def test_sorting_reports_and_cases_moves_no_case(status: CaseStatus, action: Action) -> None:
    assert TRANSITIONS.get((status, action), status) is status
