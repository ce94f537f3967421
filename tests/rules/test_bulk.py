"""What may be done to many cases at once, and what has to be looked at one by one."""

from __future__ import annotations

from itertools import product

import pytest

from app.rules.bulk import BulkAction
from app.rules.kinds import ProblemKind
from app.rules.workflow import OPEN, CaseStatus

EVERY = list(product(CaseStatus, ProblemKind))


@pytest.mark.parametrize("action", [BulkAction.CLAIM, BulkAction.ASSIGN])
def test_any_open_case_may_be_handed_out(action: BulkAction) -> None:
    permitted = {pair for pair in EVERY if not action.refusal(*pair)}

    assert permitted == set(product(OPEN, ProblemKind))


@pytest.mark.parametrize("action", [BulkAction.AGREE, BulkAction.DECLINE])
def test_only_open_typos_may_be_decided_together(action: BulkAction) -> None:
    permitted = {pair for pair in EVERY if not action.refusal(*pair)}

    assert permitted == set(product(OPEN, [ProblemKind.TYPO]))


@pytest.mark.parametrize("action", [BulkAction.RESTORE, BulkAction.REJECT])
def test_only_what_is_in_quarantine_may_be_dealt_with_there(action: BulkAction) -> None:
    permitted = {pair for pair in EVERY if not action.refusal(*pair)}

    assert permitted == set(product([CaseStatus.QUARANTINED], ProblemKind))
