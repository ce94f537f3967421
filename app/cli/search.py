"""``flask search``: what the search finds."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app.queries import articles as article_queries
from app.services import search as search_services

search = click.Group("search", help="What the search finds.")

_AT_ONCE = 100


@search.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Read all articles and entries for the search anew: after an upgrade, or another language."""
    total, last = article_queries.count(), 0
    with click.progressbar(length=total, label="Reading", file=sys.stderr) as bar:
        while (reached := search_services.find_again(last, _AT_ONCE)) is not None:
            last = reached
            bar.update(_AT_ONCE)
    click.echo(f"{total} articles can be found.")
