"""The outbox: a letter is owed with what causes it, taken by one worker, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, insert, select, update

from app.clock import now
from app.extensions import db
from app.models import Article, Case, DeliveryState, Letter, LetterKind, Report, Throttle
from app.queries import letters
from app.queries.letters import Place
from app.rules.errors import Conflict, NotFound
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases, outbox, private_links
from app.services._letters import UNASKED_A_DAY, owe_reader
from app.services.outbox import Held
from app.services.transaction import transaction
from app.tokens import keyed_hash
from tests import make
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

CAP = int(UNASKED_A_DAY.split()[0])

EMAIL = "reader@example.org"
LATER = make.NOW + timedelta(hours=1)


def kinds(*, email: str = EMAIL) -> list[LetterKind]:
    """Return the kinds of letters that are owed to a reader, in the order in which they are."""
    db.session.rollback()
    owed = (
        select(Letter.kind)
        .join(Report, Report.id == Letter.report_id)
        .where(Report.reporter_email == email)
        .order_by(Letter.id)
    )
    return list(db.session.scalars(owed))


def the_letter() -> Letter:
    """Return the one letter there is."""
    db.session.rollback()
    return db.session.scalars(select(Letter)).one()


def taken() -> Held:
    """Owe a letter and take it."""
    make.report(email=EMAIL)
    return outbox.take(1, at=make.NOW)[0]


def test_a_reader_without_an_address_is_owed_nothing() -> None:
    make.case(CaseStatus.CORRECTED)

    assert db.session.scalars(select(Letter)).all() == []


def test_each_step_that_a_reader_should_hear_of_owes_a_letter() -> None:
    by = make.staff(Role.EDITOR)
    link = make.token(email=EMAIL)
    make.case_with(link, CaseStatus.WAITING_READER, by=by)
    private_links.answer(link, at=make.NOW, text="In the archive.")
    make.case_with(link, CaseStatus.DECLINED, by=by)
    private_links.appeal(link, at=make.NOW, text="I have a photograph.")
    make.case_with(link, CaseStatus.CORRECTED, by=make.staff(Role.EDITOR))

    assert kinds() == [
        LetterKind.RECEIVED,
        LetterKind.QUESTION,
        LetterKind.DECISION,
        LetterKind.APPEAL,
        LetterKind.CORRECTION,
    ]


def test_a_correction_owes_a_letter_to_readers_of_merged_cases_too() -> None:
    by = make.staff(Role.EDITOR)
    root_id = make.case(CaseStatus.MERGED, by=by, email=EMAIL).merged_into_id
    root = db.session.get_one(Case, root_id)
    cases.agree(root.id, seen=root.version, by=by, at=make.NOW)

    make.publish(db.session.get_one(Case, root_id, populate_existing=True), by=by)

    assert kinds() == [LetterKind.RECEIVED, LetterKind.CORRECTION]


def test_what_is_rolled_back_owes_nothing() -> None:
    number = make.report(email=EMAIL).id
    before = kinds()

    with pytest.raises(ZeroDivisionError):
        _owe_and_fail(number)

    assert kinds() == before


def _owe_and_fail(report_id: int) -> None:
    with transaction() as session:
        report = session.get_one(Report, report_id)
        owe_reader(session, report, LetterKind.RECEIVED, make.NOW)
        session.flush()
        raise ZeroDivisionError


def test_a_report_from_before_there_were_mails_gets_its_link_with_its_first_letter() -> None:
    by = make.staff(Role.EDITOR)
    link = make.token(email=EMAIL)
    with transaction() as session:
        session.execute(update(Report).values(mail_token_hash=None))

    make.case_with(link, CaseStatus.WAITING_READER, by=by)

    report = make.report_with(link)
    assert report.mail_token_hash == keyed_hash("report token", letters.mail_token(report))


def test_a_letter_is_taken_by_one_worker_only() -> None:
    held = taken()

    assert outbox.take(9, at=make.NOW) == []
    assert held.until == make.NOW + outbox.HOLDS
    assert the_letter().tries == 1


def test_what_a_worker_that_died_held_is_free_when_its_time_is_over() -> None:
    held = taken()

    again = outbox.take(9, at=make.NOW + outbox.HOLDS)

    assert [each.id for each in again] == [held.id]
    assert the_letter().tries == 2


def test_four_workers_take_three_hundred_letters_once_each(in_app: Flask) -> None:
    report_id = make.report().id
    with transaction() as session:
        letter = {
            "kind": LetterKind.QUESTION,
            "state": DeliveryState.WAITING,
            "report_id": report_id,
            "created_at": make.NOW,
            "next_try_at": make.NOW,
        }
        session.execute(insert(Letter), [letter] * 300)

    def work(number: int) -> list[int]:
        done = []
        while held := outbox.take(1 + number, at=make.NOW):
            for each in held:
                assert outbox.delivered(each, at=make.NOW)
                done.append(each.id)
        return done

    results = at_once(in_app, 4, work)

    assert not [result for result in results if isinstance(result, Exception)]
    every = [number for result in results if isinstance(result, list) for number in result]
    assert len(every) == len(set(every)) == 300
    assert letters.numbers() == {
        DeliveryState.PARKED: 0,
        DeliveryState.WAITING: 0,
        DeliveryState.DELIVERED: 300,
    }


def test_a_failure_is_tried_again_later_and_later_and_then_parked() -> None:
    make.report(email=EMAIL)
    at, waits = make.NOW, []
    while the_letter().state is DeliveryState.WAITING:
        held = outbox.take(1, at=at)[0]
        outbox.failed(held, at=at, problem="no answer", is_final=False)
        waits.append(the_letter().next_try_at - at)
        at = the_letter().next_try_at

    assert waits[:-1] == sorted(waits[:-1])
    assert len(waits) == 8
    assert timedelta(minutes=1) <= waits[0] <= timedelta(minutes=1, seconds=15)
    assert the_letter().state is DeliveryState.PARKED
    assert the_letter().problem == "no answer"


def test_a_failure_for_good_is_parked_at_once() -> None:
    outbox.failed(taken(), at=make.NOW, problem="refused", is_final=True)

    assert the_letter().state is DeliveryState.PARKED
    assert outbox.take(1, at=LATER) == []


def test_a_worker_that_was_too_slow_has_no_say_any_more() -> None:
    slow = taken()
    outbox.take(1, at=LATER)

    outbox.failed(slow, at=LATER, problem="no answer", is_final=True)

    assert the_letter().state is DeliveryState.WAITING
    assert the_letter().problem == ""


def test_a_long_problem_is_cut() -> None:
    outbox.failed(taken(), at=make.NOW, problem="x" * 500, is_final=True)

    assert the_letter().problem == "x" * 200


def test_a_parked_letter_is_sent_again_from_the_beginning() -> None:
    held = taken()
    outbox.failed(held, at=make.NOW, problem="refused", is_final=True)

    outbox.resend(held.id, at=LATER)

    assert [each.id for each in outbox.take(1, at=LATER)] == [held.id]
    assert the_letter().tries == 1


@pytest.mark.parametrize("state", ["waiting", "delivered"])
def test_only_a_parked_letter_can_be_sent_again(state: str) -> None:
    held = taken()
    if state == "delivered":
        outbox.delivered(held, at=make.NOW)

    with pytest.raises(Conflict, match="Only a parked letter"):
        outbox.resend(held.id, at=LATER)

    assert the_letter().state.value == state


def test_what_is_not_there_can_neither_be_sent_again_nor_noted() -> None:
    nothing = Held(404, make.NOW)

    with pytest.raises(NotFound):
        outbox.resend(nothing.id, at=LATER)
    outbox.failed(nothing, at=LATER, problem="refused", is_final=True)
    outbox.drop(nothing)

    assert not outbox.delivered(nothing, at=LATER)


def test_a_letter_that_is_dropped_is_gone() -> None:
    outbox.drop(taken())

    assert db.session.scalars(select(Letter)).all() == []


def test_nobody_can_bomb_somebody_elses_address() -> None:
    on = make.article()
    spellings = [EMAIL, "READER@example.org", "reader+1@example.org", "rea.der@EXAMPLE.org"]
    for number in range(CAP + 5):
        make.report(on, email=spellings[number % 4], problem=f"Wrong, for the {number}th time.")

    assert db.session.scalar(select(func.count(Report.id))) == CAP + 5
    assert db.session.scalar(select(func.count(Letter.id))) == CAP


def test_erasing_what_was_sent_does_not_make_room_for_more() -> None:
    on = make.article()
    for number in range(CAP):
        link = make.token(on, email=EMAIL, problem=f"Wrong, for the {number}th time.")
        private_links.erase(link, at=make.NOW)

    make.report(on, email=EMAIL)

    assert kinds() == []


def test_the_cap_holds_in_a_crowd(in_app: Flask) -> None:
    article_id = make.article().id

    def send(number: int) -> None:
        for turn in range(3):
            on = db.session.get_one(Article, article_id)
            make.report(on, email=EMAIL, problem=f"Person {number}, turn {turn}.")

    results = at_once(in_app, 6, send)

    assert results == [None] * 6
    assert len(kinds()) == CAP


def test_the_next_day_an_address_gets_letters_again_and_answers_are_never_capped() -> None:
    on, by = make.article(), make.staff(Role.EDITOR)
    for number in range(CAP):
        make.report(on, email=EMAIL, problem=f"Wrong, for the {number}th time.")
    link = make.token(on, email=EMAIL)
    make.case_with(link, CaseStatus.WAITING_READER, by=by)

    with time_machine.travel(now() + timedelta(days=1, seconds=1)):
        make.report(on, email=EMAIL, problem="The next day.")

    counted = kinds()
    assert counted.count(LetterKind.RECEIVED) == CAP + 1
    assert counted.count(LetterKind.QUESTION) == 1


def test_the_cap_knows_no_address() -> None:
    make.report(email=EMAIL)

    keys = db.session.scalars(select(Throttle.key)).all()

    assert len(keys) == 1
    assert "reader" not in keys[0]


def test_the_setting_for_measurements_lifts_the_cap(in_app: Flask) -> None:
    in_app.config["RATELIMIT_ENABLED"] = False
    on = make.article()

    for number in range(CAP + 1):
        make.report(on, email=EMAIL, problem=f"Wrong, for the {number}th time.")

    assert len(kinds()) == CAP + 1


def test_the_list_begins_with_what_is_stuck_and_goes_on_page_by_page() -> None:
    on = make.article()
    for number in range(6):
        at = make.NOW + timedelta(minutes=number)
        make.report(on, email=f"{number}@example.org", at=at)
    first, second, third, *_ = outbox.take(4, at=LATER)
    outbox.delivered(first, at=LATER)
    outbox.failed(second, at=LATER, problem="refused", is_final=True)
    outbox.delivered(third, at=LATER)

    whole = letters.page(50)
    parts, after = [], None
    while part := letters.page(2, after):
        parts += part
        last = part[-1].letter
        after = Place(last.state, last.next_try_at, last.id)

    assert [row.letter.state.value for row in whole] == [
        "parked",
        *["waiting"] * 3,
        *["delivered"] * 2,
    ]
    assert [row.letter.id for row in parts] == [row.letter.id for row in whole]
    assert whole[0].reference.startswith("R-")
    assert whole[0].case.startswith("C-")
