"""Dependencies run one way: rules, models, queries, services, and then the three outer layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.code import APP, calls, imports, modules, name_of

LIBRARIES = {"flask", "sqlalchemy", "alembic", "werkzeug", "jinja2", "wtforms", "click"}

MAY_USE: dict[str, set[str]] = {
    # The layers, from the inside out.
    "rules": set(),
    "models": {"rules"},
    "queries": {"rules", "models", "extensions", "tokens"},
    "services": {"rules", "models", "queries", "extensions", "tokens"},
    "importers": {"rules"},
    # What carries and shows: each may use all that lies inside, and none of the others.
    "delivery": {"rules", "models", "queries", "services", "extensions", "tokens", "clock", "logs"}
    | {"config"},
    "web": {"rules", "models", "queries", "services", "extensions", "tokens", "clock", "logs"}
    | {"delivery"},
    "demo": {"rules", "models", "queries", "services", "importers", "extensions", "tokens"},
    "cli": {
        "rules",
        "queries",
        "services",
        "importers",
        "demo",
        "delivery",
        "clock",
        "config",
        "extensions",
    },
    # What stands beside the layers.
    "extensions": {"models"},
    "clock": set(),
    "tokens": {"rules"},
    "config": set(),
    "logs": set(),
    "__init__": {"cli", "config", "delivery", "extensions", "logs", "web"},
}

MAY_NOT_IMPORT: dict[str, set[str]] = {
    "rules": LIBRARIES | {"time", "os", "pathlib", "random", "secrets", "socket", "logging", "io"},
    "models": {"flask", "werkzeug", "click", "os", "time", "random"},
    "queries": {"flask", "werkzeug", "click", "os", "time"},
    "importers": LIBRARIES | {"time", "random", "socket"},
    "services": {"werkzeug", "jinja2", "wtforms", "click", "flask_login"},
    "web": {"click", "sqlite3", "psycopg"},
}


def _layer(path: Path) -> str:
    first = path.relative_to(APP).parts[0]
    return first.removesuffix(".py")


def _ours(path: Path) -> set[str]:
    """Return the layers that a module imports, other than its own."""
    found = set()
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "app" and len(parts) > 1:
            found.add(parts[1])
    return found - {_layer(path)}


def test_every_part_of_the_application_has_its_place() -> None:
    parts = {_layer(path) for path in modules()}

    assert parts <= set(MAY_USE), "say in MAY_USE what a new part may use"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_uses_only_what_lies_inside_of_it(path: Path) -> None:
    assert _ours(path) <= MAY_USE[_layer(path)]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_leaves_alone_what_is_not_of_its_layer(path: Path) -> None:
    forbidden = MAY_NOT_IMPORT.get(_layer(path), set())

    found = {name.split(".")[0] for name in imports(path)}

    assert not {
        name
        for name in found
        if any(name == bad or name.startswith(f"{bad}_") for bad in forbidden)
    }


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_the_time_is_read_in_one_place(path: Path) -> None:
    if name_of(path) == "app.clock":
        return

    read = [call for _, call in calls(path) if call.endswith(("datetime.now", ".utcnow", ".today"))]

    assert read == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_services_are_told_the_time(path: Path) -> None:
    if _layer(path) not in ("rules", "models", "queries", "services", "importers"):
        return

    assert "app.clock.now" not in set(imports(path))


@pytest.mark.parametrize("path", [p for p in modules() if _layer(p) == "services"], ids=name_of)
def test_a_service_uses_helpers_of_others_and_never_their_verbs(path: Path) -> None:
    from_services = [name for name in imports(path) if name.startswith("app.services.")]

    verbs = [
        name
        for name in from_services
        if not name.split(".")[2].startswith("_") and name.split(".")[2] != "transaction"
    ]

    assert set(verbs) <= {"app.services.reports.due_for_decision"}, "share a private helper"


@pytest.mark.parametrize("path", [p for p in modules() if _layer(p) == "queries"], ids=name_of)
def test_a_query_only_reads(path: Path) -> None:
    writing = {"insert", "update", "delete"}

    taken = {name.rsplit(".", 1)[-1] for name in imports(path) if name.startswith("sqlalchemy.")}
    called = {call.rsplit(".", 1)[-1] for _, call in calls(path) if "session" in call}

    assert not taken & writing
    assert not called & {"add", "add_all", "delete", "merge", "flush", "commit"}


@pytest.mark.parametrize("path", [p for p in modules() if _layer(p) == "web"], ids=name_of)
def test_the_web_writes_nothing_but_through_services(path: Path) -> None:
    database = {name for name in imports(path) if name.startswith("sqlalchemy")}
    called = {call for _, call in calls(path) if call.startswith("db.session")}

    assert all(name.startswith(("sqlalchemy.exc.", "sqlalchemy.orm.exc.")) for name in database)
    assert called <= {f"db.session.{name}" for name in ("get_one", "refresh", "connection")} | {
        "db.session.rollback"
    }


@pytest.mark.parametrize("path", [p for p in modules() if _layer(p) == "web"], ids=name_of)
def test_the_web_changes_no_row(path: Path) -> None:
    rows = {"Article", "Case", "CaseEvent", "Correction", "Report", "Staff", "Version", "Note"}

    made = {call for _, call in calls(path) if call in rows}

    assert made == set()
