"""``flask demo``: a whole publication to try everything on."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask, current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy import Select, func, select

from app.extensions import db
from app.models import Article, Case, CaseEvent, Correction, Report, Staff, Version
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import sessions
from tests import make
from tests.cli.conftest import Run

KEPT = "demo-sign-in.txt"


@pytest.fixture
def loaded(app: Flask, run: Run) -> Iterator[str]:
    """Load the demo at a fixed time; give back what the command said, in a context."""
    with time_machine.travel(make.NOW, tick=False):
        result = run("demo")
    assert result.exit_code == 0, result.output
    with app.app_context():
        yield result.output


@pytest.mark.slow
def test_the_demo_shows_everything(loaded: str) -> None:
    statuses = set(db.session.scalars(select(Case.status)))
    kinds = list(db.session.scalars(select(Correction.kind)))
    words = [len(body.split()) for body in db.session.scalars(_present_bodies())]
    roles = set(db.session.scalars(select(Staff.role)))

    assert statuses == set(CaseStatus)
    assert set(kinds) == set(CorrectionKind)
    assert len(kinds) >= 12
    assert (db.session.scalar(select(func.count(Report.id))) or 0) >= 40
    assert len(words) >= 14
    assert min(words) >= 250
    assert max(words) <= 900
    assert roles == set(Role)
    _check_its_times()


def _present_bodies() -> Select[str]:
    return select(Version.body).join(
        Article, (Article.id == Version.article_id) & (Article.latest_number == Version.number)
    )


def _check_its_times() -> None:
    """Check that the story is over, and is told in the order of its history."""
    for column in (Report.received_at, Correction.published_at, CaseEvent.at, Version.created_at):
        latest = db.session.scalar(select(func.max(column)))
        assert latest is not None
        assert make.NOW - timedelta(days=60) < latest <= make.NOW
    published = db.session.scalars(select(Correction.published_at).order_by(Correction.number))
    times = list(published)
    assert times == sorted(times)


@pytest.mark.slow
def test_what_the_demo_says_is_enough_to_sign_in(loaded: str, app: Flask, run: Run) -> None:
    kept = Path(app.instance_path) / KEPT
    password = next(line for line in loaded.splitlines() if line.startswith("Password: "))[10:]
    emails = [line.split()[0] for line in loaded.splitlines() if "@" in line and "(" in line]

    tokens = [sessions.sign_in(email, password, at=make.NOW).is_complete for email in emails]

    assert len(tokens) == 5
    assert all(tokens)
    assert kept.read_text() == loaded
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    links = [line.strip() for line in loaded.splitlines() if "/reports/" in line]
    assert links
    assert all(app.test_client().get(link).status_code == 200 for link in links)
    assert run("demo", "--sign-in").output == loaded


@pytest.mark.slow
def test_the_same_seed_tells_the_same_story(loaded: str, app: Flask, run: Run) -> None:
    first = _story()
    _forget_everything()

    with time_machine.travel(make.NOW, tick=False):
        run("demo", "--seed", "1")

    assert _story() == first
    _forget_everything()
    with time_machine.travel(make.NOW, tick=False):
        run("demo", "--seed", "2")
    other = _story()
    assert other != first
    assert len(other) == len(first)


def _story() -> list[tuple[object, ...]]:
    db.session.rollback()
    rows = db.session.execute(
        select(Report.reference, Report.token_hash, Report.received_at, Case.id, Case.status)
        .join(Case, Case.id == Report.case_id)
        .order_by(Report.id)
    )
    return [tuple(row) for row in rows]


def _forget_everything() -> None:
    (Path(current_app.instance_path) / "log_checkpoint").unlink()
    db.session.remove()
    downgrade(revision="base")
    upgrade()


@pytest.mark.slow
def test_a_second_demo_is_refused_or_silently_left_out(loaded: str, run: Run) -> None:
    number = db.session.scalar(select(func.count(Article.id)))
    db.session.rollback()

    refused = run("demo")
    silent = run("demo", "--if-empty")

    assert refused.exit_code == 1
    assert "needs an empty database" in refused.output
    assert (silent.exit_code, silent.output) == (0, "")
    assert db.session.scalar(select(func.count(Article.id))) == number


def test_a_site_with_articles_of_its_own_gets_no_demo(app: Flask, run: Run) -> None:
    with app.app_context():
        make.article()

    refused, silent = run("demo"), run("demo", "--if-empty")

    assert refused.exit_code == 1
    assert (silent.exit_code, silent.output) == (0, "")
    assert not (Path(app.instance_path) / KEPT).exists()


def test_without_a_demo_there_is_nothing_to_say_about_signing_in(run: Run) -> None:
    result = run("demo", "--sign-in")

    assert (result.exit_code, result.output) == (0, "")
