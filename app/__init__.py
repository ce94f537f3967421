"""Corrigenda: a corrections desk for publishers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from app import cli, config, extensions, logs, web

ROOT = Path(__file__).resolve().parent.parent


def create_app(overrides: Mapping[str, Any] | None = None, instance: Path | None = None) -> Flask:
    """Make the application; raise ``config.BadSetting`` where a setting cannot be used."""
    instance = instance or config.instance_path(ROOT)
    instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "app",
        instance_path=str(instance),
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
    )
    config.configure(app.config, instance, overrides)
    logs.init_app(app)
    extensions.init_app(app)
    web.init_app(app)
    cli.init_app(app)
    return app
