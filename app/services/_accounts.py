"""What everything that changes an account shares: locking it, checking it, ending its sessions."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.models import Staff, StaffSession
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.permissions import Role

_LONGEST_NAME = 200


def lock_person(session: Session, staff_id: int) -> Staff:
    """Lock somebody's row for this transaction; raise ``NotFound`` where there is nobody.

    Steps of cases only refer to the row: PostgreSQL lets them, so nobody waits for the other.
    """
    staff = session.get(
        Staff, staff_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if staff is None:
        raise NotFound("There is nobody with this number on the staff.")
    return staff


def lock_with_admins(session: Session, staff_id: int) -> tuple[Staff, set[int]]:
    """Lock somebody and all admins; return that person, and the numbers of the admins.

    All at once and in order, else the last two could shut each other out at the same moment.
    """
    is_admin = (Staff.role == Role.ADMIN) & Staff.is_disabled.is_(False)
    locked = session.scalars(
        select(Staff)
        .where(or_(is_admin, Staff.id == staff_id))
        .order_by(Staff.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    staff = lock_person(session, staff_id)
    return staff, {
        person.id for person in locked if person.role is Role.ADMIN and not person.is_disabled
    }


def refuse_last_admin(staff: Staff, admins: set[int]) -> None:
    """Refuse what would leave the desk without an admin."""
    if staff.id in admins and len(admins) == 1:
        raise Conflict(f"{staff.email} is the last admin: make somebody else one first.")


def end_sessions(session: Session, staff_id: int) -> None:
    """Sign somebody out everywhere."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))


def checked_address(email: str) -> str:
    """Return an address as it is kept; raise ``InvalidInput`` where it is none."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidInput("email", f"{email!r} is no e-mail address: {error}") from None
    return found.normalized.lower()


def checked_name(name: str) -> str:
    """Return a person's name as it is kept; raise ``InvalidInput`` where it is none."""
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise InvalidInput(
            "name", f"Give the person's name, of at most {_LONGEST_NAME} characters."
        )
    return name.strip()
