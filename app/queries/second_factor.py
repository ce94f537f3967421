"""Reading what somebody has, besides the password, to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.models import Passkey, RecoveryCode, Staff

MOST_PASSKEYS = 20
"""How many passkeys one person may have."""


@dataclass(frozen=True, slots=True)
class Factors:
    """All second factors of one person."""

    has_app: bool
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def is_any(self) -> bool:
        """Whether a password alone is not enough; codes are only for when a factor is lost."""
        return self.has_app or bool(self.passkeys)


def of(staff: Staff) -> Factors:
    """Return somebody's second factors."""
    return Factors(staff.totp_secret is not None, passkeys_of(staff.id), _codes_left(staff.id))


def passkeys_of(staff_id: int) -> Sequence[Passkey]:
    """Return somebody's passkeys in the order in which they were added."""
    return db.session.scalars(
        select(Passkey)
        .where(Passkey.staff_id == staff_id)
        .order_by(Passkey.id)
        .limit(MOST_PASSKEYS)
    ).all()


def _codes_left(staff_id: int) -> int:
    unused = (RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count(RecoveryCode.id)).where(*unused)) or 0
