"""The silent-edit guard: one module makes versions and says which of them is public."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.code import modules, name_of, tree

GUARD = "app.services._publication"
ERASER = "app.services._redaction"
"""Puts tombstones in the place of words; the database lets it put nothing else."""

WRITING = frozenset({"Version", "insert", "update", "delete"})


def _makes_a_version(node: ast.AST) -> bool:
    """Say whether a call makes, changes or removes rows of the versions."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func).rpartition(".")[2]
    named = [ast.unparse(argument) for argument in node.args[:1]]
    return called == "Version" or (called in WRITING and named == ["Version"])


def _moves_the_public_text(node: ast.AST) -> bool:
    """Say whether a statement decides which version of an article is public."""
    if isinstance(node, ast.AnnAssign):
        return False  # the column itself
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AugAssign):
        targets = [node.target]
    if isinstance(node, ast.keyword):
        return node.arg == "latest_number"
    return any(ast.unparse(target).endswith("latest_number") for target in targets)


def _ways(path: Path) -> bool:
    nodes = list(ast.walk(tree(path)))
    return any(_makes_a_version(node) or _moves_the_public_text(node) for node in nodes)


def test_there_is_one_way_to_change_a_published_text() -> None:
    found = {name_of(path) for path in modules() if _ways(path)}

    assert found == {GUARD, ERASER}


def test_a_second_way_would_be_found() -> None:
    for line in (
        "session.add(Version(number=2))",
        "session.execute(update(Version).values(body=''))",
        "article.latest_number += 1",
        "article.latest_number = 7",
        "session.execute(update(Article).values(latest_number=2))",
    ):
        nodes = list(ast.walk(ast.parse(line)))
        assert any(_makes_a_version(node) or _moves_the_public_text(node) for node in nodes), line
