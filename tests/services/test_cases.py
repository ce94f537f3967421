"""What staff do with a case: claiming, asking, deciding, setting aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Article, Case, CaseEvent, Message, MessageKind, Note, Staff
from app.rules.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases, private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

HALF_AN_HOUR = timedelta(minutes=30)
AUTHOR = "Noor Salleh"  # the byline of make.article()


def _ask(case: Case, by: Staff) -> None:
    cases.ask(case.id, seen=case.version, by=by, at=make.NOW, question="Where was that?")


def _agree(case: Case, by: Staff) -> None:
    cases.agree(case.id, seen=case.version, by=by, at=make.NOW)


def _decline(case: Case, by: Staff, reason: DeclineReason = DeclineReason.OPINION) -> None:
    words = "We found it right."
    cases.decline(case.id, seen=case.version, by=by, at=make.NOW, reason=reason, explanation=words)


def _merge(case: Case, by: Staff) -> None:
    root = make.case(on=db.session.get_one(Article, case.article_id))
    cases.merge(case.id, seen=case.version, by=by, at=make.NOW, into=root.reference)


def _quarantine(case: Case, by: Staff) -> None:
    cases.quarantine(case.id, seen=case.version, by=by, at=make.NOW, reason="A shop.")


DECISIONS = [_ask, _agree, _decline, _merge, _quarantine]


def _events(case: Case) -> list[CaseEvent]:
    return list(
        db.session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        )
    )


# --- claims ---------------------------------------------------------------------------


def test_a_claim_holds_for_half_an_hour() -> None:
    case, by = make.case(), make.staff()

    cases.claim(case.id, seen=case.version, by=by, at=make.NOW)

    assert case.status is CaseStatus.IN_REVIEW
    assert case.claimed_by_id == by.id
    assert case.claimed_until == make.NOW + HALF_AN_HOUR


def test_claiming_ones_own_case_again_renews_the_claim() -> None:
    by = make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=by)

    cases.claim(case.id, seen=case.version, by=by, at=make.NOW + timedelta(minutes=20))

    assert case.claimed_until == make.NOW + timedelta(minutes=50)


def test_work_on_ones_own_case_renews_the_claim() -> None:
    by = make.staff(Role.EDITOR)
    case = make.case(CaseStatus.IN_REVIEW, by=by)

    cases.agree(case.id, seen=case.version, by=by, at=make.NOW + timedelta(minutes=20))

    assert case.claimed_until == make.NOW + timedelta(minutes=50)


@pytest.mark.parametrize("minutes", [0, 29])
def test_taking_a_case_over_needs_a_reason(minutes: int) -> None:
    case, other = make.case(CaseStatus.IN_REVIEW), make.staff()
    holder, at = case.claimed_by_id, make.NOW + timedelta(minutes=minutes)

    with pytest.raises(InvalidInput) as refused:
        cases.claim(case.id, seen=case.version, by=other, at=at)

    assert refused.value.field == "why"
    assert case.claimed_by_id == holder


def test_taking_a_case_over_with_a_reason_is_recorded() -> None:
    case, other = make.case(CaseStatus.IN_REVIEW), make.staff()

    cases.claim(case.id, seen=case.version, by=other, at=make.NOW, reason="Mona is ill")

    assert case.claimed_by_id == other.id
    assert _events(case)[-1].reason == "Mona is ill"
    assert _events(case)[-1].actor_id == other.id


def test_a_claim_is_over_after_half_an_hour() -> None:
    case, other = make.case(CaseStatus.IN_REVIEW), make.staff()

    cases.claim(case.id, seen=case.version, by=other, at=make.NOW + HALF_AN_HOUR)

    assert case.claimed_by_id == other.id


def test_a_released_case_is_anybodys() -> None:
    by, other = make.staff(), make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=by)

    cases.release(case.id, seen=case.version, by=by, at=make.NOW)

    assert (case.claimed_by_id, case.claimed_until) == (None, None)
    assert case.status is CaseStatus.IN_REVIEW
    cases.claim(case.id, seen=case.version, by=other, at=make.NOW)


def test_nobody_releases_anothers_case() -> None:
    case, other = make.case(CaseStatus.IN_REVIEW), make.staff()

    with pytest.raises(Conflict, match="not claimed by you"):
        cases.release(case.id, seen=case.version, by=other, at=make.NOW)

    assert case.claimed_by_id is not None


@pytest.mark.parametrize("decide", DECISIONS)
def test_nobody_decides_on_a_case_that_another_has_claimed(
    decide: Callable[[Case, Staff], None],
) -> None:
    case, other = make.case(CaseStatus.IN_REVIEW), make.staff(Role.EDITOR)

    with pytest.raises(Conflict, match="claimed"):
        decide(case, other)

    assert case.status is CaseStatus.IN_REVIEW


# --- questions ------------------------------------------------------------------------


def test_every_reader_who_reported_the_case_is_asked() -> None:
    on, by = make.article(), make.staff(Role.EDITOR)
    root, merged = make.case(on=on), make.case(on=on)
    cases.merge(merged.id, seen=1, by=by, at=make.NOW, into=root.reference)

    _ask(root, by)

    asked = db.session.scalars(select(Message)).all()
    assert len(asked) == 2
    assert {message.kind for message in asked} == {MessageKind.QUESTION}
    assert {message.author_id for message in asked} == {by.id}
    assert root.status is CaseStatus.WAITING_READER
    assert root.waiting_since == make.NOW


def test_who_withdrew_is_not_asked() -> None:
    on, by = make.article(), make.staff(Role.EDITOR)
    link = make.token(on)
    root = make.case(on=on)
    merged = db.session.get_one(Case, make.report_with(link).case_id)
    cases.merge(merged.id, seen=1, by=by, at=make.NOW, into=root.reference)
    private_links.withdraw(link, at=make.NOW)

    _ask(db.session.get_one(Case, root.id), by)

    asked = db.session.scalars(select(Message.report_id)).all()
    assert asked != [make.report_with(link).id]
    assert len(asked) == 1


def test_an_answer_puts_the_case_back_in_review() -> None:
    link = make.token()
    case = make.case_with(link, CaseStatus.WAITING_READER)

    private_links.answer(link, at=make.NOW + timedelta(days=1), text="On page 12.")

    assert case.status is CaseStatus.IN_REVIEW
    assert case.waiting_since is None
    said = db.session.scalars(select(Message).where(Message.kind == MessageKind.ANSWER)).one()
    assert (said.text, said.author_id) == ("On page 12.", None)
    assert _events(case)[-1].actor_id is None


def test_a_reader_has_14_days_to_answer() -> None:
    by = make.staff()
    case = make.case(CaseStatus.WAITING_READER, by=by)
    almost = make.NOW + timedelta(days=14, seconds=-1)

    with pytest.raises(Conflict, match="14 days"):
        cases.resume(case.id, seen=case.version, by=by, at=almost)

    assert case.status is CaseStatus.WAITING_READER


def test_after_14_days_the_desk_goes_on_without_an_answer() -> None:
    by = make.staff()
    case = make.case(CaseStatus.WAITING_READER, by=by)

    cases.resume(case.id, seen=case.version, by=by, at=make.NOW + timedelta(days=14))

    assert case.status is CaseStatus.IN_REVIEW


# --- decisions ------------------------------------------------------------------------


def test_who_agreed_is_remembered() -> None:
    case, by = make.case(), make.staff()

    _agree(case, by)

    assert case.status is CaseStatus.AGREED
    assert case.agreed_by_id == by.id


def test_a_declined_case_says_why_to_whom_and_by_whom() -> None:
    case, by = make.case(), make.staff()

    _decline(case, by)

    assert case.decline_reason is DeclineReason.OPINION
    assert (case.decided_by_id, case.decided_at) == (by.id, make.NOW)
    assert case.claimed_by_id is None
    assert _events(case)[-1].explanation == "We found it right."
    assert _events(case)[-1].reason == "opinion"


@pytest.mark.parametrize("reason", [reason for reason in DeclineReason if reason.requires])
def test_some_reasons_have_to_say_more(reason: DeclineReason) -> None:
    case, by = make.case(), make.staff()

    with pytest.raises(InvalidInput) as refused:
        _decline(case, by, reason)

    assert refused.value.field == "detail"
    assert reason.requires in refused.value.message
    assert case.status is CaseStatus.RECEIVED


@pytest.mark.parametrize("reason", [reason for reason in DeclineReason if not reason.requires])
def test_the_other_reasons_speak_for_themselves(reason: DeclineReason) -> None:
    case, by = make.case(), make.staff()

    _decline(case, by, reason)

    assert case.decline_reason is reason


@pytest.mark.parametrize("detail", ["99", "0", "-1", "١", "1 ", "one", "9" * 40, "1\x00"])
def test_already_corrected_names_an_entry_that_exists(detail: str) -> None:
    make.correction()
    case, by = make.case(), make.staff()

    with pytest.raises(InvalidInput, match="no entry with this number"):
        cases.decline(
            case.id,
            seen=case.version,
            by=by,
            at=make.NOW,
            reason=DeclineReason.ALREADY_CORRECTED,
            explanation="It was put right last week.",
            detail=detail,
        )

    assert case.status is CaseStatus.RECEIVED


def test_already_corrected_keeps_the_number_of_the_entry() -> None:
    number = make.correction()
    case, by = make.case(), make.staff()

    cases.decline(
        case.id,
        seen=case.version,
        by=by,
        at=make.NOW,
        reason=DeclineReason.ALREADY_CORRECTED,
        explanation="It was put right last week.",
        detail=str(number),
    )

    assert _events(case)[-1].reason == f"already_corrected: {number}"


@pytest.mark.parametrize("name", [AUTHOR, "NOOR SALLEH"])
@pytest.mark.parametrize("decide", DECISIONS)
def test_the_author_of_the_article_does_not_decide(
    decide: Callable[[Case, Staff], None], name: str
) -> None:
    case, author = make.case(), make.staff(Role.EDITOR, name=name)

    with pytest.raises(NotAllowed, match="You wrote this article"):
        decide(case, author)

    assert case.status is CaseStatus.RECEIVED


def test_the_author_of_the_article_may_comment() -> None:
    case, author = make.case(), make.staff(Role.EDITOR, name=AUTHOR)

    cases.note(case.id, by=author, at=make.NOW, text="My notebook says 1964.")

    assert db.session.scalars(select(Note.text)).all() == ["My notebook says 1964."]


def test_the_author_does_not_publish_either() -> None:
    case, author = make.case(CaseStatus.AGREED), make.staff(Role.EDITOR, name=AUTHOR)
    later = make.NOW + HALF_AN_HOUR

    with pytest.raises(NotAllowed, match="You wrote this article"):
        make.publish(case, by=author, at=later)

    assert case.status is CaseStatus.AGREED


def test_with_two_pairs_of_eyes_who_agreed_does_not_publish(in_app: Flask) -> None:
    in_app.config["TWO_PAIRS_OF_EYES"] = True
    first, second = make.staff(Role.EDITOR), make.staff(Role.EDITOR)
    case = make.case(CaseStatus.AGREED, by=first)
    assert case.claimed_by_id is None

    cases.claim(case.id, seen=case.version, by=first, at=make.NOW)
    with pytest.raises(NotAllowed, match="somebody else"):
        make.publish(case, by=first)

    cases.release(case.id, seen=case.version, by=first, at=make.NOW)
    make.publish(case, by=second)
    assert case.status is CaseStatus.CORRECTED


# --- setting aside, and looking again ---------------------------------------------------


def test_a_case_in_quarantine_can_be_restored() -> None:
    by = make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=by)
    _quarantine(case, by)
    assert case.claimed_by_id is None

    cases.restore(case.id, seen=case.version, by=by, at=make.NOW)

    assert case.status is CaseStatus.RECEIVED
    assert [event.reason for event in _events(case)][1:] == ["A shop.", ""]


def test_a_decided_case_is_looked_at_again_with_a_reason() -> None:
    case, by = make.case(CaseStatus.DECLINED), make.staff()

    cases.reopen(case.id, seen=case.version, by=by, at=make.NOW, reason="The source moved")

    assert case.status is CaseStatus.IN_REVIEW
    assert case.decline_reason is None
    assert case.claimed_by_id == by.id
    assert _events(case)[-1].reason == "The source moved"


def test_a_note_on_a_case_that_is_not_there_is_refused() -> None:
    by = make.staff()

    with pytest.raises(NotFound):
        cases.note(4711, by=by, at=make.NOW, text="Where?")


def test_a_case_that_is_not_there_cannot_be_claimed() -> None:
    by = make.staff()

    with pytest.raises(NotFound):
        cases.claim(4711, seen=1, by=by, at=make.NOW)
