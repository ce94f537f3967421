"""Reading who works at the desk."""

from __future__ import annotations

import pytest

from app.queries import staff
from app.rules.permissions import Role
from app.services import sessions
from app.services import staff as staff_services
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def test_everybody_is_listed_by_name_the_disabled_too() -> None:
    make.staff(name="Rui")
    ada = make.staff(Role.ADMIN, name="Ada")
    make.staff(Role.ADMIN, name="Ines")
    staff_services.disable(ada.id, by=None, at=make.NOW)

    assert [(person.name, person.is_disabled) for person in staff.everyone()] == [
        ("Ada", True),
        ("Ines", False),
        ("Rui", False),
    ]


def test_a_session_is_known_by_its_token_alone() -> None:
    person = make.staff()
    token = sessions.sign_in(person.email, make.PASSWORD, at=make.NOW).token

    found = staff.session_with(token, make.NOW)

    assert found is not None
    assert found.staff == person
    assert staff.session_with("", make.NOW) is None
    assert staff.session_with(token[:-1], make.NOW) is None
