"""Signing in and out: who gets in, by what, for how long, and what the audit says of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import SecurityEvent, StaffSession
from app.queries import staff as staff_queries
from app.rules.credentials import Answer, Visitor
from app.rules.errors import Gone, InvalidInput, NotFound, TooMany
from app.rules.security import SecurityEventKind
from app.services import _audit, _tries, passkeys, sessions, staff
from tests import make
from tests.accounts import (
    BROWSER,
    add_passkey,
    code,
    events,
    is_in,
    last_event,
    session_of,
    signed_in,
    with_app,
)
from tests.authenticator import Authenticator
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

LATER = make.NOW + timedelta(minutes=5)


@pytest.mark.parametrize("password", ["", "wrong horse battery", "x" * 10_000])
def test_a_wrong_password_opens_nothing(password: str) -> None:
    person = make.staff()

    with pytest.raises(InvalidInput):
        sessions.sign_in(person.email, password, at=make.NOW)

    assert db.session.scalar(select(func.count(StaffSession.id))) == 0


def test_an_unknown_address_opens_nothing() -> None:
    make.staff()

    with pytest.raises(InvalidInput, match="address or the password is wrong"):
        sessions.sign_in("nobody@desk.example", make.PASSWORD, at=make.NOW)


def test_signing_out_ends_the_session_and_no_other() -> None:
    person = make.staff()
    here, there = signed_in(person), signed_in(person)

    sessions.sign_out(here, at=make.NOW)

    assert not is_in(here)
    assert is_in(there)


def test_a_session_ends_by_itself(in_app: Flask) -> None:
    in_app.config["SESSION_HOURS"] = 2
    token = signed_in(make.staff())

    almost = staff_queries.session_with(token, make.NOW + timedelta(hours=2, seconds=-1))
    over = staff_queries.session_with(token, make.NOW + timedelta(hours=2))

    assert almost is not None
    assert over is None


def test_sessions_that_are_over_are_cleared_away_at_the_next_sign_in() -> None:
    person = make.staff()
    signed_in(person)

    sessions.sign_in(person.email, make.PASSWORD, at=make.NOW + timedelta(days=2))

    assert db.session.scalar(select(func.count(StaffSession.id))) == 1


def test_a_made_up_session_is_nobodys() -> None:
    signed_in(make.staff())

    assert not is_in("0" * 26)


def test_a_weak_hash_is_renewed_at_sign_in() -> None:
    person = make.staff()
    weak = person.password_hash

    signed_in(person)

    assert person.password_hash != weak
    assert is_in(signed_in(person))


def test_a_session_knows_its_browser_and_when_it_was_used() -> None:
    person = make.staff()
    visitor = Visitor(device="Firefox on Linux")
    token = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW, visitor=visitor).token
    number = session_of(token).id

    sessions.see(number, at=make.NOW + timedelta(seconds=59))
    soon = session_of(token).last_seen_at
    sessions.see(number, at=make.NOW + timedelta(seconds=60))

    assert session_of(token).device == "Firefox on Linux"
    assert soon == make.NOW
    assert session_of(token).last_seen_at == make.NOW + timedelta(seconds=60)


def test_one_session_is_ended_by_its_owner_and_nobody_elses() -> None:
    person, other = make.staff(), make.staff()
    token, others = signed_in(person), signed_in(other)

    with pytest.raises(NotFound):
        sessions.end(session_of(others).id, of=person.id, by=person.id, at=make.NOW)
    sessions.end(session_of(token).id, of=person.id, by=person.id, at=make.NOW)

    assert (is_in(token), is_in(others)) == (False, True)
    assert last_event().kind is SecurityEventKind.SIGNED_OUT


def test_signing_out_everywhere_ends_all_of_ones_sessions_and_no_others() -> None:
    person = make.staff()
    tokens, others = [signed_in(person) for _ in range(3)], signed_in(make.staff())

    sessions.end_all(of=person.id, by=person.id, at=make.NOW)

    assert not any(is_in(token) for token in tokens)
    assert is_in(others)
    assert last_event().kind is SecurityEventKind.SIGNED_OUT_EVERYWHERE


# --- the second factor ----------------------------------------------------------------


def test_with_an_app_the_password_alone_opens_no_session() -> None:
    person, secret, _codes = with_app()
    before = db.session.scalar(select(func.count(StaffSession.id)))

    first = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW)
    waiting = db.session.scalar(select(func.count(StaffSession.id)))
    token = sessions.complete_with_code(first.token, code(secret), at=make.NOW)

    assert not first.is_complete
    assert waiting == before
    assert not is_in(first.token)
    assert session_of(token).has_second_factor
    assert last_event().detail == "password and authenticator app"


@pytest.mark.parametrize("typed", ["", "000000", "12345", "１２３４５６", "x" * 100, "\0"])
def test_a_wrong_code_opens_nothing(typed: str) -> None:
    person, _secret, _codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token

    with pytest.raises(InvalidInput) as refused:
        sessions.complete_with_code(marker, typed, at=make.NOW)

    assert refused.value.field == "code"
    assert last_event().kind is SecurityEventKind.SIGN_IN_REFUSED
    assert last_event().subject_id == person.id


def test_a_code_serves_once_though_it_is_shown_for_longer() -> None:
    person, secret, _codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token
    shown = code(secret)
    sessions.complete_with_code(marker, shown, at=make.NOW)

    with pytest.raises(InvalidInput):
        sessions.complete_with_code(marker, shown, at=make.NOW + timedelta(seconds=5))


def test_a_clock_may_be_half_a_minute_slow_and_not_more() -> None:
    person, secret, _codes = with_app(at=make.NOW - timedelta(minutes=5))
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token

    slow, slower = (code(secret, make.NOW - timedelta(seconds=late)) for late in (30, 60))

    with pytest.raises(InvalidInput):
        sessions.complete_with_code(marker, slower, at=make.NOW)
    token = sessions.complete_with_code(marker, slow, at=make.NOW)

    assert is_in(token)


def test_a_recovery_code_serves_once_however_it_is_typed() -> None:
    person, _secret, codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token

    token = sessions.complete_with_code(marker, f" {codes[3].lower()} ", at=make.NOW)

    assert session_of(token).has_second_factor
    assert SecurityEventKind.RECOVERY_CODE_USED in events()
    with pytest.raises(InvalidInput):
        sessions.complete_with_code(marker, codes[3], at=make.NOW)


def test_somebody_elses_recovery_code_is_worth_nothing() -> None:
    _other, _secret, codes = with_app()
    person, _mine, _my_codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token

    with pytest.raises(InvalidInput):
        sessions.complete_with_code(marker, codes[0], at=make.NOW)


@pytest.mark.parametrize("what", ["app", "recovery"])
def test_of_many_who_use_one_code_at_once_one_gets_in(in_app: Flask, what: str) -> None:
    person, secret, codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token
    typed = code(secret) if what == "app" else codes[0]

    results = at_once(in_app, 8, lambda _n: sessions.complete_with_code(marker, typed, at=make.NOW))

    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, InvalidInput) for result in results) == 7


@pytest.mark.parametrize("why", ["late", "password", "disabled", "forged", "nonsense", "early"])
def test_what_waits_for_the_second_factor_ends_with_its_reason(why: str) -> None:
    person, secret, _codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token
    at = LATER if why == "late" else make.NOW
    if why == "password":
        staff.set_password(person.id, "an entirely new one", at=at)
    elif why == "disabled":
        staff.disable(person.id, by=None, at=at)
    elif why == "forged":
        marker = marker.replace(f"{person.id}.", f"{make.staff().id}.", 1)
    elif why == "nonsense":
        marker = "1.99999999999999.x"
    elif why == "early":
        at = make.NOW - timedelta(seconds=30)

    with pytest.raises(Gone):
        sessions.complete_with_code(marker, code(secret, at), at=at)

    assert db.session.scalar(select(func.count()).where(StaffSession.started_at == at)) == 0


def test_codes_are_not_guessed_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tries, "CODES_PER_ACCOUNT", "4 per day")
    person, secret, _codes = with_app()
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token
    for number in range(4):
        with suppress(InvalidInput):
            visitor = Visitor(sender=f"network {number}")
            sessions.complete_with_code(marker, "000000", at=make.NOW, visitor=visitor)

    with pytest.raises(TooMany):
        sessions.complete_with_code(marker, code(secret), at=make.NOW)


# --- tries ----------------------------------------------------------------------------


def _fail(email: str, sender: str = "", times: int = 1) -> None:
    for _ in range(times):
        with suppress(InvalidInput, TooMany):
            sessions.sign_in(email, "a wrong one", at=make.NOW, visitor=Visitor(sender))


def test_who_knows_an_address_does_not_lock_its_owner_out() -> None:
    person = make.staff()
    _fail(person.email, "an attacker", times=60)

    result = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW, visitor=Visitor("home"))

    assert result.is_complete


def test_one_sender_tries_one_account_only_so_often() -> None:
    person = make.staff()
    _fail(person.email, "an attacker", times=10)

    with pytest.raises(TooMany):
        sessions.sign_in(person.email, make.PASSWORD, at=make.NOW, visitor=Visitor("an attacker"))


def test_all_senders_together_try_one_account_only_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_tries, "PER_ACCOUNT", "6 per hour")
    person = make.staff()
    for number in range(6):
        _fail(person.email, f"network {number}")

    with pytest.raises(TooMany):
        sessions.sign_in(person.email, make.PASSWORD, at=make.NOW, visitor=Visitor("home"))


def test_signing_in_rightly_uses_up_no_tries() -> None:
    person = make.staff()

    for _ in range(12):
        sessions.sign_in(person.email, make.PASSWORD, at=make.NOW)

    assert db.session.scalar(select(func.count(StaffSession.id))) == 12


def test_refusals_are_recorded_without_filling_the_table(in_app: Flask) -> None:
    most = int(_audit.REFUSALS.split()[0])
    person = make.staff()
    for number in range(3 * most):
        _fail(f"guess{number}@desk.example", "one attacker")
    _fail(person.email, "one attacker", times=3)

    rows = db.session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)).all()

    assert len(rows) == most + 3
    assert {row.kind for row in rows} == {SecurityEventKind.SIGN_IN_REFUSED}
    assert {(row.subject_id, row.detail) for row in rows} == {
        (None, "no such address"),
        (person.id, "wrong password"),
    }


# --- passkeys -------------------------------------------------------------------------


def _passkey_sign_in(key: Authenticator, browser: str = BROWSER) -> str:
    asked = passkeys.asked_to_sign_in(browser, make.NOW)
    return sessions.sign_in_with_passkey(Answer(key.use(asked), browser), at=make.NOW)


def test_a_passkey_opens_a_session_alone() -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)

    token = _passkey_sign_in(key)

    assert session_of(token).staff == person
    assert session_of(token).has_second_factor
    assert last_event().detail == "passkey “A laptop”"


def test_a_passkey_serves_after_the_password_too() -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)
    first = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW)
    asked = passkeys.asked_for_second_factor(person, BROWSER, make.NOW)

    answer = Answer(key.use(asked), BROWSER)
    token = sessions.complete_with_passkey(first.token, answer, at=make.NOW)

    assert not first.is_complete
    assert session_of(token).has_second_factor


def test_somebody_elses_passkey_is_no_second_factor() -> None:
    person, _secret, _codes = with_app()
    key = Authenticator()
    add_passkey(make.staff(), key)
    marker = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token
    asked = passkeys.asked_for_second_factor(person, BROWSER, make.NOW)

    with pytest.raises(InvalidInput):
        sessions.complete_with_passkey(marker, Answer(key.use(asked), BROWSER), at=make.NOW)

    assert last_event().kind is SecurityEventKind.SIGN_IN_REFUSED


def test_who_is_disabled_does_not_get_in_by_a_passkey() -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)
    staff.disable(person.id, by=None, at=make.NOW)

    with pytest.raises(InvalidInput):
        _passkey_sign_in(key)

    assert (last_event().subject_id, last_event().detail) == (person.id, "disabled")
