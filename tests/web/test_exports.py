"""The whole log as a file: every entry, in order, whatever is in it and however long it is."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Article
from app.queries import corrections
from app.queries.corrections import Entry
from app.rules.kinds import CorrectionKind
from app.web.feeds import exports
from tests import make
from tests.web.publication import publish_all

FILES = ("/corrections.csv", "/corrections.jsonl")


@pytest.fixture
def site(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client of a publication that has something of everything."""
    with app.app_context():
        publish_all()
    return client


def sent(client: FlaskClient, url: str, **options: Any) -> TestResponse:
    """Return a file that was read to its end, as it is sent only while it is read."""
    return client.get(url, buffered=True, **options)


def table(client: FlaskClient) -> list[dict[str, str]]:
    """Return the rows of the log's table."""
    text = sent(client, "/corrections.csv").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def records(client: FlaskClient) -> list[dict[str, object]]:
    """Return the entries of the log's lines of JSON."""
    lines = sent(client, "/corrections.jsonl").get_data(as_text=True).splitlines()
    return [json.loads(line) for line in lines]


def test_the_table_has_every_entry_in_the_order_of_the_log(site: FlaskClient) -> None:
    rows = table(site)

    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["notice"] == "The article said 1964. It was 1965."
    assert rows[0]["kind"] == "correction"
    assert (rows[0]["from_version"], rows[0]["to_version"]) == ("1", "2")
    assert rows[0]["url"] == "http://localhost/corrections/1"
    assert rows[0]["published_at"] == "2026-11-23T02:00:00Z"


def test_both_files_say_the_same(app: Flask, site: FlaskClient) -> None:
    with app.app_context():
        on = db.session.scalars(select(Article).where(Article.slug == "harbour")).one()
        make.correction(on, text=make.edited(on, "older", "younger"), amends=1)

    for row, record in zip(table(site), records(site), strict=True):
        article = record["article"]
        assert isinstance(article, dict)
        for name in ("url", "kind", "label", "notice", "published_at", "was", "now", "credit"):
            assert row[name] == record[name]
        assert row["article_url"] == article["url"]
        assert row["number"] == str(record["number"])
    assert table(site)[0]["amended_by"] == "6"
    assert table(site)[5]["amends"] == "1"


def test_a_notice_is_no_formula_and_breaks_no_row(app: Flask, client: FlaskClient) -> None:
    odd = '=HYPERLINK("http://evil.example","a")\r\nNext, "line"; \x01שלום'
    with app.app_context():
        make.correction(kind=CorrectionKind.EDITORS_NOTE, notice=odd)

    (row,), (record,) = table(client), records(client)

    assert row["notice"] == "'" + odd.replace("\x01", "")
    assert record["notice"] == odd.replace("\x01", "")


def test_an_empty_log_is_a_header_and_nothing(client: FlaskClient) -> None:
    text = sent(client, "/corrections.csv").get_data(as_text=True)

    assert text.rstrip("\r\n").replace('"', "").split(",") == exports.COLUMNS
    assert sent(client, "/corrections.jsonl").data == b""


def test_a_log_is_read_batch_by_batch(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCH", 2)
    with app.app_context():
        on = make.article()
        for number in range(5):
            at = make.NOW + timedelta(hours=number)
            make.correction(on, kind=CorrectionKind.EDITORS_NOTE, notice=f"{number}.", at=at)
    read, following = [], corrections.following

    def watched(last: int, limit: int) -> list[Entry]:
        read.append(last)
        return following(last, limit)

    monkeypatch.setattr(corrections, "following", watched)

    numbers = [record["number"] for record in records(client)]

    assert numbers == [1, 2, 3, 4, 5]
    assert read == [0, 2, 4, 5]


@pytest.mark.parametrize("url", FILES)
def test_a_file_that_has_not_changed_is_not_read_again(
    app: Flask, site: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent(site, url)
    known = {"If-None-Match": first.headers["ETag"]}
    with monkeypatch.context() as patched:
        patched.delattr(corrections, "following")
        assert sent(site, url, headers=known).status_code == 304
    with app.app_context():
        make.correction()

    after = sent(site, url, headers=known)

    assert after.status_code == 200
    assert after.headers["ETag"] != first.headers["ETag"]
    assert after.headers["Cache-Control"].startswith("public, max-age=1,")
    assert "Set-Cookie" not in after.headers


def test_the_two_files_have_tags_of_their_own(site: FlaskClient) -> None:
    assert len({sent(site, url).headers["ETag"] for url in FILES}) == 2


def test_a_file_has_its_type_and_its_name(site: FlaskClient) -> None:
    types = [sent(site, url).headers["Content-Type"] for url in FILES]
    names = [sent(site, url).headers["Content-Disposition"] for url in FILES]

    assert types == ["text/csv; charset=utf-8; header=present", "application/jsonl; charset=utf-8"]
    assert names == [f"attachment; filename={url[1:]}" for url in FILES]
