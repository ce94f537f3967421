"""``flask worker``: delivers the letters that the desk owes, and tells the hub of news."""

from __future__ import annotations

import os
import signal
from threading import Event

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.config import BadSetting
from app.delivery import carriers
from app.delivery import worker as delivery_worker


@click.command("worker")
@click.option("--once", is_flag=True, help="Deliver what is due, and end.")
@click.option("--parent", type=int, help="End when the process of this number, its parent, ends.")
@with_appcontext
def worker(once: bool, parent: int | None) -> None:
    """Deliver letters to readers and followers, and pings to the hub. Ctrl-C or TERM stops it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # Flask's way
    try:
        carrier = carriers.chosen()
    except BadSetting as error:
        raise click.ClickException(str(error)) from None
    if once:
        click.echo(f"{delivery_worker.deliver_due(app, carrier)} letters and pings tried.")
        return
    stop = _stopped_by_signals()
    delivery_worker.work(app, carrier, stop, is_over=lambda: parent not in (None, os.getppid()))


def _stopped_by_signals() -> Event:
    """Return an event that is set when the process is asked to end."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
