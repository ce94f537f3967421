"""The locks name all that an installation needs: installers are told to look for no more."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires, version
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PYPROJECT = tomllib.loads((environment.LOCKS.parent / "pyproject.toml").read_text("utf-8"))
RUNTIME = PYPROJECT["project"]["dependencies"]
DEV = [*RUNTIME, *PYPROJECT["dependency-groups"]["dev"]]


def locked(purpose: environment.Purpose) -> dict[str, str]:
    """Return the version of every package that a lock names for this Python."""
    text = environment.lock(purpose).read_text("utf-8")
    lines = map(Requirement, re.findall(r"^([a-z0-9].*?) ?\\$", text, re.MULTILINE))
    here = [one for one in lines if one.marker is None or one.marker.evaluate()]
    return {one.name: str(one.specifier).removeprefix("==") for one in here}


def needed(named: Iterable[str]) -> Iterator[Requirement]:
    """Yield what is needed on this machine, and what that needs, extras included."""
    waiting, seen = [Requirement(each) for each in named], set()
    while waiting:
        one = waiting.pop()
        if str(one) in seen or not (one.marker is None or one.marker.evaluate()):
            continue
        seen.add(str(one))
        yield one
        for below in map(Requirement, requires(one.name) or []):
            extras = [{"extra": extra} for extra in ("", *one.extras)]
            if below.marker is None or any(below.marker.evaluate(extra) for extra in extras):
                below.marker = None
                waiting.append(below)


@pytest.mark.parametrize(("purpose", "named"), [("runtime", RUNTIME), ("dev", DEV)])
def test_a_lock_names_all_that_is_needed(purpose: environment.Purpose, named: list[str]) -> None:
    pinned = locked(purpose)

    unmet = [
        str(one)
        for one in needed(named)
        if not one.specifier.contains(pinned.get(canonicalize_name(one.name), "0"), True)
        or canonicalize_name(one.name) not in pinned
    ]

    assert len(pinned) > 30
    assert unmet == []


def test_the_environment_is_what_the_lock_says() -> None:
    pinned = locked("dev")
    here = {canonicalize_name(one.name) for one in needed(DEV)}

    installed = {name: version(name) for name in here}

    assert installed == {name: pinned[name] for name in here}
