"""One place commits: what a person asked for is done whole, or not at all."""

from __future__ import annotations

import ast

from tests.house.code import APP, calls, modules, name_of, tree

PERMITTED = {
    "app.services.transaction": {"session.commit", "session.rollback"},
    # An error may have come in the middle of reading; nothing of it is kept.
    "app.web.errors": {"db.session.rollback"},
    # One article that is refused keeps none of the others out that come in with it.
    "app.services.articles": {"session.begin_nested"},
    # A check of the log looks at the database as it is at one moment, which begins then.
    "app.queries.log": {"db.session.rollback"},
    # Counting is a transaction of its own: a refusal must not take the count back.
    "app.services._limits": {"connection.begin"},
}

ENDING = (".commit", ".rollback", ".begin", ".begin_nested", ".savepoint")


def test_only_the_transaction_ends_transactions() -> None:
    found = {
        (name_of(path), call)
        for path in modules()
        for _, call in calls(path)
        if call.endswith(ENDING) and call not in PERMITTED.get(name_of(path), set())
    }

    assert found == set()


def test_what_is_permitted_is_used() -> None:
    for name, permitted in PERMITTED.items():
        path = APP.parent / (name.replace(".", "/") + ".py")

        found = {call for _, call in calls(path)}

        assert permitted <= found


def test_a_transaction_is_opened_by_services_alone() -> None:
    opening = {
        name_of(path) for path in modules() for _, call in calls(path) if call == "transaction"
    }

    assert opening
    assert all(name.startswith("app.services.") for name in opening)


def test_a_transaction_stands_in_public_functions_alone() -> None:
    private = {
        f"{name_of(path)}.{node.name}"
        for path in (APP / "services").glob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("_")
        if any(
            ast.unparse(part) == "transaction()"
            for part in ast.walk(node)
            if isinstance(part, ast.Call)
        )
    }

    assert private == set()
