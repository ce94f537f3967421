"""The command line as a person types it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Return what runs ``flask`` with arguments, and with lines typed at its prompts."""

    def command(*arguments: object, typed: str = "") -> Result:
        return app.test_cli_runner().invoke(
            args=[str(argument) for argument in arguments], input=typed, color=False
        )

    return command
