"""The command line: one file a command group."""

from __future__ import annotations

from flask import Flask

from app.cli import articles, demo, log, search, staff, worker


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(articles.articles)
    app.cli.add_command(demo.demo)
    app.cli.add_command(log.log)
    app.cli.add_command(search.search)
    app.cli.add_command(staff.staff)
    app.cli.add_command(worker.worker)
