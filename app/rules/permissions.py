"""Who may do what at the desk: the whole policy on one page."""

from __future__ import annotations

from enum import StrEnum

from app.rules.marks import N_


class Role(StrEnum):
    """What somebody on the staff is."""

    TRIAGER = "triager"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role in the desk's words."""
        return _LABELS[self]


class Permission(StrEnum):
    """What a page or an action asks for."""

    SECURE_ACCOUNT = "secure_account"
    VIEW_DESK = "view_desk"
    TRIAGE = "triage"
    DECIDE = "decide"
    EDIT_ARTICLES = "edit_articles"
    PUBLISH = "publish"
    MANAGE_STAFF = "manage_staff"
    VIEW_AUDIT = "view_audit"
    MANAGE_EXPLANATIONS = "manage_explanations"
    REDACT = "redact"


_LABELS = {
    Role.TRIAGER: N_("triager"),
    Role.EDITOR: N_("editor"),
    Role.ADMIN: N_("admin"),
}

# Securing one's account comes first: it is open even before a second factor that is demanded.
_TRIAGER = frozenset(
    {Permission.SECURE_ACCOUNT, Permission.VIEW_DESK, Permission.TRIAGE, Permission.DECIDE}
)
_EDITOR = _TRIAGER | {Permission.EDIT_ARTICLES, Permission.PUBLISH}
_ADMIN = _EDITOR | {
    Permission.MANAGE_STAFF,
    Permission.VIEW_AUDIT,
    Permission.MANAGE_EXPLANATIONS,
    Permission.REDACT,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.TRIAGER: _TRIAGER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _ADMIN,
}


def is_permitted(role: Role, permission: Permission) -> bool:
    """Say whether ``role`` carries ``permission``."""
    return permission in ROLE_PERMISSIONS[role]
