"""The probes: whether the site is up, and whether it is ready to serve."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.extensions import db
from tests.web.publication import serving


def test_a_site_that_works_is_up_and_ready(client: FlaskClient) -> None:
    for probe in ("/healthz", "/readyz"):
        response = client.get(probe)

        assert (response.status_code, response.get_json()) == (200, {"status": "ok"})
        assert "Set-Cookie" not in response.headers


def test_a_database_without_tables_is_up_and_not_ready(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path) as app:
        alive, ready = app.test_client().get("/healthz"), app.test_client().get("/readyz")

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.get_json() == {"status": "error", "reason": "run: flask db upgrade"}


def test_a_database_that_is_a_migration_behind_is_not_ready(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = 'an older one'"))
        db.session.commit()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "flask db upgrade" in response.get_json()["reason"]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/secret-name.db",
        "postgresql://secret-name:secret-word@127.0.0.1:1/none",
    ],
)
def test_a_database_that_is_away_is_named_as_the_reason_and_nothing_else(
    tmp_path: Path, url: str
) -> None:
    with serving(url, tmp_path) as app:
        alive, ready = app.test_client().get("/healthz"), app.test_client().get("/readyz")

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.get_json()["reason"] == "the database cannot be reached"
    assert b"secret" not in ready.data


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_a_probe_only_looks(client: FlaskClient, probe: str) -> None:
    assert client.post(probe).status_code in (400, 405)
    assert client.head(probe).status_code == 200
