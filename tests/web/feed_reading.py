"""Feeds as their readers see them, held to the standards' rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
from flask.testing import FlaskClient
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"

SCHEMAS = Path(__file__).with_name("schemas")
RULES = etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))
"""The RFC's own schema."""

_ONCE = {
    "feed": ("id", "title", "updated"),
    "entry": ("id", "title", "updated"),
}
_AT_MOST_ONCE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}
_DATED = ("updated", "published")


def atom(client: FlaskClient, url: str) -> Any:
    """Open an Atom feed, check it, and return what feedparser reads in it."""
    response = client.get(url)
    assert response.status_code == 200, url
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    check_atom(etree.fromstring(response.data))
    read = feedparser.parse(response.data)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


def check_atom(feed: Any) -> None:
    """Hold a feed to RFC 4287: to its schema, and to what it demands beside that."""
    assert RULES.validate(feed), RULES.error_log
    assert feed.tag == f"{ATOM}feed"
    _check_counts(feed, "feed")
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    _check_links(feed, {"self"})
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for entry in feed.iter(f"{ATOM}entry"):
        _check_counts(entry, "entry")
        _check_links(entry, {"alternate"})
        assert all(each.get("term") for each in entry.iter(f"{ATOM}category"))
        assert entry.find(f"{ATOM}content").get("type") == "html"
        published, updated = (_time(entry.findtext(ATOM + name)) for name in reversed(_DATED))
        assert published <= updated


def _check_counts(element: Any, kind: str) -> None:
    for name in _ONCE[kind]:
        found = element.findall(ATOM + name)
        assert len(found) == 1, f"{kind}: {name}"
        assert (found[0].text or "").strip(), f"{kind}: {name} is empty"
    for name in _AT_MOST_ONCE[kind]:
        assert len(element.findall(ATOM + name)) <= 1, f"{kind}: {name}"
    assert ":" in element.findtext(f"{ATOM}id")
    for each in element.findall(f"{ATOM}updated"):
        _time(each.text)


def _check_links(element: Any, wanted: set[str]) -> None:
    links = element.findall(f"{ATOM}link")
    assert all(link.get("href", "").startswith(("http://", "https://")) for link in links)
    kept = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links]
    alternates = [each for each in kept if each[0] == "alternate"]
    assert len(alternates) == len(set(alternates)), "two alternates of one type"
    assert wanted <= {link.get("rel") for link in links}


def _time(text: str) -> datetime:
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


def json_feed(client: FlaskClient, url: str) -> dict[str, Any]:
    """Open a JSON Feed, check it against version 1.1, and return it."""
    response = client.get(url)
    assert response.status_code == 200, url
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    feed: dict[str, Any] = json.loads(response.data)
    check_json_feed(feed)
    for item in feed["items"]:
        assert isinstance(item["_corrigenda"], dict)
    return feed


_WEB = re.compile(r"https?://[^\s<>\"]+").fullmatch


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and _WEB(value) is not None


def _is_time(value: object) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def _is_list(value: object) -> bool:
    return isinstance(value, list)


_FEED = {
    **dict.fromkeys(("title", "version", "description", "user_comment", "language"), _is_text),
    **dict.fromkeys(("home_page_url", "feed_url", "next_url", "icon", "favicon"), _is_address),
    **dict.fromkeys(("authors", "hubs", "items"), _is_list),
    "expired": lambda value: isinstance(value, bool),
}
_ITEM = {
    **dict.fromkeys(("id", "title", "content_html", "content_text", "summary"), _is_text),
    **dict.fromkeys(("url", "external_url", "image", "banner_image"), _is_address),
    **dict.fromkeys(("date_published", "date_modified"), _is_time),
    **dict.fromkeys(("authors", "tags", "attachments"), _is_list),
    "language": _is_text,
}
_AUTHOR = {"name": _is_text, "url": _is_address, "avatar": _is_address}
_HUB = {"type": _is_text, "url": _is_address}


def check_json_feed(feed: dict[str, Any]) -> None:
    """Hold a feed to JSON Feed 1.1: what it has to say, and nothing that is not known there."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {"title", "items"} <= set(feed)
    _check_members(feed, _FEED)
    for author in feed.get("authors", ()):
        _check_members(author, _AUTHOR)
    for hub in feed.get("hubs", ()):
        assert {"type", "url"} <= set(hub)
        _check_members(hub, _HUB)
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)
    for item in feed["items"]:
        assert "content_html" in item or "content_text" in item
        _check_members(item, _ITEM)
        assert all(_is_text(tag) for tag in item.get("tags", ()))


def _check_members(found: dict[str, Any], known: dict[str, Any]) -> None:
    for name, value in found.items():
        if name.startswith("_"):  # an extension
            assert isinstance(value, dict), name
        else:
            assert name in known, f"{name} is not known"
            assert known[name](value), f"{name}: {value!r}"


def pages(client: FlaskClient, url: str, rel: str) -> Iterator[Any]:
    """Yield the pages of an Atom feed from one on, following a link until there is none."""
    while url:
        read = atom(client, url)
        yield read
        url = next((link.href for link in read.feed.links if link.rel == rel), "")
