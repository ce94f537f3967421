"""Passkeys: made, used and removed, and every answer that is not good refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Passkey, Staff
from app.queries import second_factor as factors
from app.rules.credentials import Answer, Proof
from app.rules.errors import Conflict, InvalidInput
from app.rules.security import SecurityEventKind
from app.services import passkeys, second_factor, sessions
from tests import make
from tests.accounts import (
    BROWSER,
    PROOF,
    add_passkey,
    events,
    is_in,
    session_of,
    signed_in,
    with_app,
)
from tests.authenticator import PRESENT, Authenticator
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")


def _number() -> int:
    return db.session.scalar(select(func.count(Passkey.id))) or 0


def _sign_in(sent: str, browser: str = BROWSER, minutes: int = 0) -> str:
    at = make.NOW + timedelta(minutes=minutes)
    return sessions.sign_in_with_passkey(Answer(sent, browser), at=at)


def test_the_first_passkey_is_a_second_factor_and_brings_codes() -> None:
    person = make.staff()
    here, there = signed_in(person), signed_in(person)
    key = Authenticator()
    answer = Answer(key.make(passkeys.asked_to_add(person, BROWSER, make.NOW)), BROWSER)

    codes = passkeys.add(
        person.id, " My laptop ", answer, PROOF, session_id=session_of(here).id, at=make.NOW
    )

    assert len(codes) == 10
    assert [passkey.name for passkey in factors.of(person).passkeys] == ["My laptop"]
    assert (is_in(here), is_in(there)) == (True, False)
    assert not sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).is_complete
    assert SecurityEventKind.PASSKEY_ADDED in events()


def test_further_passkeys_have_names_of_their_own_and_bring_no_codes() -> None:
    person = make.staff()
    add_passkey(person, Authenticator(), "Laptop")

    codes = add_passkey(person, Authenticator(), "Telephone")

    assert codes == []
    assert [passkey.name for passkey in factors.of(person).passkeys] == ["Laptop", "Telephone"]


def test_one_passkey_is_added_once() -> None:
    key = Authenticator()
    add_passkey(make.staff(), key)

    with pytest.raises(Conflict, match="added already"):
        add_passkey(make.staff(), key)

    assert _number() == 1


def test_a_browser_is_told_which_passkeys_there_are_and_nothing_of_who_somebody_is() -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)

    adding = json.loads(passkeys.asked_to_add(person, BROWSER, make.NOW))
    signing_in = json.loads(passkeys.asked_to_sign_in(BROWSER, make.NOW))

    assert len(adding["excludeCredentials"]) == 1
    assert adding["authenticatorSelection"]["userVerification"] == "required"
    assert adding["rp"]["id"] == "localhost"
    assert signing_in["userVerification"] == "required"
    assert not signing_in.get("allowCredentials")


@pytest.mark.parametrize("what", ["origin", "domain", "unverified"])
def test_a_new_passkey_of_another_site_or_of_nobody_is_refused(what: str) -> None:
    person, key = make.staff(), Authenticator()
    _spoil(key, what)

    with pytest.raises(InvalidInput):
        add_passkey(person, key)

    assert _number() == 0


@pytest.mark.parametrize("what", ["origin", "domain", "unverified", "count", "signature", "user"])
def test_an_answer_that_is_not_good_opens_nothing(what: str) -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)
    _sign_in(key.use(passkeys.asked_to_sign_in(BROWSER, make.NOW)))
    _spoil(key, what)

    with pytest.raises(InvalidInput):
        _sign_in(key.use(passkeys.asked_to_sign_in(BROWSER, make.NOW)))


def _spoil(key: Authenticator, what: str) -> None:
    if what == "origin":
        key.origin = "https://evil.example"
    elif what == "domain":
        key.domain = "evil.example"
    elif what == "unverified":
        key.flags = PRESENT
    elif what == "count":
        key.count = 0  # a copy that was made earlier
    elif what == "signature":
        key._key = Authenticator()._key
    else:
        key.user = b"somebody else"


def test_a_passkey_that_nobody_added_opens_nothing() -> None:
    make.staff()

    with pytest.raises(InvalidInput):
        _sign_in(Authenticator().use(passkeys.asked_to_sign_in(BROWSER, make.NOW)))


def test_an_answer_serves_once() -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)
    sent = key.use(passkeys.asked_to_sign_in(BROWSER, make.NOW))
    db.session.scalars(select(Passkey)).one().sign_count = 0
    _sign_in(sent)
    db.session.scalars(select(Passkey)).one().sign_count = 0
    db.session.commit()  # as of an authenticator that does not count

    with pytest.raises(InvalidInput):
        _sign_in(sent)


def test_of_many_who_send_one_answer_at_once_one_gets_in(in_app: Flask) -> None:
    key = Authenticator()
    add_passkey(make.staff(), key)
    sent = key.use(passkeys.asked_to_sign_in(BROWSER, make.NOW))

    results = at_once(in_app, 6, lambda _number: _sign_in(sent))

    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, InvalidInput) for result in results) == 5


def test_an_answer_is_for_its_purpose_its_browser_and_ten_minutes() -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)
    for_another_purpose = key.use(passkeys.asked_to_confirm(person, BROWSER, make.NOW))
    of_another_browser = key.use(passkeys.asked_to_sign_in("another", make.NOW))
    too_old = key.use(passkeys.asked_to_sign_in(BROWSER, make.NOW))

    for sent, minutes in ((for_another_purpose, 0), (of_another_browser, 0), (too_old, 10)):
        with pytest.raises(InvalidInput):
            _sign_in(sent, minutes=minutes)


def test_a_challenge_of_ones_own_making_is_none() -> None:
    key = Authenticator()
    add_passkey(make.staff(), key)

    with pytest.raises(InvalidInput):
        _sign_in(key.use('{"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'))


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"id": 1}',
        '{"response": {"clientDataJSON": 5}}',
        '{"response": {"clientDataJSON": "////"}}',
        "[" * 15_000,
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30",'
        '"authenticatorData":"","signature":"","userHandle":"*"}}',
        "\0",
        "é" * 100,
    ],
)
def test_nonsense_is_refused_like_any_other_answer(sent: str) -> None:
    person = make.staff()

    with pytest.raises(InvalidInput):
        _sign_in(sent)
    with pytest.raises(InvalidInput):
        passkeys.add(person.id, "x", Answer(sent, BROWSER), PROOF, session_id=0, at=make.NOW)


def test_a_passkey_shows_again_who_one_is() -> None:
    person, _secret, _codes = with_app()
    key = Authenticator()
    add_passkey(person, key)
    answer = Answer(key.use(passkeys.asked_to_confirm(person, BROWSER, make.NOW)), BROWSER)

    second_factor.remove_app(person.id, Proof(passkey=answer), at=make.NOW)

    assert not factors.of(person).has_app


def test_somebody_elses_passkey_shows_nothing() -> None:
    person, _secret, _codes = with_app()
    key = Authenticator()
    add_passkey(make.staff(), key)
    answer = Answer(key.use(passkeys.asked_to_confirm(person, BROWSER, make.NOW)), BROWSER)

    with pytest.raises(InvalidInput) as refused:
        second_factor.remove_app(person.id, Proof(passkey=answer), at=make.NOW)

    assert refused.value.field == "proof"
    assert factors.of(person).has_app


def _only(person: Staff) -> int:
    return factors.of(person).passkeys[0].id


def test_a_removed_passkey_opens_nothing() -> None:
    person, key = make.staff(), Authenticator()
    add_passkey(person, key)

    passkeys.remove(person.id, _only(person), PROOF, at=make.NOW)

    with pytest.raises(InvalidInput):
        _sign_in(key.use(passkeys.asked_to_sign_in(BROWSER, make.NOW)))
    assert sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).is_complete
    assert SecurityEventKind.PASSKEY_REMOVED in events()


def test_nobody_removes_somebody_elses_passkey() -> None:
    person, other = make.staff(), make.staff()
    add_passkey(other, Authenticator())

    with pytest.raises(Conflict):
        passkeys.remove(person.id, _only(other), PROOF, at=make.NOW)

    assert _number() == 1


@pytest.mark.parametrize(
    ("url", "can"),
    [
        ("https://desk.example", True),
        ("http://localhost:8000", True),
        ("http://desk.example", False),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]", False),
    ],
)
def test_passkeys_are_offered_where_browsers_allow_them(in_app: Flask, url: str, can: bool) -> None:
    in_app.config["SITE_URL"] = url
    in_app.config["IS_HTTPS"] = url.startswith("https:")

    assert passkeys.can_be_used() is can


def test_the_origin_has_its_port_unless_it_is_the_usual_one(in_app: Flask) -> None:
    in_app.config["SITE_URL"] = "http://localhost:8000"
    key = Authenticator("http://localhost:8000")
    add_passkey(make.staff(), key)
    in_app.config["SITE_URL"] = "http://localhost:80"
    key.origin = "http://localhost"

    token = _sign_in(key.use(passkeys.asked_to_sign_in(BROWSER, make.NOW)))

    assert is_in(token)
