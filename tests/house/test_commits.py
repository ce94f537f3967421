"""One place commits: what a person asked for is done whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.code import APP, calls, modules, name_of

PERMITTED = {
    "app.services.transaction": {"session.commit", "session.rollback"},
    # An error may have come in the middle of reading; nothing of it is kept.
    "app.web.errors": {"db.session.rollback"},
    # Counting is a transaction of its own: a refusal must not take the count back.
    "app.services._limits": {"connection.begin"},
}

ENDING = (".commit", ".rollback", ".begin", ".begin_nested", ".savepoint")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_transaction_ends_transactions(path: Path) -> None:
    found = {call for _, call in calls(path) if call.endswith(ENDING)}

    assert found <= PERMITTED.get(name_of(path), set())


def test_what_is_permitted_is_used() -> None:
    for name, permitted in PERMITTED.items():
        path = APP.parent / (name.replace(".", "/") + ".py")

        found = {call for _, call in calls(path)}

        assert permitted <= found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_transaction_is_opened_by_services_alone(path: Path) -> None:
    opened = [line for line, call in calls(path) if call == "transaction"]

    assert not opened or name_of(path).startswith("app.services.")
