"""``flask demo``: a publication to try everything on."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.clock import now
from app.delivery import worker
from app.delivery.files import FileCarrier
from app.demo import keep_sign_in, load, sign_in_text
from app.queries import articles as article_queries
from app.queries import log as log_queries
from app.queries import log_guard
from app.safekeeping import highest_checkpoint


@click.command("demo")
@click.option("--seed", default=1, show_default=True, help="Settles the minutes of the story.")
@click.option("--if-empty", is_flag=True, help="Do nothing where there are articles already.")
@click.option("--sign-in", is_flag=True, help="Only say how to sign in to the demo.")
@with_appcontext
def demo(seed: int, if_empty: bool, sign_in: bool) -> None:
    """Load the demo publication: articles, reports in every state, corrections of every kind."""
    instance = Path(current_app.instance_path)
    if sign_in:
        click.echo(sign_in_text(instance), nl=False)
        return
    unfinished = instance / "demo-unfinished"
    if unfinished.exists():
        raise click.ClickException(
            "Loading the demo was interrupted. Delete the database (corrigenda.db), log_checkpoint "
            f"beside it and {unfinished}, then start again."
        )
    if article_queries.count():
        if if_empty:
            return
        raise click.ClickException("There are articles already: the demo needs an empty database.")
    problem = log_guard.refusal(log_queries.head_now(), highest_checkpoint())
    if problem:
        raise click.ClickException(problem)
    password = secrets.token_urlsafe(12)
    unfinished.touch()
    stage = load(at=now(), seed=seed, password=password)
    # As files, whatever the settings say: nobody in the story is to get real mail.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # Flask's way
    worker.deliver_due(app, FileCarrier())
    links = [f"/reports/{token}" for token in list(stage.tokens.values())[::12]]
    keep_sign_in(instance, stage.roles, password, links)
    unfinished.unlink()
    click.echo(sign_in_text(instance), nl=False)
