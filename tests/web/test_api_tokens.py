"""Whose access tokens open nothing: people who are shut out, or lack what their role demands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import now
from app.extensions import db
from app.rules.credentials import Proof
from app.rules.errors import NotAllowed
from app.rules.permissions import Role
from app.rules.scopes import Scope
from app.services import api_tokens
from app.services import staff as staff_services
from tests import make
from tests.web import cast
from tests.web.program import problem, staffed

NAME = "Edda Lin"


def test_a_token_opens_nothing_to_whose_role_demands_a_second_factor(app: Flask) -> None:
    program = staffed(app, Role.EDITOR, name=NAME)
    app.config["SECOND_FACTOR_ROLES"] = ["editor"]

    refused = [program.get("/cases"), program.post("/cases/C-0001/claim", {})]

    assert [problem(each)[0] for each in refused] == [403, 403]
    assert "set one up at the desk" in problem(refused[0])[1]


def test_once_the_second_factor_is_set_up_the_token_works(app: Flask) -> None:
    program = staffed(app, Role.EDITOR, name=NAME)
    app.config["SECOND_FACTOR_ROLES"] = ["editor"]
    with app.app_context():
        cast.staff_named(NAME).totp_secret = "sealed"
        db.session.commit()

    response = program.get("/cases")

    assert response.status_code == 200


def test_other_roles_need_none(app: Flask) -> None:
    program = staffed(app, Role.TRIAGER, name=NAME)
    app.config["SECOND_FACTOR_ROLES"] = ["editor", "admin"]

    assert program.get("/cases").status_code == 200


def test_no_token_is_made_without_the_second_factor_that_the_role_demands(app: Flask) -> None:
    app.config["SECOND_FACTOR_ROLES"] = ["editor"]
    with app.app_context():
        staff = make.staff(Role.EDITOR)

        with pytest.raises(NotAllowed, match="set one up first"):
            api_tokens.make(
                staff.id,
                "Importer",
                [Scope.READ_CASES],
                Proof(make.PASSWORD),
                lasts=timedelta(days=1),
                at=now(),
            )


def test_nobody_who_is_disabled_gets_in_by_a_token(app: Flask) -> None:
    program = staffed(app, Role.EDITOR, name=NAME)
    with app.app_context():
        person = cast.staff_named(NAME).id
        staff_services.disable(person, by=None, at=now())

    refused = program.get("/cases")
    with app.app_context():
        staff_services.enable(person, by=None, at=now())

    assert problem(refused)[0] == 401
    assert program.get("/cases").status_code == 200
