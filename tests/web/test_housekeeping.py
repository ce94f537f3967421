"""Files at fixed addresses: the map of the site, and what robots, people and others look for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from app.clock import now
from app.rules.kinds import CorrectionKind
from app.web.public import sitemap
from tests import make
from tests.web.publication import publish_all, serving

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
SITE = "http://localhost"
CHECKED = date(2026, 11, 1)


@pytest.fixture
def site(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client of a publication that has something of everything."""
    with app.app_context():
        publish_all()
    return client


RULES = etree.XMLSchema(etree.parse(Path(__file__).with_name("schemas") / "sitemap.xsd"))
"""The schema of the sitemaps' protocol."""


def xml(client: FlaskClient, url: str) -> Any:
    """Open a part of the map."""
    response = client.get(url)
    assert response.status_code == 200, url
    assert response.content_type == "application/xml; charset=utf-8"
    found = etree.fromstring(response.data)
    assert RULES.validate(found), RULES.error_log
    return found


def listed(client: FlaskClient, url: str) -> dict[str, str]:
    """Return the addresses that a part of the map lists, with when each changed."""
    found = xml(client, url).xpath("//s:url | //s:sitemap", namespaces=NAMES)
    return {
        each.findtext("s:loc", namespaces=NAMES): each.findtext("s:lastmod", "", namespaces=NAMES)
        for each in found
    }


def text(client: FlaskClient, url: str) -> list[str]:
    """Return the lines of a text file."""
    response = client.get(url)
    assert response.status_code == 200, url
    assert response.content_type == "text/plain; charset=utf-8"
    return response.get_data(as_text=True).splitlines()


def everything(client: FlaskClient) -> dict[str, str]:
    """Return all that the map lists, part by part."""
    parts = listed(client, "/sitemap.xml")
    return {
        url: at for part in parts for url, at in listed(client, part.removeprefix(SITE)).items()
    }


# The map


def test_the_map_leads_to_every_page_that_may_be_found(site: FlaskClient) -> None:
    found = everything(site)

    assert {url.removeprefix(SITE) for url in found} == {
        "/",
        "/about",
        "/corrections",
        "/corrections/policy",
        *(f"/corrections/{number}" for number in range(1, 6)),
        *(f"/articles/{slug}" for slug in ("harbour", "market", "airport")),
    }
    for url in found:
        page = site.get(url.removeprefix(SITE))
        assert page.status_code == 200
        assert b'content="noindex"' not in page.data


def test_the_map_says_when_each_page_changed_last(app: Flask, client: FlaskClient) -> None:
    amended, minor = make.NOW + timedelta(days=1), make.NOW + timedelta(days=2)
    with app.app_context():
        on = make.article("harbour")
        make.article("airport")
        make.correction(on)
        make.correction(on, text=make.edited(on, "older", "younger"), amends=1, at=amended)
        make.correction(
            on, kind=CorrectionKind.MINOR, text=make.edited(on, "nobody", "no one"), at=minor
        )

    found = everything(client)

    assert found[f"{SITE}/articles/harbour"] == "2026-11-25T02:00:00Z"
    assert found[f"{SITE}/articles/airport"] == "2026-10-24T02:00:00Z"
    assert found[f"{SITE}/corrections/1"] == found[f"{SITE}/corrections/2"]
    assert found[f"{SITE}/corrections/2"] == "2026-11-24T02:00:00Z"
    assert found[f"{SITE}/corrections"] == found[f"{SITE}/"] == "2026-11-25T02:00:00Z"
    assert found[f"{SITE}/about"] == ""
    parts = listed(client, "/sitemap.xml")
    assert parts[f"{SITE}/sitemap-articles-1.xml"] == "2026-11-25T02:00:00Z"
    assert parts[f"{SITE}/sitemap-corrections-1.xml"] == "2026-11-25T02:00:00Z"


def test_a_map_that_is_too_long_comes_in_parts(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = everything(site)
    monkeypatch.setattr(sitemap, "PART", 2)

    parts = listed(site, "/sitemap.xml")

    assert {f"{SITE}/sitemap-corrections-{n}.xml" for n in (1, 2, 3)} <= set(parts)
    assert {f"{SITE}/sitemap-articles-{n}.xml" for n in (1, 2)} <= set(parts)
    assert everything(site) == whole
    assert all(len(listed(site, part.removeprefix(SITE))) <= 4 for part in parts)


def test_a_part_that_holds_nothing_is_none(client: FlaskClient) -> None:
    for part in ("articles-1", "corrections-1", "articles-999999999", "articles-0", "articles-x"):
        assert client.get(f"/sitemap-{part}.xml").status_code == 404
    assert list(listed(client, "/sitemap.xml")) == [f"{SITE}/sitemap-pages.xml"]


def test_an_address_with_odd_letters_is_written_as_addresses_are(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        make.article("näïve & co")

    (url,) = listed(client, "/sitemap-articles-1.xml")

    assert url == f"{SITE}/articles/n%C3%A4%C3%AFve%20%26%20co"
    assert client.get(url.removeprefix(SITE)).status_code == 200


def test_what_appeared_in_the_last_two_days_is_news(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make.article("fresh", headline="Fresh & <new>", at=now() - timedelta(hours=47))
        make.article("stale", at=now() - timedelta(hours=49))

    found = xml(client, "/sitemap-news.xml")

    assert f"{SITE}/sitemap-news.xml" in listed(client, "/sitemap.xml")
    assert found.xpath("//s:loc/text()", namespaces=NAMES) == [f"{SITE}/articles/fresh"]
    assert found.xpath("//news:title/text()", namespaces=NAMES) == ["Fresh & <new>"]
    assert found.xpath("//news:name/text()", namespaces=NAMES) == ["The Meridian Ledger"]
    assert found.xpath("//news:language/text()", namespaces=NAMES) == ["en"]


def test_without_news_there_is_no_map_of_them(site: FlaskClient) -> None:
    assert f"{SITE}/sitemap-news.xml" not in listed(site, "/sitemap.xml")


# Robots, people, security, trust


def test_robots_read_what_may_be_found_and_leave_forms_alone(site: FlaskClient) -> None:
    lines = text(site, "/robots.txt")
    robots = RobotFileParser()
    robots.parse([line.replace("/articles/*", "/articles/harbour") for line in lines])

    for page in ("/", "/articles/harbour", "/articles/harbour/versions/1", "/corrections.atom"):
        assert robots.can_fetch("*", page), page
    for page in ("/desk", "/desk/login", "/reports/ABC", "/articles/harbour/report?version=1"):
        assert not robots.can_fetch("*", page), page
    assert not robots.can_fetch("*", "/articles/harbour/compare/1..2")
    assert robots.site_maps() == [f"{SITE}/sitemap.xml"]


def test_people_are_told_who_makes_the_site(site: FlaskClient) -> None:
    lines = text(site, "/humans.txt")

    assert "Publication: The Meridian Ledger" in lines
    assert "Letters: letters@meridian.example" in lines


def test_a_contact_for_security_is_given_only_where_somebody_vouches_for_it(
    site: FlaskClient, database_url: str, tmp_path: Path
) -> None:
    with serving(database_url, tmp_path, SECURITY_CONTACT="mailto:a@b.example") as app:
        unchecked = app.test_client().get("/.well-known/security.txt").status_code

    assert site.get("/.well-known/security.txt").status_code == 404
    assert unchecked == 404


def test_a_contact_for_security_expires_a_year_after_it_was_checked(
    database_url: str, tmp_path: Path
) -> None:
    settings = {"SECURITY_CONTACT": "mailto:a@b.example", "SECURITY_CHECKED": CHECKED.isoformat()}
    with serving(database_url, tmp_path, SITE_URL=SITE, **settings) as app:
        lines = text(app.test_client(), "/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in lines)
    expires = datetime.fromisoformat(fields["Expires"])
    assert fields["Contact"] == "mailto:a@b.example"
    assert fields["Canonical"] == f"{SITE}/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en"
    assert expires - datetime(2026, 11, 1, tzinfo=UTC) == timedelta(days=365)


def test_trust_is_declared_where_there_is_something_to_declare(
    site: FlaskClient, database_url: str, tmp_path: Path
) -> None:
    said = ["belongto=https://association.example/", "datatrainingallowed=no"]
    with serving(database_url, tmp_path, TRUST=said, SITE_URL=SITE) as app:
        lines = text(app.test_client(), "/trust.txt")

    assert site.get("/trust.txt").status_code == 404
    assert lines == [*said, f"disclosure={SITE}/corrections/policy", f"contact={SITE}/about"]
