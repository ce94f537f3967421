"""The extensions, made here once and bound to an application in ``create_app``."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event

from app.models import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate(render_as_batch=True)
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()

WRITE = {"corrigenda_write": True}
"""Execution options of a connection that is going to write."""

# Foreign keys and recursive triggers are off in SQLite unless asked for on every connection;
# without the latter, INSERT OR REPLACE would walk around the triggers that refuse a DELETE.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 15000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA secure_delete = ON",
)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the listener below begins transactions, not the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take SQLite's write lock at the start of a write: two readers can't both turn writers."""
    if connection.dialect.name == "sqlite":
        is_write = "corrigenda_write" in connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def init_app(app: Flask) -> None:
    """Bind every extension to an application."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(app.root_path) / "migrations"))
    csrf.init_app(app)
    login.init_app(app)
    babel.init_app(app)
