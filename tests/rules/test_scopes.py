"""A token opens what its scopes say, and never more than its owner's role."""

from __future__ import annotations

import pytest

from app.rules.permissions import Permission, Role, is_permitted
from app.rules.scopes import Scope, open_to, opens


@pytest.mark.parametrize(
    ("role", "scopes", "permission", "expected"),
    [
        (Role.TRIAGER, {Scope.READ_CASES}, Permission.VIEW_DESK, True),
        (Role.TRIAGER, {Scope.READ_CASES}, Permission.TRIAGE, False),
        (Role.TRIAGER, {Scope.WORK_CASES}, Permission.DECIDE, True),
        (Role.TRIAGER, {Scope.PUBLISH}, Permission.PUBLISH, False),
        (Role.EDITOR, {Scope.PUBLISH}, Permission.PUBLISH, True),
        (Role.EDITOR, {Scope.PUBLISH}, Permission.DECIDE, False),
        (Role.EDITOR, set(), Permission.VIEW_DESK, False),
    ],
)
def test_what_a_token_opens(
    role: Role, scopes: set[Scope], permission: Permission, expected: bool
) -> None:
    assert opens(role, scopes, permission) is expected


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", list(Role))
def test_all_scopes_together_open_no_more_than_the_role(role: Role, permission: Permission) -> None:
    assert not opens(role, list(Scope), permission) or is_permitted(role, permission)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "permission",
    [
        Permission.MANAGE_STAFF,
        Permission.VIEW_AUDIT,
        Permission.MANAGE_EXPLANATIONS,
        Permission.SECURE_ACCOUNT,
    ],
)
def test_no_token_reaches_accounts_and_audit(role: Role, permission: Permission) -> None:
    assert not opens(role, list(Scope), permission)


def test_a_role_is_offered_the_scopes_that_are_worth_something() -> None:
    assert open_to(Role.TRIAGER) == [Scope.READ_CASES, Scope.WORK_CASES]
    assert open_to(Role.EDITOR) == open_to(Role.ADMIN) == list(Scope)
