"""Probes for whoever runs the site: whether it is up, and ready to serve."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.queries import log, log_guard
from app.rules.errors import Unavailable
from app.safekeeping import highest_checkpoint, signer
from app.web.access import personal

probe_pages = Blueprint("probes", __name__)


@probe_pages.get("/healthz")
@personal
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "ok"}


@probe_pages.get("/readyz")
@personal
def ready() -> ResponseReturnValue:
    """Say whether the database can be reached, has all migrations, and may be published in."""
    try:
        found = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError:
        return {"status": "error", "reason": "the database cannot be reached"}, 503
    folder = current_app.extensions["migrate"].directory
    if set(found) != set(ScriptDirectory(folder).get_heads()):
        return {"status": "error", "reason": "run: flask db upgrade"}, 503
    try:
        published = highest_checkpoint()  # first: somebody may publish between the two
        signer()
        problem = log_guard.refusal(log.head_now(), published)
    except Unavailable as error:
        problem = error.message
    if problem:
        return {"status": "error", "reason": problem}, 503
    return {"status": "ok"}
