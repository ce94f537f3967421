"""Templates: nothing slips past escaping or the content policy, and every word is marked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.code import ROOT

TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())

_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/ld\+json)", re.I)
_SAFE = re.compile(r"\|\s*safe\b")
_CLASSES = re.compile(r"\{% block \w*class %\}.*?\{% endblock %\}", re.S)
_ATTRIBUTE = re.compile(r"""[\w-]+=(["']).*?\1""", re.S)
_ENTITY = re.compile(r"&#?\w+;")
_NO_WORDS = frozenset({"Corrigenda"})
"""What is the same in every language."""

_SAYING = re.compile(r"""\b(?:alt|aria-label|placeholder|title)=(["'])(?P<said>.*?)\1""", re.S)


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def _blanked(source: str) -> str:
    """Return a template with what Jinja reads taken out, line breaks kept."""
    return _JINJA.sub(lambda found: "\n" * found[0].count("\n") or "\N{ZERO WIDTH SPACE}", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_no_template_walks_around_escaping(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    marked = [source[: found.start()].rstrip()[-1] for found in _SAFE.finditer(source)]

    assert all(before in "\"'" for before in marked), "only what a template itself says is safe"
    assert not re.search(r"autoescape\s+false", source)


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=_id)
def test_no_template_holds_what_the_content_policy_forbids(path: Path) -> None:
    html = _blanked(path.read_text(encoding="utf-8"))

    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", html, re.I)
    assert not _SCRIPT.search(html)


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=_id)
def test_every_word_of_the_interface_is_marked_for_translation(path: Path) -> None:
    html = _blanked(_CLASSES.sub("", path.read_text(encoding="utf-8")))
    said = [found["said"] for found in _SAYING.finditer(html)]
    seen = re.sub(r"<(script|svg)\b.*?</\1>", "", html, flags=re.S)
    seen = _ENTITY.sub("", _ATTRIBUTE.sub("", re.sub(r"<[^>]*>", "\n", seen)))

    words = [line.strip() for line in [*seen.splitlines(), *said] if re.search(r"[^\W\d_]", line)]

    assert [word for word in words if word.strip("\N{ZERO WIDTH SPACE} ") not in _NO_WORDS] == []


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 20
