"""A report that was acknowledged is never lost, whatever is killed, and whenever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.extensions import db
from app.models import Case, Report
from app.tokens import keyed_hash
from tests import make
from tests.services import writer

ROUNDS = 10
ROOT = Path(writer.__file__).parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is killed with -9 on Windows")
def test_every_acknowledged_report_is_there_after_ten_kills(
    in_app: Flask, database_url: str, tmp_path: Path
) -> None:
    make.article()
    db.session.remove()

    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, writer.__file__, database_url, str(tmp_path), str(ROUNDS)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    in_app.config["SECRET_KEY"] = "for tests"
    tokens = run.stdout.split()
    stored = set(db.session.scalars(select(Report.token_hash)))
    lost = [token for token in tokens if keyed_hash("report token", token) not in stored]
    assert len(tokens) >= ROUNDS
    assert lost == []
    # What was not acknowledged any more is whole or not there at all.
    assert db.session.scalar(select(func.count(Case.id))) == len(stored)
    assert len(tokens) <= len(stored) <= len(tokens) + ROUNDS
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
