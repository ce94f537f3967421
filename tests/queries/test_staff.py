"""Reading who works at the desk."""

from __future__ import annotations

import pytest

from app.queries import staff
from app.rules.permissions import Role
from app.services import staff as staff_services
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def test_everybody_is_listed_by_name_the_disabled_too() -> None:
    make.staff(name="Rui")
    ada = make.staff(Role.ADMIN, name="Ada")
    make.staff(Role.ADMIN, name="Ines")
    staff_services.disable(ada.email)

    assert [(person.name, person.is_disabled) for person in staff.everyone()] == [
        ("Ada", True),
        ("Ines", False),
        ("Rui", False),
    ]


def test_a_session_is_known_by_its_token_alone() -> None:
    person = make.staff()
    token = staff_services.sign_in(person.email, make.PASSWORD, at=make.NOW)

    assert staff.signed_in(token or "", make.NOW) == person
    assert staff.signed_in("", make.NOW) is None
    assert staff.signed_in((token or "")[:-1], make.NOW) is None
