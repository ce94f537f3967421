"""``flask search``."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from app.extensions import WRITE, db
from app.queries import search
from app.rules.search_words import understood
from tests import make


def test_the_search_is_built_anew(app: Flask) -> None:
    with app.app_context():
        make.article("harbour")
        db.session.rollback()
        with db.engine.execution_options(**WRITE).begin() as connection:
            connection.execute(text("DELETE FROM findable_words"))

    result = app.test_cli_runner().invoke(args=["search", "rebuild"])

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "1 articles can be found.")
    with app.app_context():
        assert len(search.page(understood("harbour", "en"), "en", 20)) == 1
