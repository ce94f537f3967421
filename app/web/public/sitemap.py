"""The map of the site for search engines (sitemaps.org): an index, and parts that fit its limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from flask import Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from app.clock import now
from app.delivery.messages import address_of
from app.queries import sitemap as places
from app.web.access import public
from app.web.filters import iso
from app.web.presenters import article_url
from app.web.public import public_pages

PART = 50_000
"""How many addresses a part may hold."""

_NEWS_FOR = timedelta(days=2)
_MOST_NEWS = 1000

_TYPE = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Line:
    """An address of the map, and when what stands there changed last, if that is known."""

    url: str
    changed_at: str = ""


@public_pages.get("/sitemap.xml", endpoint="sitemap")
@public
def index() -> ResponseReturnValue:
    """List the parts of the map."""
    articles, corrections = places.article_parts(PART), places.correction_parts(PART)
    parts = [
        Line(address_of("public.sitemap_pages")),
        *_parts("public.sitemap_articles", articles),
        *_parts("public.sitemap_corrections", corrections),
    ]
    if _news():
        parts.append(Line(address_of("public.sitemap_news")))
    return _sent("public/sitemap_index.xml", parts=parts)


@public_pages.get("/sitemap-pages.xml")
@public
def sitemap_pages() -> ResponseReturnValue:
    """List the pages that are neither articles nor entries."""
    logged = max(places.correction_parts(PART).values(), default=None)
    shown = max([*places.article_parts(PART).values(), *([logged] if logged else [])], default=None)
    lines = [
        _line(address_of("public.front"), shown),
        _line(address_of("public.corrections"), logged),
        Line(address_of("public.policy")),
        Line(address_of("public.about")),
    ]
    return _sent("public/sitemap.xml", lines=lines)


@public_pages.get("/sitemap-articles-<number:part>.xml")
@public
def sitemap_articles(part: int) -> ResponseReturnValue:
    """List a part of the articles."""
    return _part(article_url("-"), places.articles(part, PART))


@public_pages.get("/sitemap-corrections-<number:part>.xml")
@public
def sitemap_corrections(part: int) -> ResponseReturnValue:
    """List a part of the log."""
    some = address_of("public.correction", number=1)
    return _part(some, places.corrections(part, PART))


@public_pages.get("/sitemap-news.xml")
@public
def sitemap_news() -> ResponseReturnValue:
    """List the articles of the last two days with their headlines (Google's news extension)."""
    lines = [(article_url(each.slug), each, iso(each.published_at)) for each in _news()]
    name = current_app.config["PUBLICATION_NAME"]
    return _sent("public/sitemap_news.xml", lines=lines, publication=name)


def _news() -> list[places.News]:
    return places.news(now() - _NEWS_FOR, _MOST_NEWS)


def _parts(endpoint: str, found: Mapping[int, datetime]) -> list[Line]:
    return [_line(address_of(endpoint, part=part), at) for part, at in sorted(found.items())]


def _line(url: str, at: datetime | None) -> Line:
    return Line(url, iso(at) if at else "")


def _part(some: str, found: Sequence[places.Place]) -> Response:
    """Send a part; ``some`` is an address whose last letter is the place's name."""
    if not found:
        abort(404)
    # Made from one address: to build each of fifty thousand anew would take seconds.
    lines = [_line(some[:-1] + quote(place.name), place.changed_at) for place in found]
    return _sent("public/sitemap.xml", lines=lines)


def _sent(template: str, **parts: object) -> Response:
    return Response(render_template(template, **parts), content_type=_TYPE)
