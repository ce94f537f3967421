"""Recovery brings back the log that was published, and no other."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from app.extensions import WRITE, db
from app.models import Article, LogLeaf, append_only
from app.queries import log, log_bodies
from app.rules.errors import Conflict
from app.rules.transparency.contents import Read
from app.rules.transparency.tiles import tiles
from app.services import log_recovery
from tests import logs, make

pytestmark = pytest.mark.usefixtures("in_app")


def exported() -> Read:
    """Return a reader of the whole log as it is now."""
    size = log.head_size()
    files = {f"tile/{tile.path}": log.tile(tile) for tile in tiles(size)}
    files |= {f"bodies/{n}": json.dumps(log_bodies.body(n)).encode() for n in range(size)}
    return files.get


def lose_everything() -> None:
    """Empty what is public, as somebody may who has first taken the triggers away."""
    tables = "log_salts log_nodes log_checkpoints log_leaves findable_words findables".split()
    with db.engine.execution_options(**WRITE).begin() as connection:
        for table in append_only.TABLES:
            if connection.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for table in (*tables, "corrections", "versions", "articles"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
    db.session.remove()


def test_a_lost_log_comes_back_as_it_was() -> None:
    make.correction(make.article("harbour"))
    read, published = exported(), logs.head()
    lose_everything()

    number = log_recovery.recover(read, published)

    assert number == 3
    assert logs.head() == published
    assert db.session.scalars(select(Article.slug)).all() == ["harbour"]
    make.article("a-further-one")  # and numbers go on behind those that came back


def test_what_does_not_lead_to_the_root_that_was_published_is_not_kept() -> None:
    make.correction(make.article("harbour"))
    read, published = exported(), logs.head()
    lose_everything()

    with pytest.raises(Conflict, match="not the log that was published"):
        log_recovery.recover(read, replace(published, root=b"\1" * 32))

    db.session.rollback()
    assert db.session.scalar(select(func.count(LogLeaf.index))) == 0
    assert db.session.scalar(select(func.count(Article.id))) == 0
