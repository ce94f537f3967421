"""What is read in one go stays short enough for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.code import modules, name_of, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 45


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_file_is_no_longer_than_a_few_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_function_is_no_longer_than_a_screen(path: Path) -> None:
    too_long = {
        node.name: _length(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _length(node) > LONGEST_FUNCTION
    }

    assert too_long == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function's body has, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
