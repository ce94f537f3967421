"""The people of the desk: taken on, given a role, shut out, and let in again.

``by`` is the number of the admin who does it, or ``None`` for the command line.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Case, Passkey, Staff
from app.rules.credentials import Proof
from app.rules.errors import Conflict, NotAllowed
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.rules.workflow import Action, actions_from
from app.services._accounts import (
    checked_address,
    checked_name,
    end_sessions,
    lock_person,
    lock_with_admins,
    refuse_last_admin,
)
from app.services._audit import record
from app.services._factors import confirm, end_second_factor_if_last
from app.services._passwords import hashed
from app.services._steps import drop_claim, lock_case, take_step
from app.services._tries import at_proof, trying
from app.services.transaction import transaction


def add(email: str, *, name: str, role: Role, password: str, at: datetime) -> None:
    """Take somebody on; raise ``InvalidInput`` for what cannot be used, ``Conflict`` if known."""
    address, called, kept = checked_address(email), checked_name(name), hashed(password)
    try:
        with transaction() as session:
            person = Staff(email=address, name=called, role=role, password_hash=kept, created_at=at)
            session.add(person)
            session.flush()
            kind = SecurityEventKind.JOINED
            record(session, kind, at=at, by=None, of=person.id, detail=role.value)
    except IntegrityError:
        raise Conflict(f"{address} is on the staff already.") from None


def set_password(staff_id: int, password: str, *, at: datetime) -> None:
    """Set a new password from the command line, and sign the person out everywhere."""
    kept = hashed(password)
    with transaction() as session:
        staff = lock_person(session, staff_id)
        staff.password_hash = kept
        end_sessions(session, staff_id)
        record(session, SecurityEventKind.PASSWORD_CHANGED, at=at, by=None, of=staff_id)


def change_password(
    staff_id: int, proof: Proof, new: str, *, at: datetime, sender: str = ""
) -> None:
    """Set one's own new password, knowing the old one; ends every session, this one too."""
    kept = hashed(new)
    with trying(*at_proof(staff_id, sender)), transaction() as session:
        staff = lock_person(session, staff_id)
        confirm(session, staff, proof, at)
        staff.password_hash = kept
        end_sessions(session, staff_id)
        record(session, SecurityEventKind.PASSWORD_CHANGED, at=at, by=staff_id, of=staff_id)


def rename(staff_id: int, name: str, *, by: int | None, at: datetime) -> None:
    """Give somebody another name; the old one stands in the audit.

    Nobody does it for themselves: by their names, authors are kept from judging their articles.
    """
    called = checked_name(name)
    with transaction() as session:
        staff = lock_person(session, staff_id)
        if staff.name != called:
            kind, detail = SecurityEventKind.NAME_CHANGED, f"{staff.name} → {called}"
            record(session, kind, at=at, by=by, of=staff_id, detail=detail)
            staff.name = called


def change_role(
    staff_id: int, role: Role, *, by: int | None, at: datetime, seen: Role | None = None
) -> None:
    """Give somebody another role and sign the person out everywhere.

    Raises ``Conflict`` for the last admin, and where the role is not the one that was ``seen``.
    """
    with transaction() as session:
        staff, admins = lock_with_admins(session, staff_id)
        _refuse_former_admin(by, admins)
        if seen not in (None, staff.role):
            raise Conflict(f"{staff.name} has been made {staff.role.value} meanwhile. Look again.")
        if staff.role is role:
            return
        refuse_last_admin(staff, admins)
        detail = f"{staff.role.value} → {role.value}"
        staff.role = role
        end_sessions(session, staff_id)
        record(session, SecurityEventKind.ROLE_CHANGED, at=at, by=by, of=staff_id, detail=detail)


def disable(staff_id: int, *, by: int | None, at: datetime) -> None:
    """Shut somebody out: end every session, and let go of what the person has claimed."""
    with transaction() as session:
        staff, admins = lock_with_admins(session, staff_id)
        _refuse_former_admin(by, admins)
        refuse_last_admin(staff, admins)
        if staff.is_disabled:
            raise Conflict(f"{staff.name} is disabled already.")
        staff.is_disabled = True
        end_sessions(session, staff_id)
        _release_cases(session, staff, by, at)
        record(session, SecurityEventKind.DISABLED, at=at, by=by, of=staff_id)


def enable(staff_id: int, *, by: int | None, at: datetime) -> None:
    """Let somebody in again who was disabled."""
    with transaction() as session:
        staff, admins = lock_with_admins(session, staff_id)
        _refuse_former_admin(by, admins)
        if not staff.is_disabled:
            raise Conflict(f"{staff.name} is not disabled.")
        staff.is_disabled = False
        record(session, SecurityEventKind.ENABLED, at=at, by=by, of=staff_id)


def reset_second_factor(staff_id: int, *, by: int | None, at: datetime) -> None:
    """Take every second factor from somebody who has lost them, and end every session."""
    with transaction() as session:
        staff, admins = lock_with_admins(session, staff_id)
        _refuse_former_admin(by, admins)
        passkeys = session.scalars(select(Passkey).where(Passkey.staff_id == staff_id)).all()
        if staff.totp_secret is None and not passkeys:
            raise Conflict(f"{staff.name} has no second factor.")
        if staff.totp_secret is not None:
            staff.totp_secret = staff.totp_last_step = None
            record(session, SecurityEventKind.APP_REMOVED, at=at, by=by, of=staff_id)
        for passkey in passkeys:
            kind = SecurityEventKind.PASSKEY_REMOVED
            record(session, kind, at=at, by=by, of=staff_id, detail=passkey.name)
        session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))
        end_second_factor_if_last(session, staff)
        end_sessions(session, staff_id)


def _refuse_former_admin(by: int | None, admins: set[int]) -> None:
    """Refuse somebody who was made something else a moment ago."""
    if by is not None and by not in admins:
        raise NotAllowed("You are no admin any more.")


def _release_cases(session: Session, staff: Staff, by: int | None, at: datetime) -> None:
    """Let go of every case of somebody, with a step in the history of those really held."""
    actor = session.get(Staff, by) if by else None
    held = session.scalars(select(Case.id).where(Case.claimed_by_id == staff.id).order_by(Case.id))
    for number in held.all():
        case = lock_case(session, number)
        if case.claimed_by_id != staff.id:
            continue
        if case.holder_at(at) and Action.RELEASE in actions_from(case.status):
            reason = f"{staff.name} was disabled."
            take_step(session, case, Action.RELEASE, by=actor, at=at, reason=reason)
        drop_claim(case)
