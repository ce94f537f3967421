"""What is read in one go stays short enough for it."""

from __future__ import annotations

import ast

from tests.house.code import modules, name_of, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 45


def test_a_file_is_no_longer_than_a_few_screens() -> None:
    lines = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in modules()}

    assert {name: number for name, number in lines.items() if number > LONGEST_FILE} == {}


def test_a_function_is_no_longer_than_a_screen() -> None:
    lines = {
        f"{name_of(path)}.{node.name}": _length(node)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: number for name, number in lines.items() if number > LONGEST_FUNCTION} == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function's body has, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
