"""Invitations: a link that serves once and for a week, and looks the same whenever it does not."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Invitation, Staff
from app.queries import invitations as queries
from app.rules.errors import Conflict, InvalidInput, NotFound, TooMany
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.services import invitations, sessions, staff
from tests import make
from tests.accounts import events, last_event
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

NEW = "ines@desk.example"


def _invite(email: str = NEW, role: Role = Role.EDITOR) -> str:
    by = make.staff(Role.ADMIN).id
    return invitations.invite(email, name="Ines", role=role, by=by, at=make.NOW)


def _accept(token: str, days: int = 0) -> str:
    at = make.NOW + timedelta(days=days)
    return invitations.accept(token, name="Ines Okafor", password=make.PASSWORD, at=at)


def _only() -> Invitation:
    return db.session.scalars(select(Invitation)).one()


def test_who_is_invited_joins_with_a_name_and_a_password() -> None:
    token = _invite()

    email = _accept(token)

    person = db.session.scalars(select(Staff).where(Staff.email == email)).one()
    assert (email, person.name, person.role) == (NEW, "Ines Okafor", Role.EDITOR)
    assert sessions.sign_in(NEW, make.PASSWORD, at=make.NOW).is_complete
    assert queries.waiting(10) == []
    assert events()[:2] == [SecurityEventKind.INVITED, SecurityEventKind.JOINED]


def test_the_link_itself_is_not_stored() -> None:
    token = _invite()

    assert token.encode() not in _only().token_hash
    assert len(token) == 26


@pytest.mark.parametrize("why", ["used", "expired", "withdrawn", "renewed", "unknown", "nonsense"])
def test_a_link_that_does_not_work_looks_the_same_whatever_the_reason(why: str) -> None:
    token, days = _invite(), 0
    by = make.staff(Role.ADMIN).id
    if why == "used":
        _accept(token)
    elif why == "expired":
        days = 7
    elif why == "withdrawn":
        invitations.withdraw(_only().id, by=by, at=make.NOW)
    elif why == "renewed":
        invitations.renew(_only().id, by=by, at=make.NOW)
    else:
        token = "0" * 26 if why == "unknown" else "\0é"

    with pytest.raises(NotFound) as looking:
        invitations.look_up(token, at=make.NOW + timedelta(days=days))
    with pytest.raises(NotFound) as accepting:
        _accept(token, days)

    assert looking.value.message == accepting.value.message == queries.DEAD_LINK


def test_a_new_link_has_a_new_week() -> None:
    _invite()
    by = make.staff(Role.ADMIN).id

    token = invitations.renew(_only().id, by=by, at=make.NOW + timedelta(days=9))

    assert _accept(token, days=15) == NEW


def test_whoever_is_on_the_staff_or_invited_is_not_invited_again() -> None:
    known = make.staff().email
    _invite()

    with pytest.raises(Conflict, match="on the staff already"):
        _invite(known)
    with pytest.raises(Conflict, match="invited already"):
        _invite("INES@desk.example")

    assert db.session.scalar(select(func.count(Invitation.id))) == 1


@pytest.mark.parametrize("password", ["short", "x" * 257])
def test_a_password_that_cannot_be_used_leaves_the_invitation(password: str) -> None:
    token = _invite()

    with pytest.raises(InvalidInput):
        invitations.accept(token, name="Ines", password=password, at=make.NOW)

    assert _accept(token) == NEW


def test_of_many_who_take_up_one_invitation_at_once_one_joins(in_app: Flask) -> None:
    token = _invite()

    results = at_once(in_app, 6, lambda _number: _accept(token))

    assert sum(result == NEW for result in results) == 1
    assert sum(isinstance(result, NotFound) for result in results) == 5
    assert db.session.scalar(select(func.count()).where(Staff.email == NEW)) == 1


def test_of_a_withdrawal_and_a_joining_at_once_one_wins(in_app: Flask) -> None:
    token = _invite()
    number, by = _only().id, make.staff(Role.ADMIN).id

    def act(which: int) -> str | None:
        if which:
            return _accept(token)
        invitations.withdraw(number, by=by, at=make.NOW)
        return None

    results = at_once(in_app, 2, act)

    assert sum(isinstance(result, NotFound) for result in results) == 1
    joined = db.session.scalar(select(func.count()).where(Staff.email == NEW))
    assert joined == (1 if results[1] == NEW else 0)


def test_who_was_taken_on_meanwhile_is_told_to_sign_in() -> None:
    token = _invite()
    staff.add(NEW, name="Ines", role=Role.TRIAGER, password=make.PASSWORD, at=make.NOW)

    with pytest.raises(Conflict, match="sign in with it"):
        _accept(token)


def test_guesses_are_few_and_looking_at_ones_own_link_is_free() -> None:
    token = _invite()
    for _ in range(40):
        invitations.look_up(token, at=make.NOW, sender="home")
    for _ in range(30):
        with suppress(NotFound):
            invitations.look_up("0" * 26, at=make.NOW, sender="a guesser")

    with pytest.raises(TooMany):
        invitations.look_up(token, at=make.NOW, sender="a guesser")

    assert invitations.look_up(token, at=make.NOW, sender="home").email == NEW


def test_withdrawing_stands_in_the_audit_and_happens_once() -> None:
    _invite()
    number, by = _only().id, make.staff(Role.ADMIN).id

    invitations.withdraw(number, by=by, at=make.NOW)

    assert (last_event().kind, last_event().actor_id, last_event().detail) == (
        SecurityEventKind.INVITATION_WITHDRAWN,
        by,
        NEW,
    )
    with pytest.raises(NotFound):
        invitations.withdraw(number, by=by, at=make.NOW)
