"""What every test may ask for: an application on either database, a client, the cast."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from app import create_app
from app.extensions import db
from tests.pages import Browser
from tests.postgres import Server, start_server

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"

BOTH = ("models", "services", "queries")
"""The folders whose tests run on SQLite and on PostgreSQL."""


class Compiled(BytecodeCache):
    """Keeps templates as they were compiled: each test has an application of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give back a template that an earlier test compiled, if it is still the same."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template for the tests that follow."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Compiled()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of the data layer on both databases."""
    if "database_url" not in metafunc.fixturenames:
        return
    folder = Path(str(metafunc.definition.path)).parent.name
    both = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]
    engines = both if folder in BOTH else both[:1]
    metafunc.parametrize("database_url", engines, indirect=True)


def refuse_or_skip(reason: str) -> None:
    """Skip a test for want of something; where everything has to run, fail instead."""
    if os.environ.get("CORRIGENDA_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with the real input; it is part of every checkout's surroundings."""
    assert SHARED.is_dir(), f"the real input is missing: there is no {SHARED}"
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Start a PostgreSQL server of the tests' own, or use the one that is named."""
    with start_server() as server:
        if server is None:
            refuse_or_skip("no PostgreSQL: install it, or set CORRIGENDA_TEST_DATABASE_URL")
        else:
            yield server


def _settings(url: str) -> dict[str, object]:
    return {
        "ENV": "development",
        "SECRET_KEY": "a secret for tests, which protects nothing",
        "DATABASE_URL": url,
        "SITE_URL": "http://localhost",
        "LOG_LEVEL": "CRITICAL",
        "TIMEZONE": "Asia/Singapore",
    }


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return an empty, migrated SQLite database, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.db"
    _migrate(f"sqlite:///{path}", folder)
    return path.read_bytes()


@pytest.fixture(scope="session")
def postgres_template(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of an empty, migrated database, from which each test's is cloned."""
    name = postgres.create()
    _migrate(postgres.url(name), tmp_path_factory.mktemp("pg-template"))
    return name


def _migrate(url: str, instance: Path) -> None:
    app = create_app(_settings(url), instance)
    with app.app_context():
        upgrade()
        db.session.execute(db.text("SELECT 1"))
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "corrigenda.db"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create(template=request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return an application on a fresh database; no context is held open around it."""
    app = create_app(_settings(database_url), tmp_path)
    app.testing = True
    app.jinja_env.bytecode_cache = TEMPLATES
    app.config["PROPAGATE_EXCEPTIONS"] = False  # errors become pages, as they do for readers
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """Hold an application's context open, for tests of the data layer: they have no client."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a visitor's browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Return a visitor who opens pages, fills in forms and finds things by their names."""
    return Browser(app.test_client())
