"""The people of the desk: taken on, signed in and out, and shut out for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Case, Staff, StaffSession
from app.queries import staff as staff_queries
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases, staff
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

NEW = "a new long password"


def _add(email: str = "ines@desk.example", **changes: object) -> None:
    values: dict[str, object] = {"name": "Ines", "role": Role.EDITOR, "password": make.PASSWORD}
    staff.add(email, **{**values, **changes}, at=make.NOW)  # type: ignore[arg-type] # as given


def _signed_in(person: Staff) -> str:
    token = staff.sign_in(person.email, make.PASSWORD, at=make.NOW)
    assert token is not None
    return token


def _is_in(token: str) -> bool:
    return staff_queries.signed_in(token, make.NOW) is not None


# --- taking on ------------------------------------------------------------------------


def test_who_is_taken_on_can_sign_in() -> None:
    _add("  Ines@Desk.Example ", name=" Ines Okafor ")

    token = staff.sign_in("INES@desk.example", make.PASSWORD, at=make.NOW)

    person = staff_queries.signed_in(token or "", make.NOW)
    assert person is not None
    assert (person.email, person.name, person.role) == (
        "ines@desk.example",
        "Ines Okafor",
        Role.EDITOR,
    )


def test_nobody_is_taken_on_twice() -> None:
    _add("ines@desk.example")

    with pytest.raises(Conflict, match="already"):
        _add("Ines@Desk.example", role=Role.ADMIN)

    assert db.session.scalars(select(Staff.role)).all() == [Role.EDITOR]


@pytest.mark.parametrize("email", ["", "ines", "ines@", "@desk.example", "a b@desk.example"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _add(email)

    assert refused.value.field == "email"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_name_is_needed(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _add(name=name)

    assert refused.value.field == "name"


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 257])
def test_a_password_has_a_decent_length(password: str) -> None:
    with pytest.raises(InvalidInput, match="12 to 256") as refused:
        _add(password=password)

    assert refused.value.field == "password"
    assert db.session.scalar(select(func.count(Staff.id))) == 0


@pytest.mark.parametrize("password", ["twelve chars", "x" * 256])
def test_the_shortest_and_the_longest_password_do(password: str) -> None:
    _add(password=password)

    assert staff.sign_in("ines@desk.example", password, at=make.NOW)


def test_the_password_itself_is_not_stored() -> None:
    _add()

    stored = db.session.scalars(select(Staff.password_hash)).one()

    assert make.PASSWORD not in stored
    assert stored.startswith("$argon2id$")


# --- signing in and out ---------------------------------------------------------------


@pytest.mark.parametrize("password", ["", "wrong horse battery", "x" * 10_000])
def test_a_wrong_password_opens_nothing(password: str) -> None:
    person = make.staff()

    assert staff.sign_in(person.email, password, at=make.NOW) is None
    assert db.session.scalar(select(func.count(StaffSession.id))) == 0


def test_an_unknown_address_opens_nothing() -> None:
    make.staff()

    assert staff.sign_in("nobody@desk.example", make.PASSWORD, at=make.NOW) is None


def test_signing_out_ends_the_session_and_no_other() -> None:
    person = make.staff()
    here, there = _signed_in(person), _signed_in(person)

    staff.sign_out(here)

    assert not _is_in(here)
    assert _is_in(there)


def test_a_session_ends_by_itself(in_app: Flask) -> None:
    in_app.config["SESSION_HOURS"] = 2
    token = _signed_in(make.staff())

    almost = staff_queries.signed_in(token, make.NOW + timedelta(hours=2, seconds=-1))
    over = staff_queries.signed_in(token, make.NOW + timedelta(hours=2))

    assert almost is not None
    assert over is None


def test_sessions_that_are_over_are_cleared_away_at_the_next_sign_in() -> None:
    person = make.staff()
    _signed_in(person)

    staff.sign_in(person.email, make.PASSWORD, at=make.NOW + timedelta(days=2))

    assert db.session.scalar(select(func.count(StaffSession.id))) == 1


def test_a_made_up_session_is_nobodys() -> None:
    _signed_in(make.staff())

    assert not _is_in("0" * 26)


def test_a_weak_hash_is_renewed_at_sign_in() -> None:
    person = make.staff()
    weak = person.password_hash

    _signed_in(person)

    assert person.password_hash != weak
    assert _is_in(_signed_in(person))


# --- changes --------------------------------------------------------------------------


def test_a_new_password_ends_every_session() -> None:
    person = make.staff()
    token = _signed_in(person)

    staff.set_password(person.email, NEW)

    assert not _is_in(token)
    assert staff.sign_in(person.email, make.PASSWORD, at=make.NOW) is None
    assert staff.sign_in(person.email, NEW, at=make.NOW)


def test_ones_own_password_is_changed_knowing_the_old_one() -> None:
    person = make.staff()
    token = _signed_in(person)

    staff.change_password(person.id, old=make.PASSWORD, new=NEW)

    assert not _is_in(token)
    assert staff.sign_in(person.email, NEW, at=make.NOW)


def test_without_the_old_password_there_is_no_new_one() -> None:
    person = make.staff()
    token = _signed_in(person)

    with pytest.raises(InvalidInput) as refused:
        staff.change_password(person.id, old="a wrong old password", new=NEW)

    assert refused.value.field == "old"
    assert _is_in(token)


def test_another_role_ends_every_session() -> None:
    person = make.staff(Role.TRIAGER)
    token = _signed_in(person)

    staff.change_role(person.email, Role.EDITOR)

    assert person.role is Role.EDITOR
    assert not _is_in(token)


def test_who_is_disabled_is_out_and_lets_go_of_every_case() -> None:
    person = make.staff(Role.EDITOR)
    token = _signed_in(person)
    case, other = make.case(CaseStatus.IN_REVIEW, by=person), make.case(CaseStatus.IN_REVIEW)

    staff.disable(person.email)

    assert not _is_in(token)
    assert staff.sign_in(person.email, make.PASSWORD, at=make.NOW) is None
    assert (case.claimed_by_id, case.claimed_until) == (None, None)
    assert other.claimed_by_id is not None


def test_who_is_enabled_again_signs_in_anew() -> None:
    person = make.staff()
    token = _signed_in(person)
    staff.disable(person.email)

    staff.enable(person.email)

    assert not _is_in(token)
    assert _is_in(_signed_in(person))


def test_the_last_admin_is_not_disabled() -> None:
    admin = make.staff(Role.ADMIN)
    make.staff(Role.EDITOR)
    staff.disable(make.staff(Role.ADMIN).email)

    with pytest.raises(Conflict, match="last admin"):
        staff.disable(admin.email)

    assert not admin.is_disabled


def test_the_last_admin_stays_admin() -> None:
    admin = make.staff(Role.ADMIN)

    with pytest.raises(Conflict, match="last admin"):
        staff.change_role(admin.email, Role.EDITOR)

    assert admin.role is Role.ADMIN


def test_with_another_admin_one_may_go() -> None:
    admin = make.staff(Role.ADMIN)
    make.staff(Role.ADMIN)

    staff.change_role(admin.email, Role.EDITOR)

    assert admin.role is Role.EDITOR


@pytest.mark.parametrize("act", [staff.disable, staff.enable])
def test_who_is_not_on_the_staff_is_named(act: object) -> None:
    with pytest.raises(NotFound, match=r"nobody@desk\.example is not on the staff"):
        act("nobody@desk.example")  # type: ignore[operator] # both take an address


def test_a_case_of_who_was_disabled_is_free_for_the_others() -> None:
    person, other = make.staff(), make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=person)
    staff.disable(person.email)

    cases.claim(case.id, seen=case.version, by=other, at=make.NOW)

    assert db.session.get_one(Case, case.id).claimed_by_id == other.id
