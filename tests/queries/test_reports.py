"""Reading a report by its private link: what its reader may know, and what is open to them."""

from __future__ import annotations

import pytest

from app.queries import reports
from app.rules.errors import NotFound
from app.rules.workflow import CaseStatus
from app.services import private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

_S = CaseStatus


@pytest.mark.parametrize("status", CaseStatus)
def test_a_reader_may_do_what_the_state_permits(status: CaseStatus) -> None:
    token = make.token()
    make.case_with(token, status)

    page = reports.with_token(token)

    undecided = {_S.RECEIVED, _S.IN_REVIEW, _S.WAITING_READER, _S.MERGED, _S.QUARANTINED}
    assert page.can_withdraw == (status in undecided)
    assert page.can_appeal == (status in {_S.CORRECTED, _S.DECLINED})
    assert (page.question is not None) == (status is _S.WAITING_READER)
    assert (page.decision is not None) == (status in {_S.CORRECTED, _S.DECLINED})


def test_the_page_offers_only_what_the_service_does() -> None:
    for status in CaseStatus:
        token = make.token()
        make.case_with(token, status)

        if reports.with_token(token).can_withdraw:
            private_links.withdraw(token, at=make.NOW)

            assert reports.with_token(token).report.withdrawn_at == make.NOW


def test_after_the_one_appeal_there_is_no_other() -> None:
    token = make.token()
    make.case_with(token, CaseStatus.DECLINED)

    private_links.appeal(token, at=make.NOW, text="See page 12.")

    page = reports.with_token(token)
    assert not page.can_appeal
    assert page.decision is None
    assert [message.text for message in page.messages] == ["See page 12."]


def test_who_withdrew_is_asked_nothing() -> None:
    token = make.token()
    make.case_with(token, CaseStatus.WAITING_READER)

    private_links.withdraw(token, at=make.NOW)

    assert reports.with_token(token).question is None


def test_a_reader_sees_the_question_and_what_they_answered() -> None:
    token = make.token()
    make.case_with(token, CaseStatus.WAITING_READER)
    question = reports.with_token(token).question

    private_links.answer(token, at=make.NOW, text="In the yearbook.")

    page = reports.with_token(token)
    assert question is not None
    assert question.text == "Where did you read that?"
    assert page.question is None
    assert [message.text for message in page.messages][1] == "In the yearbook."


@pytest.mark.parametrize("token", ["", "0" * 26, "../../etc", "\N{BOMB}"])
def test_another_link_opens_nothing(token: str) -> None:
    make.token()

    with pytest.raises(NotFound):
        reports.with_token(token)


def test_a_reader_sees_nothing_that_another_reader_wrote() -> None:
    mine, other = make.token(), make.token()
    make.case_with(other, CaseStatus.WAITING_READER)
    private_links.answer(other, at=make.NOW, text="This is mine alone.")

    page = reports.with_token(mine)

    assert page.messages == []
    assert page.report.id == make.report_with(mine).id
