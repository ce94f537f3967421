"""What an access token may be used for: never more than the role of whoever made it permits."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from app.rules.marks import N_
from app.rules.permissions import Permission, Role, is_permitted


class Scope(StrEnum):
    """A part of the API that a token opens; the values are kept in the database."""

    READ_CASES = "cases:read"
    WORK_CASES = "cases:write"
    PUBLISH = "corrections:write"

    @property
    def label(self) -> str:
        """What the scope is for, as whoever makes a token reads it."""
        return _LABELS[self]


_LABELS = {
    Scope.READ_CASES: N_("Read the queue and its cases"),
    Scope.WORK_CASES: N_("Work on cases: claim, ask, agree, decline, note"),
    Scope.PUBLISH: N_("Publish corrections"),
}

_PERMISSIONS = {
    Scope.READ_CASES: frozenset({Permission.VIEW_DESK}),
    Scope.WORK_CASES: frozenset({Permission.TRIAGE, Permission.DECIDE}),
    Scope.PUBLISH: frozenset({Permission.PUBLISH, Permission.EDIT_ARTICLES}),
}


def opens(role: Role, scopes: Collection[Scope], permission: Permission) -> bool:
    """Say whether a token with ``scopes`` of somebody with ``role`` carries ``permission``."""
    is_in_scope = any(permission in _PERMISSIONS[scope] for scope in scopes)
    return is_in_scope and is_permitted(role, permission)


def open_to(role: Role) -> list[Scope]:
    """Return the scopes that are worth something in the hands of somebody with ``role``."""
    return [s for s in Scope if any(is_permitted(role, p) for p in _PERMISSIONS[s])]
