"""Versions as the web knows them: Memento (RFC 7089) and links between versions (RFC 5829).

An article is the timegate of its own past: asked with ``Accept-Datetime`` it leads to the version
that was public then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.http import http_date, parse_date

from app.delivery.messages import address_of
from app.models import Version
from app.queries import articles
from app.queries.articles import ArticlePage, VersionLine
from app.web.access import public
from app.web.presenters import article_url, version_url
from app.web.public import public_pages

LINK_FORMAT = "application/link-format"


@public_pages.get("/articles/<slug>/timemap")
@public
def timemap(slug: str) -> ResponseReturnValue:
    """List every version of an article with its time (a TimeMap in link format)."""
    page = articles.page(slug)
    links = [
        _original(page),
        f'<{_timemap_url(page)}>; rel="self"; type="{LINK_FORMAT}"{_span(page)}',
        *(_memento(page, line, _places(page, line)) for line in _readable(page)),
    ]
    return Response(",\n".join(links) + "\n", mimetype=LINK_FORMAT)


def past(page: ArticlePage) -> Response | None:
    """Lead to the version that was public when ``Accept-Datetime`` says, if it says anything."""
    wanted = request.headers.get("Accept-Datetime")
    if wanted is None or page.is_withheld:
        return None
    at = _time(wanted)
    if at is None:
        says = _(
            "Accept-Datetime is a time such as %(time)s.",
            time=http_date(page.history[-1].created_at),
        )
        return _as_gate(Response(f"{says}\n", 400, mimetype="text/plain"), page)
    then = _public_at(page.history, at)
    response = Response(status=302)
    response.location = version_url(page.article.slug, then.number)
    return _as_gate(response, page, then)


def as_original(answer: ResponseReturnValue, page: ArticlePage) -> Response:
    """Link an article to its history, its timemap and itself as its timegate.

    The first and the last version stand in the timemap: every reader would pay for them here.
    """
    response = make_response(answer)
    response.vary.add("Accept-Datetime")
    links = _fixed(page)
    if len(page.readable) > 1:
        before = version_url(page.article.slug, page.readable[1].number)
        links.append(f'<{before}>; rel="predecessor-version"')
    response.headers["Link"] = ", ".join(links)
    return response


def _as_gate(response: Response, page: ArticlePage, then: VersionLine | None = None) -> Response:
    """Link a gate to the version that it leads to, with that one's neighbours, and to both ends."""
    response.vary.add("Accept-Datetime")
    _add(response, page, then, _BESIDE)
    return response


def as_memento(answer: ResponseReturnValue, page: ArticlePage, version: Version) -> Response:
    """Say when a version became public, and link it to its article and its neighbours.

    A tombstone is no memento: it is not what was public then.
    """
    response = make_response(answer)
    here = next(line for line in page.history if line.number == version.number)
    if here.redacted is None:
        response.headers["Memento-Datetime"] = http_date(version.created_at)
    _add(response, page, here, _BESIDE_VERSION)
    return response


_BESIDE: Mapping[int, Sequence[str]] = {-1: ["prev"], 0: [], 1: ["next"]}
_BESIDE_VERSION: Mapping[int, Sequence[str]] = {
    -1: ["predecessor-version", "prev"],
    0: [],
    1: ["successor-version", "next"],
}
"""How versions are related to the one before or after them; a gate itself is no version."""


def _add(
    response: Response,
    page: ArticlePage,
    here: VersionLine | None,
    beside: Mapping[int, Sequence[str]],
) -> None:
    """Add the links of a page: to the ends of its history, to ``here`` and to what is beside."""
    mementos = []
    for line in _readable(page):
        rels, steps = _places(page, line), line.number - here.number if here else None
        if rels or steps in beside:
            mementos.append(_memento(page, line, [*rels, *beside.get(steps or 0, [])]))
    response.headers["Link"] = ", ".join([*_fixed(page), *mementos])


def _fixed(page: ArticlePage) -> list[str]:
    """Return the links that every page of an article has."""
    history = address_of("public.versions", slug=page.article.slug)
    return [
        _original(page),
        f'<{_timemap_url(page)}>; rel="timemap"; type="{LINK_FORMAT}"',
        f'<{history}>; rel="version-history"',
    ]


def _original(page: ArticlePage) -> str:
    return f'<{article_url(page.article.slug)}>; rel="original timegate latest-version"'


def _timemap_url(page: ArticlePage) -> str:
    return address_of("public.timemap", slug=page.article.slug)


def _memento(page: ArticlePage, line: VersionLine, rels: Sequence[str]) -> str:
    rel = " ".join([*rels, "memento"])
    url = version_url(page.article.slug, line.number)
    return f'<{url}>; rel="{rel}"; datetime="{http_date(line.created_at)}"'


def _places(page: ArticlePage, line: VersionLine) -> list[str]:
    ends = {"first": page.readable[-1], "last": page.readable[0]}
    return [name for name, end in ends.items() if line == end]


def _readable(page: ArticlePage) -> list[VersionLine]:
    """Return the versions that anybody may read, oldest first."""
    return page.readable[::-1]


def _span(page: ArticlePage) -> str:
    lines = _readable(page)
    if not lines:
        return ""
    first, last = http_date(lines[0].created_at), http_date(lines[-1].created_at)
    return f'; from="{first}"; until="{last}"'


def _time(text: str) -> datetime | None:
    """Read a time as HTTP writes it (RFC 1123), to the letter."""
    try:
        at = parse_date(text)
    except OverflowError:  # of a year that no computer's numbers hold
        return None
    return at if at and http_date(at) == text.strip() else None


def _public_at(history: Sequence[VersionLine], at: datetime) -> VersionLine:
    """Return the version that was public at a time, which says nothing below seconds."""
    since = (line for line in history if line.created_at.replace(microsecond=0) <= at)
    return next(since, history[-1])
