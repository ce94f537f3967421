"""``flask staff``: taking people on, and shutting them out, from a terminal."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Staff
from app.rules.errors import InvalidInput
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.services import sessions
from tests import make
from tests.accounts import last_event, with_app
from tests.cli.conftest import Run

ADD = ("staff", "add", "ines@desk.example", "--name", "Ines Okafor", "--role")


def _role(app: Flask) -> Role:
    with app.app_context():
        return db.session.scalars(select(Staff.role)).one()


def _can_sign_in(app: Flask, password: str = make.PASSWORD) -> bool:
    with app.app_context():
        try:
            return sessions.sign_in("ines@desk.example", password, at=make.NOW).is_complete
        except InvalidInput:
            return False


def test_the_password_is_asked_for_twice_and_not_shown(app: Flask, run: Run) -> None:
    result = run(*ADD, "editor", typed=f"{make.PASSWORD}\n{make.PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert "Ines Okafor can sign in as ines@desk.example." in result.output
    assert make.PASSWORD not in result.output
    assert _can_sign_in(app)
    assert _role(app) is Role.EDITOR


def test_two_passwords_that_differ_are_asked_for_again(app: Flask, run: Run) -> None:
    typed = "\n".join([make.PASSWORD, "another one entirely", make.PASSWORD, make.PASSWORD, ""])

    result = run(*ADD, "admin", typed=typed)

    assert result.exit_code == 0
    assert "do not match" in result.output
    assert _can_sign_in(app)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_the_password_can_come_from_standard_input(app: Flask, run: Run, end: str) -> None:
    result = run(*ADD, "triager", "--password-stdin", typed=make.PASSWORD + end)

    assert result.exit_code == 0, result.output
    assert _can_sign_in(app)


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        ((*ADD, "editor"), "short", "12 to 256"),
        ((*ADD, "editor"), "", "12 to 256"),
        ((*ADD, "boss"), make.PASSWORD, "'boss' is not one of"),
        (("staff", "add", "ines", "--name", "I", "--role", "editor"), make.PASSWORD, "no e-mail"),
        (("staff", "add", "i@desk.example", "--name", " ", "--role", "editor"), "x" * 12, "name"),
        (("staff", "add", "i@desk.example", "--role", "editor"), make.PASSWORD, "--name"),
    ],
)
def test_what_cannot_be_used_is_said_and_nobody_is_taken_on(
    app: Flask, run: Run, arguments: tuple[str, ...], password: str, said: str
) -> None:
    result = run(*arguments, "--password-stdin", typed=password)

    assert result.exit_code in (1, 2)
    assert said in result.output
    assert "Traceback" not in result.output
    with app.app_context():
        assert db.session.scalars(select(Staff)).all() == []


def test_nobody_is_taken_on_twice(run: Run) -> None:
    run(*ADD, "editor", "--password-stdin", typed=make.PASSWORD)

    result = run(*ADD, "admin", "--password-stdin", typed=make.PASSWORD)

    assert result.exit_code == 1
    assert "Error: ines@desk.example is on the staff already." in result.output


def test_the_list_names_everybody(app: Flask, run: Run) -> None:
    with app.app_context():
        make.staff(Role.ADMIN, name="Ada", email="ada@desk.example")
        make.staff(Role.EDITOR, name="Ines", email="ines@desk.example")
    run("staff", "disable", "ines@desk.example")

    result = run("staff", "list")

    assert result.output.splitlines() == [
        "ada@desk.example\tAda\tadmin\tactive",
        "ines@desk.example\tInes\teditor\tdisabled",
    ]


def test_who_is_disabled_is_out_until_enabled(app: Flask, run: Run) -> None:
    run(*ADD, "editor", "--password-stdin", typed=make.PASSWORD)

    run("staff", "disable", "ines@desk.example")
    while_disabled = _can_sign_in(app)
    run("staff", "enable", "ines@desk.example")

    assert not while_disabled
    assert _can_sign_in(app)


def test_a_role_can_be_changed(app: Flask, run: Run) -> None:
    run(*ADD, "editor", "--password-stdin", typed=make.PASSWORD)

    result = run("staff", "role", "ines@desk.example", "triager")

    assert result.exit_code == 0
    assert _role(app) is Role.TRIAGER


def test_a_password_can_be_set_anew(app: Flask, run: Run) -> None:
    run(*ADD, "editor", "--password-stdin", typed=make.PASSWORD)

    result = run(
        "staff", "password", "ines@desk.example", "--password-stdin", typed="a new long password"
    )

    assert result.exit_code == 0
    assert not _can_sign_in(app)
    assert _can_sign_in(app, "a new long password")


@pytest.mark.parametrize(
    "arguments",
    [
        ("disable", "nobody@desk.example"),
        ("enable", "nobody@desk.example"),
        ("role", "nobody@desk.example", "editor"),
        ("password", "nobody@desk.example", "--password-stdin"),
    ],
)
def test_who_is_not_on_the_staff_is_named(run: Run, arguments: tuple[str, ...]) -> None:
    result = run("staff", *arguments, typed=make.PASSWORD)

    assert result.exit_code == 1
    assert "Error: nobody@desk.example is not on the staff." in result.output


@pytest.mark.parametrize("arguments", [("disable",), ("role", "editor")])
def test_the_last_admin_stays(run: Run, app: Flask, arguments: tuple[str, ...]) -> None:
    run(*ADD, "admin", "--password-stdin", typed=make.PASSWORD)
    command, *rest = arguments

    result = run("staff", command, "ines@desk.example", *rest)

    assert result.exit_code == 1
    assert "last admin" in result.output
    assert _can_sign_in(app)


def test_a_lost_second_factor_is_taken_away(app: Flask, run: Run) -> None:
    with app.app_context():
        person, _secret, _codes = with_app()
        email = person.email

    result = run("staff", "reset-second-factor", email)
    again = run("staff", "reset-second-factor", email)

    assert result.exit_code == 0, result.output
    assert "password alone" in result.output
    assert again.exit_code == 1
    assert "has no second factor" in again.output


def test_what_is_done_here_is_audited_as_nobodys(app: Flask, run: Run) -> None:
    run(*ADD, "editor", "--password-stdin", typed=make.PASSWORD)

    run("staff", "role", "ines@desk.example", "triager")

    with app.app_context():
        assert last_event().kind is SecurityEventKind.ROLE_CHANGED
        assert last_event().actor_id is None
