"""One record, many faces: a correction is the same wherever it is read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from extruct.jsonld import JsonLdExtractor
from flask import Flask
from flask.testing import FlaskClient

from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.pages import Browser, squeezed
from tests.web.feed_reading import atom, json_feed

NOTICE = "An earlier version said that “1964” & <all> that was the year. It was 1965."


@dataclass(frozen=True, slots=True)
class Face:
    """What one face of the record says; ``None`` is what it does not say."""

    number: int
    kind: str | None
    notice: str | None
    at: str | None


RECORD = Face(2, "Correction", NOTICE, "2026-11-23T02:00:00Z")
"""What was published, after an entry about another article."""


@pytest.fixture
def site(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client of a publication in which a correction was published by the ordinary way."""
    with app.app_context():
        make.correction(make.article("market"), notice="Another one.")
        on, by = make.article("harbour"), make.staff(Role.EDITOR)
        make.publish(make.case(CaseStatus.AGREED, on=on, by=by), by=by, notice=NOTICE)
    return client


def _article(client: FlaskClient) -> Face:
    html = Browser(client).open("/articles/harbour").html
    (found,) = html.xpath("//article//ol[@class='log']/li[@data-kind]")
    assert NOTICE in squeezed(html.find_class("notice")[0].text_content())
    assert html.xpath("//*[@id='c2']"), "the note beside the passage"
    return Face(
        int(found.get("data-number")),
        squeezed(found.xpath(".//div/b")[0].text_content()).rstrip("."),
        squeezed(found.xpath(".//bdi")[0].text_content()),
        found.xpath(".//time/@datetime")[0],
    )


def _entry_in(client: FlaskClient, url: str) -> Face:
    html = Browser(client).open(url).html
    (found,) = html.xpath("//li[@id='e2']")
    number, kind, notice = (
        squeezed(found.xpath(f".//{path}")[0].text_content())
        for path in ("*[contains(@class, 'entry-no ')]", "b", "*[contains(@class, 'entry-notice')]")
    )
    return Face(int(number), kind, notice, found.xpath(".//time/@datetime")[0])


def _articles_log(client: FlaskClient) -> Face:
    return _entry_in(client, "/articles/harbour/corrections")


def _sites_log(client: FlaskClient) -> Face:
    return _entry_in(client, "/corrections")


def _own_page(client: FlaskClient) -> Face:
    page = Browser(client).open("/corrections/2")
    kind, _space, number = page.heading.partition(" ")
    lede = squeezed(page.html.find_class("lede")[0].text_content())
    return Face(int(number), kind, lede, page.html.xpath("//aside//time/@datetime")[0])


def _in_atom(client: FlaskClient, url: str) -> Face:
    entry = atom(client, url).entries[0]
    number = int(entry.link.rpartition("/")[2])
    assert entry.id.endswith(f":corrections/{number}")
    return Face(number, entry.tags[0].label, entry.summary, entry.published)


def _in_json_feed(client: FlaskClient, url: str) -> Face:
    item = json_feed(client, url)["items"][0]
    record = item["_corrigenda"]
    assert item["content_text"] == record["notice"]
    assert item["date_published"] == record["published_at"]
    return _of(record)


def _in_articles_feed(client: FlaskClient) -> Face:
    entry = next(e for e in atom(client, "/articles.atom").entries if e.link.endswith("harbour"))
    assert "<b>Correction 2, 23 November 2026.</b>" in entry.content[0].value
    return Face(2, entry.tags[0].label, None, entry.updated)


def _of(record: dict[str, Any]) -> Face:
    return Face(record["number"], record["label"], record["notice"], record["published_at"])


def _in_csv(client: FlaskClient) -> Face:
    text = client.get("/corrections.csv", buffered=True).get_data(as_text=True)
    row = list(csv.DictReader(io.StringIO(text, newline="")))[-1]
    return Face(int(row["number"]), row["label"], row["notice"], row["published_at"])


def _in_json_lines(client: FlaskClient) -> Face:
    text = client.get("/corrections.jsonl", buffered=True).get_data(as_text=True)
    return _of(json.loads(text.splitlines()[-1]))


def _in_json_ld(client: FlaskClient) -> Face:
    html = client.get("/articles/harbour").get_data(as_text=True)
    (node,) = JsonLdExtractor().extract(html)
    (found,) = node["correction"]
    assert node["dateModified"] == found["datePublished"]
    return Face(int(found["identifier"]), found["name"], found["text"], found["datePublished"])


def _in_timemap(client: FlaskClient) -> Face:
    """The timemap knows versions alone: the one that the correction made, and its time."""
    text = client.get("/articles/harbour/timemap").get_data(as_text=True)
    last = text.splitlines()[-1]
    assert "/articles/harbour/versions/2>" in last
    assert 'datetime="Mon, 23 Nov 2026 02:00:00 GMT"' in last
    return Face(2, None, None, "2026-11-23T02:00:00Z")


def _in_api(client: FlaskClient, url: str) -> Face:
    response = client.get(url)
    assert response.status_code == 200
    found = response.get_json()
    return _of(found["items"][0] if "items" in found else found)


def _in_search(client: FlaskClient) -> Face:
    """The search shows an excerpt of the notice, with the words that were looked for marked."""
    html = Browser(client).open("/search?q=earlier+version+year").html
    (found,) = html.xpath("//ol[@class='results']/li[.//a[@href='/corrections/2']]")
    name = squeezed(found.xpath(".//h3//span[@class='vh']")[0].text_content())
    kind = squeezed(found.find_class("river-meta")[0].text_content())
    assert name == "Entry 2:"
    assert RECORD.kind is not None
    assert RECORD.kind in kind
    assert NOTICE in squeezed(found.text_content())
    return Face(2, RECORD.kind, NOTICE, found.xpath(".//time/@datetime")[0])


FACES: dict[str, Callable[[FlaskClient], Face]] = {
    "the article": _article,
    "the article's log": _articles_log,
    "the site's log": _sites_log,
    "its own page": _own_page,
    "the log in Atom": lambda client: _in_atom(client, "/corrections.atom"),
    "the article's log in Atom": lambda client: _in_atom(
        client, "/articles/harbour/corrections.atom"
    ),
    "the articles in Atom": _in_articles_feed,
    "the log as JSON Feed": lambda client: _in_json_feed(client, "/corrections.json"),
    "the article's log as JSON Feed": lambda client: _in_json_feed(
        client, "/articles/harbour/corrections.json"
    ),
    "CSV": _in_csv,
    "JSON Lines": _in_json_lines,
    "JSON-LD": _in_json_ld,
    "the timemap": _in_timemap,
    "the log in the API": lambda client: _in_api(client, "/api/v1/corrections"),
    "the article's log in the API": lambda client: _in_api(
        client, "/api/v1/articles/harbour/corrections"
    ),
    "the entry in the API": lambda client: _in_api(client, "/api/v1/corrections/2"),
    "the search": _in_search,
}


def test_a_correction_is_the_same_wherever_it_is_read(site: FlaskClient) -> None:
    faces = {name: read(site) for name, read in FACES.items()}

    for name, face in faces.items():
        assert face.number == RECORD.number, name
        assert face.kind in (RECORD.kind, None), name
        assert face.notice in (RECORD.notice, None), name
        assert face.at == RECORD.at, name
