"""One's own authenticator app and recovery codes: set up with proof, kept sealed, used once."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import RecoveryCode, Staff, StaffSession
from app.queries import second_factor as factors
from app.rules.credentials import Proof
from app.rules.errors import Conflict, InvalidInput, TooMany
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.services import second_factor, sessions, staff
from tests import make
from tests.accounts import PROOF, code, events, is_in, session_of, signed_in, with_app
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

WRONG = Proof("not my password")


def _unused() -> int:
    unused = RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count(RecoveryCode.id)).where(unused)) or 0


def test_an_app_counts_once_it_has_shown_a_code_and_brings_ten_codes() -> None:
    person, secret = make.staff(), second_factor.new_secret()
    here, there = signed_in(person), signed_in(person)
    number = session_of(here).id

    codes = second_factor.add_app(
        person.id, secret, code(secret), PROOF, session_id=number, at=make.NOW
    )

    assert len(set(codes)) == 10
    assert (is_in(here), is_in(there)) == (True, False)
    assert session_of(here).has_second_factor
    assert not sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).is_complete
    assert events()[-2:] == [SecurityEventKind.APP_ADDED, SecurityEventKind.RECOVERY_CODES_MADE]


@pytest.mark.parametrize(
    ("typed", "proof", "field"), [("000000", PROOF, "code"), ("", WRONG, "proof")]
)
def test_without_the_right_code_and_the_password_there_is_no_app(
    typed: str, proof: Proof, field: str
) -> None:
    person, secret = make.staff(), second_factor.new_secret()

    with pytest.raises(InvalidInput) as refused:
        second_factor.add_app(
            person.id, secret, typed or code(secret), proof, session_id=0, at=make.NOW
        )

    assert refused.value.field == field
    assert sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).is_complete


def test_a_second_app_waits_until_the_first_is_removed() -> None:
    person, _secret, _codes = with_app()
    other = second_factor.new_secret()

    with pytest.raises(Conflict, match="already"):
        second_factor.add_app(person.id, other, code(other), PROOF, session_id=0, at=make.NOW)


def test_neither_the_secret_nor_a_code_stands_in_the_database() -> None:
    person, secret, codes = with_app()

    kept = db.session.scalars(select(Staff.totp_secret).where(Staff.id == person.id)).one()
    hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()

    assert kept is not None
    assert secret not in kept
    assert not any(code.encode() in hashed for code in codes for hashed in hashes)


def test_with_another_secret_of_the_site_an_app_opens_nothing(in_app: Flask) -> None:
    person, secret, _codes = with_app()
    in_app.config["SECRET_KEY"] = "another secret, from a careless move"
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token

    with pytest.raises(InvalidInput):
        sessions.complete_with_code(marker, code(secret), at=make.NOW)


def test_removing_the_last_factor_takes_the_codes_along() -> None:
    person, _secret, codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token
    token = sessions.complete_with_code(marker, codes[0], at=make.NOW)

    second_factor.remove_app(person.id, PROOF, at=make.NOW)

    assert not factors.of(person).is_any
    assert db.session.scalar(select(func.count(RecoveryCode.id))) == 0
    assert not session_of(token).has_second_factor
    assert sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).is_complete


@pytest.mark.parametrize("act", [second_factor.remove_app, second_factor.make_codes])
def test_changing_a_factor_takes_the_password_again(act: object) -> None:
    person, _secret, _codes = with_app()
    before = events()

    with pytest.raises(InvalidInput, match="not your present password"):
        act(person.id, WRONG, at=make.NOW)  # type: ignore[operator] # both are called alike

    assert factors.of(person).has_app
    assert _unused() == 10
    assert events() == before


def test_a_session_thief_does_not_guess_the_password_for_long() -> None:
    person, _secret, _codes = with_app()
    for _ in range(10):
        with suppress(InvalidInput):
            second_factor.remove_app(person.id, WRONG, at=make.NOW, sender="a thief")

    with pytest.raises(TooMany):
        second_factor.remove_app(person.id, PROOF, at=make.NOW, sender="a thief")


def test_new_codes_put_the_old_ones_out_of_use() -> None:
    person, _secret, old = with_app()

    new = second_factor.make_codes(person.id, PROOF, at=make.NOW)

    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token
    with pytest.raises(InvalidInput):
        sessions.complete_with_code(marker, old[0], at=make.NOW)
    assert is_in(sessions.complete_with_code(marker, new[0], at=make.NOW))
    assert factors.of(person).codes_left == 9


def test_codes_without_a_factor_are_not_made() -> None:
    person = make.staff()

    with pytest.raises(Conflict):
        second_factor.make_codes(person.id, PROOF, at=make.NOW)


def test_an_admin_removes_what_somebody_has_lost_and_the_audit_says_who() -> None:
    admin = make.staff(Role.ADMIN)
    person, _secret, _codes = with_app()

    staff.reset_second_factor(person.id, by=admin.id, at=make.NOW + timedelta(minutes=1))

    assert sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).is_complete
    assert _unused() == 0
    assert SecurityEventKind.APP_REMOVED in events()
    with pytest.raises(Conflict, match="no second factor"):
        staff.reset_second_factor(person.id, by=admin.id, at=make.NOW)


def test_two_who_set_up_an_app_at_once_set_up_one(in_app: Flask) -> None:
    person = make.staff()
    number, secrets = person.id, [second_factor.new_secret() for _ in range(4)]

    def add(which: int) -> int:
        secret = secrets[which]
        codes = second_factor.add_app(
            number, secret, code(secret), PROOF, session_id=0, at=make.NOW
        )
        return len(codes)

    results = at_once(in_app, 4, add)

    assert sum(result == 10 for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 3
    assert _unused() == 10
    assert db.session.scalar(select(func.count(StaffSession.id))) == 0
