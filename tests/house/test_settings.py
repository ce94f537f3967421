"""Every setting stands in the README, with its default and its meaning, and no other does."""

from __future__ import annotations

import re

import pytest

from app.config import PREFIX, SETTINGS, Setting
from tests.house.code import ROOT

_ROW = re.compile(
    r"^\| `CORRIGENDA_(?P<name>\w+)` \| (?P<default>.*?) \| (?P<meaning>.*) \|$", re.M
)

NOT_FROM_CONFIG = {"INSTANCE_PATH"}
"""Where ``config.py`` is cannot stand in ``config.py``."""


def _rows() -> dict[str, tuple[str, str]]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return {m["name"]: (m["default"], m["meaning"]) for m in _ROW.finditer(readme)}


def test_the_readme_lists_every_setting_and_no_other() -> None:
    assert set(_rows()) == {setting.name for setting in SETTINGS} | NOT_FROM_CONFIG


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_readme_says_what_a_setting_means_and_is(setting: Setting) -> None:
    default, meaning = _rows()[setting.name]

    written = setting.default
    if isinstance(written, bool):
        written = int(written)
    assert meaning == setting.meaning
    assert default == (f"`{written}`" if written not in ("", []) else "empty")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_what_the_readme_gives_as_a_default_can_be_set(setting: Setting) -> None:
    default, _ = _rows()[setting.name]

    read = setting.read(default.strip("`") if default != "empty" else "")

    assert read == setting.default


def test_no_other_variable_of_ours_is_read_anywhere() -> None:
    known = {PREFIX + name for name in _rows()} | {PREFIX}
    read = set()
    for path in (ROOT / "app").rglob("*.py"):
        read |= set(re.findall(r"CORRIGENDA_[A-Z_]+", path.read_text(encoding="utf-8")))

    assert {name.rstrip("_") for name in read} <= {name.rstrip("_") for name in known}
