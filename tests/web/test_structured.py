"""Structured data as search engines read it, and what a link to a page shows elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from extruct.jsonld import JsonLdExtractor
from extruct.opengraph import OpenGraphExtractor
from flask import Flask
from flask.testing import FlaskClient

from app.rules.kinds import CorrectionKind
from tests import make
from tests.pages import Browser
from tests.web import vocabulary
from tests.web.publication import publish_all, serving

POLICY = "http://localhost/corrections/policy"
HOSTILE = '</script><script>alert(1)</script><!-- &amp; \u2028 "'


@pytest.fixture
def site(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client of a publication that has something of everything."""
    with app.app_context():
        publish_all()
    return client


def data(client: FlaskClient, url: str) -> dict[str, Any]:
    """Return the structured data of a page, held to the vocabulary."""
    (node,) = JsonLdExtractor().extract(client.get(url).get_data(as_text=True))
    assert node["@context"] == "https://schema.org"
    vocabulary.check(node)
    return dict(node)


def social(client: FlaskClient, url: str) -> dict[str, str]:
    """Return what a link to a page shows elsewhere (Open Graph)."""
    (found,) = OpenGraphExtractor().extract(client.get(url).get_data(as_text=True))
    return dict(found["properties"])


def test_an_article_is_described_with_its_corrections(site: FlaskClient) -> None:
    node = data(site, "/articles/harbour")

    assert node["@type"] == "NewsArticle"
    assert node["headline"] == "A harbour and its town"
    assert node["version"] == 5
    assert node["archivedAt"] == "http://localhost/articles/harbour/versions/5"
    assert node["datePublished"] == "2026-10-24T02:00:00Z"
    assert node["dateModified"] == "2026-11-23T02:00:00Z"
    assert node["author"] == [{"@type": "Person", "name": "Noor Salleh"}]
    assert node["isBasedOn"]["url"] == "https://port.example/yearbook"
    assert [each["name"] for each in node["correction"]] == [
        "Clarification",
        "Update",
        "Minor",
        "Correction",
    ]
    assert node["correction"][3] == {
        "@type": "CorrectionComment",
        "@id": "http://localhost/corrections/1",
        "url": "http://localhost/corrections/1",
        "identifier": "1",
        "name": "Correction",
        "text": "The article said 1964. It was 1965.",
        "datePublished": "2026-11-23T02:00:00Z",
        "parentItem": {"@id": "http://localhost/articles/harbour"},
    }


def test_a_retracted_article_says_so(site: FlaskClient) -> None:
    node, shown = data(site, "/articles/market"), social(site, "/articles/market")

    assert node["creativeWorkStatus"] == "Retracted"
    assert node["description"] == "The market never was."
    assert shown["og:title"] == "Retracted: The market that never was"
    assert shown["og:description"] == "The market never was."


def test_what_a_retraction_withholds_is_not_linked_to(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        on = make.article("market")
        make.correction(on, kind=CorrectionKind.RETRACTION, notice="Made up.", withholds=True)

    assert "archivedAt" not in data(client, "/articles/market")


def test_an_article_that_says_little_is_described_by_what_it_has(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        make.article("bare", standfirst="", key_points=(), byline=(), section="")

    node = data(client, "/articles/bare")

    assert node["author"] == {"@id": "http://localhost/about#publisher"}
    assert node["description"].startswith("The harbour is older than the town.")
    assert not {"correction", "articleSection", "isBasedOn", "image", "keywords"} & set(node)


@pytest.mark.parametrize("url", ["/", "/about"])
def test_the_publication_is_described_with_its_policies(site: FlaskClient, url: str) -> None:
    node = data(site, url)

    assert node["@type"] == "NewsMediaOrganization"
    assert node["@id"] == data(site, "/articles/harbour")["publisher"]["@id"]
    for name in ("correctionsPolicy", "actionableFeedbackPolicy", "publishingPrinciples"):
        assert node[name] == POLICY


def test_policies_that_are_set_are_named(database_url: str, tmp_path: Path) -> None:
    policies = ["ethicsPolicy=https://ledger.example/ethics?a=b", "masthead=https://m.example/"]

    with serving(database_url, tmp_path, POLICIES=policies) as app:
        node = data(app.test_client(), "/about")

    assert node["ethicsPolicy"] == "https://ledger.example/ethics?a=b"
    assert node["masthead"] == "https://m.example/"


def test_nothing_that_is_written_gets_out_of_the_data(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        on = make.article("hostile", headline=HOSTILE, standfirst=HOSTILE, byline=(HOSTILE,))
        make.correction(on, kind=CorrectionKind.EDITORS_NOTE, notice=HOSTILE)

    node, shown = data(client, "/articles/hostile"), social(client, "/articles/hostile")

    assert node["headline"] == node["correction"][0]["text"] == HOSTILE
    assert shown["og:title"] == HOSTILE
    page = Browser(client).open("/articles/hostile")
    assert len(page.html.xpath("//script")) == 2
    assert "alert" not in "".join(page.html.xpath("//script[not(@type)]/text()"))


def test_a_link_to_an_article_shows_what_it_is(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make.article("harbour", image_url="/pictures/harbour.jpg", image_alt="Boats.")

    shown = social(client, "/articles/harbour")

    assert shown["og:type"] == "article"
    assert shown["og:url"] == "http://localhost/articles/harbour"
    assert shown["og:site_name"] == "The Meridian Ledger"
    assert shown["og:image"] == "http://localhost/pictures/harbour.jpg"
    assert shown["og:image:alt"] == "Boats."
    assert shown["article:published_time"] == "2026-10-24T02:00:00Z"


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/about",
        "/corrections",
        "/corrections/1",
        "/corrections/policy",
        "/articles/harbour",
        "/articles/harbour/corrections",
    ],
)
def test_a_page_that_may_be_found_says_where_it_stands_and_what_it_is(
    site: FlaskClient, browser: Browser, page: str
) -> None:
    html = browser.open(page).html

    assert html.xpath("//link[@rel='canonical']/@href") == [f"http://localhost{page}"]
    assert len(html.xpath("//meta[@name='description']/@content")) == 1
    assert social(site, page)["og:title"]
