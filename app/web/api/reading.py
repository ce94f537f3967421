"""Reading the public record: articles, their versions and differences, and the log."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from app.clock import now
from app.queries import articles as article_queries
from app.queries import corrections as correction_queries
from app.queries import known, syndication
from app.queries.corrections import Filter
from app.rules.errors import InvalidInput
from app.rules.kinds import CorrectionKind
from app.rules.passages import find, version_text
from app.rules.structure_changes import compare_versions
from app.web import presenters
from app.web.access import public
from app.web.api import api_pages, shapes
from app.web.api.parts import NumberedPageQuery, PageQuery, after, next_url
from app.web.api.schemas import schema_of
from app.web.api.shapes import Articles, Corrections, Difference, KnownMatters, Versions
from app.web.forms.fields import tidy
from app.web.pagination import cursor
from app.web.presenters import PublicArticle, PublicCorrection, PublicVersion


class PassageQuery(Schema):
    """The words that are asked about."""

    passage = fields.String(
        required=True,
        validate=validate.Length(min=1, max=2000),
        metadata={"description": "The exact words, as they stand in the version."},
    )


class CorrectionQuery(NumberedPageQuery):
    """Which entries of the log are wanted; what is left out narrows nothing."""

    kind = fields.String(
        validate=validate.OneOf([kind.value for kind in CorrectionKind]),
        metadata={"description": "Of this kind."},
    )
    section = fields.String(
        validate=validate.Length(max=80),
        metadata={"description": "Of articles in this section."},
    )
    since = fields.Date(metadata={"description": "Published on this day (UTC), or after it."})
    until = fields.Date(metadata={"description": "Published on this day (UTC), or before it."})


@api_pages.get("/articles")
@api_pages.arguments(PageQuery, location="query")
@api_pages.response(200, schema_of(Articles))
@public
def list_articles(query: dict[str, Any]) -> Articles:
    """List the articles, newest first."""
    found = syndication.articles(query["limit"] + 1, after(query.get("cursor")))
    shown = found[: query["limit"]]
    last = shown[-1].teaser if len(found) > len(shown) else None
    further = cursor(last.published_at, last.id) if last else None
    items = [presenters.article_line(each) for each in shown]
    return {"items": items, "next_cursor": further, "next_url": next_url(further)}


@api_pages.get("/articles/<slug>")
@api_pages.response(200, schema_of(PublicArticle))
@public
def get_article(slug: str) -> PublicArticle:
    """Give an article as it is now, with its log."""
    return presenters.article(article_queries.page(slug))


@api_pages.get("/articles/<slug>/versions")
@api_pages.response(200, schema_of(Versions))
@public
def list_versions(slug: str) -> Versions:
    """List the versions of an article, newest first."""
    page = article_queries.page(slug)
    return {"items": [presenters.version_line(page, line) for line in page.history]}


@api_pages.get("/articles/<slug>/versions/<number:number>")
@api_pages.response(200, schema_of(PublicVersion))
@public
def get_version(slug: str, number: int) -> PublicVersion:
    """Give an article as it was public in one version."""
    page = article_queries.page(slug)
    return presenters.version(page, article_queries.public_version(page, number))


@api_pages.get("/articles/<slug>/versions/<number:number>/known")
@api_pages.arguments(PassageQuery, location="query")
@api_pages.response(200, schema_of(KnownMatters))
@public
def get_known(query: dict[str, str], slug: str, number: int) -> KnownMatters:
    """Say what is known of a passage, before the same is reported once more."""
    page = article_queries.page(slug)
    version = article_queries.public_version(page, number)
    passage = find(tidy(query["passage"]), version_text(version.text))
    if passage is None:
        raise InvalidInput("passage", "These words do not stand in this version.")
    return shapes.known_matters(known.about(page.article, version, passage, now()))


@api_pages.get("/articles/<slug>/differences/<number:before>/<number:after>")
@api_pages.response(200, schema_of(Difference))
@public
def get_difference(slug: str, before: int, after: int) -> Difference:
    """Give what differs between two versions of an article, word by word."""
    page = article_queries.page(slug)
    first, second = article_queries.comparable(page, before, after)
    rows = compare_versions(first.text, second.text)
    return shapes.difference(slug, before, after, rows)


@api_pages.get("/articles/<slug>/corrections")
@api_pages.response(200, schema_of(Corrections))
@public
def list_article_corrections(slug: str) -> Corrections:
    """List the entries of an article's log, newest first."""
    page = article_queries.page(slug)
    items = [presenters.correction(entry) for entry in page.entries]
    return {"items": items, "next_cursor": None, "next_url": None}


@api_pages.get("/corrections")
@api_pages.arguments(CorrectionQuery, location="query")
@api_pages.response(200, schema_of(Corrections))
@public
def list_corrections(query: dict[str, Any]) -> Corrections:
    """List the entries of the correction log, newest first."""
    below = int(query["cursor"]) if "cursor" in query else None
    found = correction_queries.page(_wanted(query), query["limit"] + 1, below)
    shown = found[: query["limit"]]
    further = str(shown[-1].number) if len(found) > len(shown) else None
    items = [presenters.correction(entry) for entry in shown]
    return {"items": items, "next_cursor": further, "next_url": next_url(further)}


@api_pages.get("/corrections/<number:number>")
@api_pages.response(200, schema_of(PublicCorrection))
@public
def get_correction(number: int) -> PublicCorrection:
    """Give one entry of the correction log."""
    return presenters.correction(correction_queries.numbered(number))


def _wanted(query: dict[str, Any]) -> Filter:
    first: date | None = query.get("since")
    last: date | None = query.get("until")
    return Filter(
        kind=CorrectionKind(query["kind"]) if "kind" in query else None,
        section=query.get("section", ""),
        since=_midnight(first) if first else None,
        until=_midnight(last + timedelta(days=1)) if last and last < date.max else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
