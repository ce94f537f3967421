"""The people of the desk: taken on, given another role, shut out, and let in again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Case, CaseEvent, Staff
from app.rules.credentials import Proof
from app.rules.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.rules.workflow import Action, CaseStatus
from app.services import cases, sessions, staff
from tests import make
from tests.accounts import PROOF, events, is_in, last_event, session_of, signed_in
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

NEW = "a new long password"


def _opens(person: Staff, password: str) -> bool:
    try:
        return sessions.sign_in(person.email, password, at=make.NOW).is_complete
    except InvalidInput:
        return False


def _add(email: str = "ines@desk.example", **changes: object) -> None:
    values: dict[str, object] = {"name": "Ines", "role": Role.EDITOR, "password": make.PASSWORD}
    staff.add(email, **{**values, **changes}, at=make.NOW)  # type: ignore[arg-type] # as given


# --- taking on ------------------------------------------------------------------------


def test_who_is_taken_on_can_sign_in() -> None:
    _add("  Ines@Desk.Example ", name=" Ines Okafor ")

    token = sessions.sign_in("INES@desk.example", make.PASSWORD, at=make.NOW).token

    person = session_of(token).staff
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

    assert sessions.sign_in("ines@desk.example", password, at=make.NOW).is_complete


def test_the_password_itself_is_not_stored() -> None:
    _add()

    stored = db.session.scalars(select(Staff.password_hash)).one()

    assert make.PASSWORD not in stored
    assert stored.startswith("$argon2id$")


# --- changes --------------------------------------------------------------------------


def test_a_new_password_ends_every_session() -> None:
    person = make.staff()
    token = signed_in(person)

    staff.set_password(person.id, NEW, at=make.NOW)

    assert not is_in(token)
    assert not _opens(person, make.PASSWORD)
    assert _opens(person, NEW)


def test_ones_own_password_is_changed_knowing_the_old_one() -> None:
    person = make.staff()
    token = signed_in(person)

    staff.change_password(person.id, PROOF, NEW, at=make.NOW)

    assert not is_in(token)
    assert _opens(person, NEW)


def test_without_the_old_password_there_is_no_new_one() -> None:
    person = make.staff()
    token = signed_in(person)

    with pytest.raises(InvalidInput) as refused:
        staff.change_password(person.id, Proof("a wrong old password"), NEW, at=make.NOW)

    assert refused.value.field == "proof"
    assert is_in(token)


def test_another_role_ends_every_session() -> None:
    person = make.staff(Role.TRIAGER)
    token = signed_in(person)

    staff.change_role(person.id, Role.EDITOR, by=None, at=make.NOW)

    assert person.role is Role.EDITOR
    assert not is_in(token)


def test_who_is_disabled_is_out_and_lets_go_of_every_case() -> None:
    person = make.staff(Role.EDITOR)
    token = signed_in(person)
    case, other = make.case(CaseStatus.IN_REVIEW, by=person), make.case(CaseStatus.IN_REVIEW)

    staff.disable(person.id, by=None, at=make.NOW)

    assert not is_in(token)
    assert not _opens(person, make.PASSWORD)
    assert (case.claimed_by_id, case.claimed_until) == (None, None)
    assert other.claimed_by_id is not None


def test_who_is_enabled_again_signs_in_anew() -> None:
    person = make.staff()
    token = signed_in(person)
    staff.disable(person.id, by=None, at=make.NOW)

    staff.enable(person.id, by=None, at=make.NOW)

    assert not is_in(token)
    assert is_in(signed_in(person))


def test_the_last_admin_is_not_disabled() -> None:
    admin = make.staff(Role.ADMIN)
    make.staff(Role.EDITOR)
    staff.disable(make.staff(Role.ADMIN).id, by=None, at=make.NOW)

    with pytest.raises(Conflict, match="last admin"):
        staff.disable(admin.id, by=None, at=make.NOW)

    assert not admin.is_disabled


def test_the_last_admin_stays_admin() -> None:
    admin = make.staff(Role.ADMIN)

    with pytest.raises(Conflict, match="last admin"):
        staff.change_role(admin.id, Role.EDITOR, by=None, at=make.NOW)

    assert admin.role is Role.ADMIN


def test_with_another_admin_one_may_go() -> None:
    admin = make.staff(Role.ADMIN)
    make.staff(Role.ADMIN)

    staff.change_role(admin.id, Role.EDITOR, by=None, at=make.NOW)

    assert admin.role is Role.EDITOR


@pytest.mark.parametrize("act", [staff.disable, staff.enable])
def test_who_is_not_on_the_staff_is_not_found(act: Callable[..., None]) -> None:
    with pytest.raises(NotFound, match="nobody with this number"):
        act(404, by=None, at=make.NOW)


def test_a_case_of_who_was_disabled_is_free_for_the_others() -> None:
    person, other = make.staff(), make.staff()
    case = make.case(CaseStatus.IN_REVIEW, by=person)
    staff.disable(person.id, by=None, at=make.NOW)

    cases.claim(case.id, seen=case.version, by=other, at=make.NOW)

    assert db.session.get_one(Case, case.id).claimed_by_id == other.id


def test_what_was_held_is_released_with_a_step_and_what_was_held_once_is_just_free() -> None:
    admin, person = make.staff(Role.ADMIN), make.staff(name="Rui Costa")
    make.staff(Role.ADMIN)
    held = make.case(CaseStatus.IN_REVIEW, by=person)
    lapsed = make.case(CaseStatus.IN_REVIEW, by=person, at=make.NOW - timedelta(hours=2))

    staff.disable(person.id, by=admin.id, at=make.NOW)

    def last_step(case: Case) -> CaseEvent:
        steps = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id.desc())
        return db.session.scalars(steps.limit(1)).one()

    step = last_step(held)
    assert (step.action, step.actor_id) == (Action.RELEASE, admin.id)
    assert step.reason == "Rui Costa was disabled."
    assert last_step(lapsed).action is Action.CLAIM
    assert (held.claimed_by_id, lapsed.claimed_by_id) == (None, None)


def test_a_role_that_somebody_else_changed_meanwhile_is_not_changed_again() -> None:
    admin, person = make.staff(Role.ADMIN), make.staff(Role.TRIAGER)
    staff.change_role(person.id, Role.ADMIN, by=admin.id, at=make.NOW, seen=Role.TRIAGER)

    with pytest.raises(Conflict, match="has been made admin meanwhile"):
        staff.change_role(person.id, Role.EDITOR, by=admin.id, at=make.NOW, seen=Role.TRIAGER)

    assert person.role is Role.ADMIN


def test_who_is_no_admin_any_more_changes_nobody() -> None:
    former, other = make.staff(Role.ADMIN), make.staff(Role.ADMIN)
    staff.change_role(former.id, Role.EDITOR, by=other.id, at=make.NOW)

    with pytest.raises(NotAllowed):
        staff.disable(other.id, by=former.id, at=make.NOW)

    assert not other.is_disabled


@pytest.mark.parametrize("_round", range(3))
def test_two_admins_who_demote_each_other_leave_one(in_app: Flask, _round: int) -> None:
    admins = [make.staff(Role.ADMIN).id for _ in range(2)]

    def demote(number: int) -> None:
        other = admins[1 - number]
        staff.change_role(other, Role.EDITOR, by=admins[number], at=make.NOW)

    results = at_once(in_app, 2, demote)

    assert sum(result is None for result in results) == 1
    assert db.session.scalar(select(func.count()).where(Staff.role == Role.ADMIN)) == 1


def test_every_change_stands_in_the_audit_with_who_did_it() -> None:
    admin, person = make.staff(Role.ADMIN), make.staff(Role.TRIAGER, name="Rui")

    staff.change_role(person.id, Role.EDITOR, by=admin.id, at=make.NOW)
    role = last_event()
    staff.disable(person.id, by=admin.id, at=make.NOW)
    staff.enable(person.id, by=None, at=make.NOW)
    staff.rename(person.id, " Rui Costa ", by=admin.id, at=make.NOW)
    name = last_event()
    staff.set_password(person.id, NEW, at=make.NOW)

    kinds = SecurityEventKind
    assert events() == [
        kinds.ROLE_CHANGED,
        kinds.DISABLED,
        kinds.ENABLED,
        kinds.NAME_CHANGED,
        kinds.PASSWORD_CHANGED,
    ]
    assert (role.actor_id, role.subject_id, role.detail) == (
        admin.id,
        person.id,
        "triager → editor",
    )
    assert (name.actor_id, name.detail) == (admin.id, "Rui → Rui Costa")
    assert last_event().actor_id is None


def test_what_changes_nothing_is_not_recorded() -> None:
    person = make.staff(Role.TRIAGER, name="Rui")
    token = signed_in(person)
    before = events()

    staff.change_role(person.id, Role.TRIAGER, by=None, at=make.NOW)
    staff.rename(person.id, "Rui", by=None, at=make.NOW)
    with pytest.raises(Conflict, match="not disabled"):
        staff.enable(person.id, by=None, at=make.NOW)

    assert events() == before
    assert is_in(token)
