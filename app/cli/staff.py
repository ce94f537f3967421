"""``flask staff``: who works at the desk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext

from app.clock import now
from app.queries import staff as staff_queries
from app.rules.errors import DeskError
from app.rules.permissions import Role
from app.services import staff as staff_services

F = TypeVar("F", bound=Callable[..., Any])

staff = click.Group("staff", help="Who works at the desk.")


@contextmanager
def told() -> Iterator[None]:
    """Turn a refusal into a line on the terminal and exit status 1."""
    try:
        yield
    except DeskError as error:
        raise click.ClickException(error.message) from None


def password_option(command: F) -> F:
    """Take the password from a prompt, or from standard input with ``--password-stdin``."""

    @click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
    @wraps(command)
    def with_password(*args: Any, password_stdin: bool, **options: Any) -> Any:
        return command(*args, password=_password(from_stdin=password_stdin), **options)

    return with_password  # type: ignore[return-value] # wraps() keeps the command's shape


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _number(email: str) -> int:
    """Return whom an address belongs to; raise ``NotFound`` where that is nobody."""
    return staff_queries.with_email(email).id


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as colleagues see it.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@password_option
@with_appcontext
def add(email: str, name: str, role: str, password: str) -> None:
    """Take somebody on."""
    with told():
        staff_services.add(email, name=name, role=Role(role), password=password, at=now())
    click.echo(f"{name} can sign in as {email}.")


@staff.command("list")
@with_appcontext
def list_staff() -> None:
    """List everybody, the disabled ones included."""
    for person in staff_queries.everyone():
        state = "disabled" if person.is_disabled else "active"
        click.echo(f"{person.email}\t{person.name}\t{person.role.value}\t{state}")


@staff.command("disable")
@click.argument("email")
@with_appcontext
def disable(email: str) -> None:
    """Shut somebody out, at once and everywhere."""
    with told():
        staff_services.disable(_number(email), by=None, at=now())
    click.echo(f"{email} is disabled and signed out.")


@staff.command("enable")
@click.argument("email")
@with_appcontext
def enable(email: str) -> None:
    """Let somebody in again."""
    with told():
        staff_services.enable(_number(email), by=None, at=now())
    click.echo(f"{email} may sign in again.")


@staff.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@with_appcontext
def change_role(email: str, role: str) -> None:
    """Give somebody another role."""
    with told():
        staff_services.change_role(_number(email), Role(role), by=None, at=now())
    click.echo(f"{email} is {role} now, and signed out.")


@staff.command("password")
@click.argument("email")
@password_option
@with_appcontext
def set_password(email: str, password: str) -> None:
    """Set somebody's password."""
    with told():
        staff_services.set_password(_number(email), password, at=now())
    click.echo(f"{email} has a new password, and is signed out everywhere.")


@staff.command("reset-second-factor")
@click.argument("email")
@with_appcontext
def reset_second_factor(email: str) -> None:
    """Take every second factor from somebody who has lost them."""
    with told():
        staff_services.reset_second_factor(_number(email), by=None, at=now())
    click.echo(f"{email} signs in with the password alone now, and is signed out everywhere.")
