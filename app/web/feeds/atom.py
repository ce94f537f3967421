"""Atom feeds (RFC 4287): of articles, of the log, and of one article's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.delivery.messages import address_of
from app.queries import articles
from app.rules.markup import without_unseen
from app.web.access import public
from app.web.feeds import feed_pages
from app.web.feeds.hub import announced
from app.web.feeds.items import Item, of_article, of_entry
from app.web.feeds.names import name
from app.web.feeds.paging import FeedPage, article_log_page, articles_page, log_page
from app.web.filters import iso

MEDIA_TYPE = "application/atom+xml"
_BEGINNING = "1970-01-01T00:00:00Z"
"""When a feed changed last that never held anything."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and one page of it."""

    id: str
    title: str
    home: str
    items: Sequence[Item]
    page: FeedPage[Any]
    began_at: datetime | None = None

    @property
    def updated_at(self) -> str:
        """When anything in it changed last in a way that matters."""
        began = iso(self.began_at) if self.began_at else _BEGINNING
        return max((item.updated_at for item in self.items), default=began)


@feed_pages.get("/articles.atom")
@public
def articles_atom() -> ResponseReturnValue:
    """Send the articles, newest first."""
    page = articles_page("feeds.articles_atom")
    items = [of_article(found) for found in page.found]
    title = str(current_app.config["PUBLICATION_NAME"])
    return _sent(Feed(name("articles"), title, address_of("public.front"), items, page))


@feed_pages.get("/corrections.atom")
@public
def corrections_atom() -> ResponseReturnValue:
    """Send the log, newest first."""
    page = log_page("feeds.corrections_atom")
    items = [of_entry(entry) for entry in page.found]
    home = address_of("public.corrections")
    return _sent(Feed(name("corrections"), log_title(), home, items, page))


@feed_pages.get("/articles/<slug>/corrections.atom")
@public
def article_corrections_atom(slug: str) -> ResponseReturnValue:
    """Send the log of one article, newest first."""
    found = articles.page(slug)
    page = article_log_page("feeds.article_corrections_atom", found)
    feed = Feed(
        id=name("articles", slug, "corrections"),
        title=article_log_title(found.version.headline),
        home=address_of("public.article_corrections", slug=slug),
        items=[of_entry(entry) for entry in page.found],
        page=page,
        began_at=found.article.published_at,
    )
    return _sent(feed)


def log_title() -> str:
    """Return the title of the feeds of the log."""
    return str(_("%(publication)s: corrections", publication=_publication()))


def article_log_title(headline: str) -> str:
    """Return the title of the feeds of an article's log."""
    return str(_("Corrections: %(headline)s", headline=headline))


def _publication() -> str:
    return str(current_app.config["PUBLICATION_NAME"])


def _sent(feed: Feed) -> Response:
    xml = without_unseen(render_template("feeds/atom.xml", feed=feed))
    response = Response(xml, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    return announced(response, feed.page)
