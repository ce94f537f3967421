"""The whole policy: what each role may do, and no more."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from app.rules.permissions import ROLE_PERMISSIONS, Permission, Role, is_permitted

POLICY = {
    #                          triager editor admin
    Permission.SECURE_ACCOUNT: (True,  True,  True),
    Permission.VIEW_DESK:     (True,   True,  True),
    Permission.TRIAGE:        (True,   True,  True),
    Permission.DECIDE:        (True,   True,  True),
    Permission.EDIT_ARTICLES: (False,  True,  True),
    Permission.PUBLISH:       (False,  True,  True),
    Permission.MANAGE_STAFF:  (False,  False, True),
    Permission.VIEW_AUDIT:    (False,  False, True),
    Permission.MANAGE_EXPLANATIONS: (False, False, True),
    Permission.REDACT:        (False,  False, True),
}  # fmt: skip
ROLES = (Role.TRIAGER, Role.EDITOR, Role.ADMIN)


@pytest.mark.parametrize(("permission", "role"), list(product(Permission, Role)))
def test_a_role_carries_what_the_policy_says(permission: Permission, role: Role) -> None:
    expected = POLICY[permission][ROLES.index(role)]

    assert is_permitted(role, permission) is expected


def test_a_triager_decides_but_does_not_publish() -> None:
    assert is_permitted(Role.TRIAGER, Permission.DECIDE)
    assert not is_permitted(Role.TRIAGER, Permission.PUBLISH)
    assert not is_permitted(Role.TRIAGER, Permission.EDIT_ARTICLES)


def test_each_role_may_do_all_that_the_one_before_may() -> None:
    for lesser, greater in pairwise(ROLES):
        assert ROLE_PERMISSIONS[lesser] < ROLE_PERMISSIONS[greater]


def test_every_role_is_in_the_policy_and_has_a_name() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert [role.label for role in ROLES] == ["triager", "editor", "admin"]
