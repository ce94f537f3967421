"""Every command stands in the README, and says what it does when it is asked."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from flask import Flask

from tests.house.code import ROOT

THEIRS = {"run", "routes", "shell", "db", "openapi"}
"""Commands that Flask, Flask-Migrate and flask-smorest bring with them."""


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        path = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from _commands(command, path)
        else:
            yield path, command


@pytest.fixture
def commands(app: Flask) -> dict[str, click.Command]:
    """Return the application's own commands by the words that call them."""
    ours = click.Group(commands={n: c for n, c in app.cli.commands.items() if n not in THEIRS})
    return dict(_commands(ours))


def test_the_readme_names_every_command(commands: dict[str, click.Command]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [path for path in commands if not _is_named(path, readme)]

    assert len(commands) >= 8
    assert missing == []


def _is_named(path: str, readme: str) -> bool:
    """Say whether the commands' table names a command, on its own line or beside its sibling."""
    group, _, name = path.rpartition(" ")
    lines = [line for line in readme.splitlines() if line.startswith("| `python3 tasks.py ")]
    return any(
        f"tasks.py flask {path}" in line or (f" {group} " in line and f"`{name}`" in line)
        for line in lines
    )


def test_every_command_says_what_it_does(commands: dict[str, click.Command]) -> None:
    assert all((command.help or "").strip().endswith(".") for command in commands.values())


def test_every_option_says_what_it_is_for(commands: dict[str, click.Command]) -> None:
    silent = [
        f"{path} --{option.name}"
        for path, command in commands.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not option.required
    ]

    assert silent == []
