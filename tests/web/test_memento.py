"""Versions as the web knows them: an article leads to its past, and versions to each other."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import http_date

from app.rules.kinds import CorrectionKind
from tests import make
from tests.pages import Browser

SITE = "http://localhost"
ARTICLE = f"{SITE}/articles/harbour"
FIRST = make.NOW - timedelta(days=30)
TIMES = (FIRST, make.NOW, make.NOW + timedelta(days=1, microseconds=7))
"""When the three versions became public."""

_LINK = re.compile(r'<(?P<url>[^>]*)>(?P<rest>(?:;\s*[\w-]+="[^"]*")*)')
_PARAMETER = re.compile(r'([\w-]+)="([^"]*)"')


@pytest.fixture
def site(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client of a publication with an article of three versions."""
    with app.app_context():
        on = make.article("harbour", at=FIRST)
        make.correction(on, at=TIMES[1])
        make.correction(on, text=make.edited(on, "1964", "1965"), at=TIMES[2])
    return client


def links(text: str) -> dict[str, dict[str, str]]:
    """Return the links of a header or a timemap by their addresses, with their parameters."""
    return {m["url"]: dict(_PARAMETER.findall(m["rest"])) for m in _LINK.finditer(text)}


def rels(client: FlaskClient, path: str) -> dict[str, str]:
    """Return where each relation of a page leads to."""
    found = links(client.get(path).headers["Link"])
    return {rel: url for url, said in found.items() for rel in said["rel"].split()}


def asked(client: FlaskClient, at: datetime | str) -> tuple[int, str]:
    """Ask for an article as of a time; return the status and where it leads."""
    text = at if isinstance(at, str) else http_date(at)
    response = client.get("/articles/harbour", headers={"Accept-Datetime": text})
    return response.status_code, response.headers.get("Location", "")


def test_a_timemap_lists_every_version_with_its_time(site: FlaskClient) -> None:
    response = site.get("/articles/harbour/timemap")

    found = links(response.get_data(as_text=True))
    assert response.content_type == "application/link-format"
    assert found.pop(ARTICLE)["rel"] == "original timegate latest-version"
    own = found.pop(f"{ARTICLE}/timemap")
    assert own["rel"] == "self"
    assert (own["from"], own["until"]) == (http_date(TIMES[0]), http_date(TIMES[2]))
    assert found == {
        f"{ARTICLE}/versions/1": {"rel": "first memento", "datetime": http_date(TIMES[0])},
        f"{ARTICLE}/versions/2": {"rel": "memento", "datetime": http_date(TIMES[1])},
        f"{ARTICLE}/versions/3": {"rel": "last memento", "datetime": http_date(TIMES[2])},
    }


def test_a_version_that_is_the_only_one_is_first_and_last(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make.article("harbour")

    found = links(client.get("/articles/harbour/timemap").get_data(as_text=True))

    assert found[f"{ARTICLE}/versions/1"]["rel"] == "first last memento"
    assert "predecessor-version" not in rels(client, "/articles/harbour")


@pytest.mark.parametrize(
    ("at", "number"),
    [
        (FIRST - timedelta(days=900), 1),
        (TIMES[0], 1),
        (TIMES[1] - timedelta(seconds=1), 1),
        (TIMES[1], 2),
        (TIMES[2] - timedelta(seconds=1), 2),
        (TIMES[2], 3),
        (make.NOW + timedelta(days=900), 3),
    ],
)
def test_an_article_leads_to_the_version_that_was_public_then(
    site: FlaskClient, at: datetime, number: int
) -> None:
    assert asked(site, at) == (302, f"{ARTICLE}/versions/{number}")


def test_what_a_version_says_is_its_time_leads_back_to_it(site: FlaskClient) -> None:
    for number in (1, 2, 3):
        at = site.get(f"/articles/harbour/versions/{number}").headers["Memento-Datetime"]

        assert asked(site, at) == (302, f"{ARTICLE}/versions/{number}")


def test_a_gate_says_what_it_looked_at_and_is_no_memento(site: FlaskClient) -> None:
    at = {"Accept-Datetime": http_date(FIRST)}
    response = site.get("/articles/harbour", headers=at)

    said = links(response.headers["Link"])
    assert "Accept-Datetime" in response.headers["Vary"]
    assert "Memento-Datetime" not in response.headers
    assert said[ARTICLE]["rel"].split()[:2] == ["original", "timegate"]
    assert said[f"{ARTICLE}/timemap"]["type"] == "application/link-format"
    assert said[f"{ARTICLE}/versions/1"]["datetime"] == http_date(TIMES[0])
    assert site.head("/articles/harbour", headers=at).status_code == 302


def near(client: FlaskClient, path: str, at: datetime | None = None) -> dict[str, str]:
    """Return the mementos that an answer names, each by what it is to the one it is about."""
    headers = {"Accept-Datetime": http_date(at)} if at else {}
    found = links(client.get(path, headers=headers).headers["Link"])
    return {
        url.rpartition("/")[2]: said["rel"] for url, said in found.items() if "datetime" in said
    }


def test_a_gate_names_what_is_beside_the_version_that_it_leads_to(site: FlaskClient) -> None:
    """As the RFC's own example does (figure 5): first, prev, next and last, and the chosen one."""
    assert near(site, "/articles/harbour", TIMES[1]) == {
        "1": "first prev memento",
        "2": "memento",
        "3": "last next memento",
    }
    assert near(site, "/articles/harbour", FIRST) == {
        "1": "first memento",
        "2": "next memento",
        "3": "last memento",
    }
    assert near(site, "/articles/harbour", TIMES[2]) == {
        "1": "first memento",
        "2": "prev memento",
        "3": "last memento",
    }


def test_a_gate_that_was_asked_nonsense_names_the_ends(site: FlaskClient) -> None:
    response = site.get("/articles/harbour", headers={"Accept-Datetime": "yesterday"})

    found = links(response.headers["Link"])
    assert [said["rel"] for said in found.values() if "datetime" in said] == [
        "first memento",
        "last memento",
    ]


def test_a_version_says_when_it_became_public_and_where_the_others_are(site: FlaskClient) -> None:
    response = site.get("/articles/harbour/versions/2")

    assert response.headers["Memento-Datetime"] == http_date(TIMES[1])
    assert "Accept-Datetime" not in response.headers["Vary"]
    assert near(site, "/articles/harbour/versions/2") == {
        "1": "first predecessor-version prev memento",
        "2": "memento",
        "3": "last successor-version next memento",
    }
    again = site.get("/articles/harbour/versions/2", headers={"Accept-Datetime": http_date(FIRST)})
    assert again.status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-23T02:00:00Z",
        "Mon, 23 Nov 2026 02:00:00 +0100",
        "Tue, 23 Nov 2026 02:00:00 GMT",
        "Mon, 23 Nov 2026 25:00:00 GMT",
        "Mon, 31 Feb 2026 02:00:00 GMT",
        "Mon, 23 Nov 26 02:00:00 GMT",
        "Mon, 23 Nov 9999999999 02:00:00 GMT",
        "23 Nov 2026 02:00:00 GMT",
        "x" * 10_000,
    ],
)
def test_a_time_that_is_none_is_refused(site: FlaskClient, text: str) -> None:
    response = site.get("/articles/harbour", headers={"Accept-Datetime": text})

    assert response.status_code == 400
    assert "Accept-Datetime is a time such as" in response.get_data(as_text=True)
    assert "Accept-Datetime" in response.headers["Vary"]
    assert response.headers["Cache-Control"] == "no-store"


def test_without_a_time_the_article_is_as_it_is_and_any_cache_may_keep_it(
    site: FlaskClient,
) -> None:
    first = site.get("/articles/harbour")
    known = {"If-None-Match": first.headers["ETag"]}
    again = site.get("/articles/harbour", headers=known)
    past = site.get("/articles/harbour", headers={**known, "Accept-Datetime": http_date(FIRST)})

    assert first.status_code == 200
    assert again.status_code == 304
    assert past.status_code == 302
    for response in (first, again):
        assert response.headers["Cache-Control"].startswith("public")
        assert set(response.headers["Vary"].split(", ")) == {"Accept-Datetime", "Accept-Encoding"}


def test_an_article_names_the_versions_around_it(site: FlaskClient) -> None:
    assert rels(site, "/articles/harbour") == {
        "original": ARTICLE,
        "timegate": ARTICLE,
        "latest-version": ARTICLE,
        "timemap": f"{ARTICLE}/timemap",
        "version-history": f"{ARTICLE}/versions",
        "predecessor-version": f"{ARTICLE}/versions/2",
    }


def test_a_version_names_its_article_and_its_neighbours(site: FlaskClient) -> None:
    first, second, third = (rels(site, f"/articles/harbour/versions/{n}") for n in (1, 2, 3))

    assert second["predecessor-version"] == second["prev"] == f"{ARTICLE}/versions/1"
    assert second["successor-version"] == second["next"] == f"{ARTICLE}/versions/3"
    assert "predecessor-version" not in first
    assert "successor-version" not in third
    for said in (first, second, third):
        assert said["original"] == said["latest-version"] == ARTICLE
        assert said["version-history"] == f"{ARTICLE}/versions"


def test_all_that_is_linked_is_there(site: FlaskClient) -> None:
    for page in ("/articles/harbour", "/articles/harbour/versions/2"):
        for url in rels(site, page).values():
            assert site.get(url.removeprefix(SITE)).status_code == 200, url


def test_a_version_is_not_to_be_found_and_says_what_it_is(
    site: FlaskClient, browser: Browser
) -> None:
    page = browser.open("/articles/harbour/versions/1")

    assert page.html.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.html.find_class("banner")


def test_what_a_retraction_withholds_no_timemap_lists_and_no_gate_leads_to(
    app: Flask, site: FlaskClient
) -> None:
    with app.app_context():
        on = make.article("market")
        make.correction(on, kind=CorrectionKind.RETRACTION, notice="Made up.", withholds=True)

    found = links(site.get("/articles/market/timemap").get_data(as_text=True))
    gate = site.get("/articles/market", headers={"Accept-Datetime": http_date(FIRST)})

    assert set(found) == {f"{SITE}/articles/market", f"{SITE}/articles/market/timemap"}
    assert gate.status_code == 200
    assert "memento" not in gate.headers["Link"]


def test_there_is_no_timemap_of_no_article(client: FlaskClient) -> None:
    assert client.get("/articles/none/timemap").status_code == 404
