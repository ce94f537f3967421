"""Dependencies run one way: rules, models, queries, services, and then the three outer layers."""

from __future__ import annotations

from pathlib import Path

from app.models import Base
from tests.house.code import APP, calls, imports, modules, name_of

LIBRARIES = {"flask", "sqlalchemy", "alembic", "werkzeug", "jinja2", "wtforms", "click"}

MAY_USE: dict[str, set[str]] = {
    # The layers, from the inside out.
    "rules": set(),
    "models": {"rules"},
    "queries": {"rules", "models", "extensions", "tokens", "safekeeping"},
    "services": {"rules", "models", "queries", "extensions", "tokens", "safekeeping", "clock"},
    "importers": {"rules"},
    # What carries and shows: each may use all that lies inside, and none of the others.
    "delivery": {"rules", "models", "queries", "services", "extensions", "tokens", "clock", "logs"}
    | {"config"},
    "web": {"rules", "models", "queries", "services", "extensions", "tokens", "clock", "logs"}
    | {"delivery", "safekeeping"},
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
        "safekeeping",
    },
    # What stands beside the layers.
    "extensions": {"models"},
    "clock": set(),
    "kept_files": set(),
    "safekeeping": {"rules", "logs", "kept_files"},
    "tokens": {"rules"},
    "config": {"setting_readers", "days_off", "kept_files"},
    "setting_readers": {"rules", "days_off"},
    "days_off": {"rules"},
    "logs": set(),
    "__init__": {"cli", "config", "extensions", "logs", "web"},
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


def _in(layer: str) -> list[Path]:
    return [path for path in modules() if _layer(path) == layer]


def test_every_part_of_the_application_has_its_place() -> None:
    parts = {_layer(path) for path in modules()}

    assert parts <= set(MAY_USE), "say in MAY_USE what a new part may use"


def test_a_module_uses_only_what_lies_inside_of_it() -> None:
    found = {name_of(path): _ours(path) - MAY_USE[_layer(path)] for path in modules()}

    assert {name: used for name, used in found.items() if used} == {}


def test_what_a_layer_may_use_it_does_use() -> None:
    used: dict[str, set[str]] = {_layer(path): set() for path in modules()}
    for path in modules():
        used[_layer(path)] |= _ours(path)

    idle = {layer: MAY_USE[layer] - found for layer, found in used.items()}

    assert {layer: parts for layer, parts in idle.items() if parts} == {}


def test_a_module_leaves_alone_what_is_not_of_its_layer() -> None:
    found = {name_of(path): _strange(path) for path in modules()}

    assert {name: strange for name, strange in found.items() if strange} == {}


def _strange(path: Path) -> set[str]:
    """Return the libraries that a module imports and its layer may not; extensions count too."""
    forbidden = MAY_NOT_IMPORT.get(_layer(path), set())
    libraries = {name.split(".")[0] for name in imports(path)}
    return {name for name in libraries if name in forbidden or name.split("_")[0] in forbidden}


def test_the_time_is_read_in_one_place() -> None:
    read = {
        name_of(path): line
        for path in modules()
        for line, call in calls(path)
        if call.endswith(("datetime.now", ".utcnow", ".today"))
    }

    assert set(read) == {"app.clock"}


def test_services_share_helpers_and_never_each_others_verbs() -> None:
    shared = {"transaction"}

    taken = {
        name_of(path): name
        for path in _in("services")
        for name in imports(path)
        if name.startswith("app.services.")
        and not name.split(".")[2].startswith("_")
        and name.split(".")[2] not in shared
    }

    assert taken == {}


def test_a_query_only_reads() -> None:
    writing = {"insert", "update", "delete", "add", "add_all", "merge", "flush"}

    taken = {
        name_of(path): name
        for path in _in("queries")
        for name in imports(path)
        if name.startswith("sqlalchemy.") and name.rsplit(".", 1)[-1] in writing
    }
    called = {
        name_of(path): call
        for path in _in("queries")
        for _, call in calls(path)
        if "session" in call and call.rsplit(".", 1)[-1] in writing
    }

    assert (taken, called) == ({}, {})


def test_the_web_writes_nothing_but_through_services() -> None:
    reading = {f"db.session.{name}" for name in ("get_one", "refresh", "connection", "rollback")}

    database = {name for path in _in("web") for name in imports(path) if "sqlalchemy" in name}
    called = {
        (name_of(path), call)
        for path in _in("web")
        for _, call in calls(path)
        if call.startswith("db.session") and call not in reading
    }

    assert all(name.startswith(("sqlalchemy.exc.", "sqlalchemy.orm.exc.")) for name in database)
    assert called == set()


def test_the_web_makes_no_rows() -> None:
    tables = {mapper.class_.__name__ for mapper in Base.registry.mappers}

    made = {(name_of(path), call) for path in _in("web") for _, call in calls(path)}

    assert len(tables) > 10
    assert {(name, call) for name, call in made if call in tables} == set()
