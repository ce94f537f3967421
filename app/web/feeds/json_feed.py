"""JSON Feed 1.1: the log, and one article's log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from app.delivery.messages import address_of
from app.queries import articles
from app.queries.corrections import Entry
from app.web.access import public
from app.web.feeds import feed_pages
from app.web.feeds.atom import article_log_title, log_title
from app.web.feeds.hub import announced
from app.web.feeds.items import Item, of_entry
from app.web.feeds.paging import FeedPage, article_log_page, log_page

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"


@feed_pages.get("/corrections.json")
@public
def corrections_json() -> ResponseReturnValue:
    """Send the log, newest first."""
    page = log_page("feeds.corrections_json")
    return _sent(page, log_title(), address_of("public.corrections"))


@feed_pages.get("/articles/<slug>/corrections.json")
@public
def article_corrections_json(slug: str) -> ResponseReturnValue:
    """Send the log of one article, newest first."""
    found = articles.page(slug)
    page = article_log_page("feeds.article_corrections_json", found)
    home = address_of("public.article_corrections", slug=slug)
    return _sent(page, article_log_title(found.version.headline), home)


def _sent(page: FeedPage[Entry], title: str, home: str) -> Response:
    hub = current_app.config["HUB_URL"]
    feed = {
        "version": _VERSION,
        "title": title,
        "home_page_url": home,
        "feed_url": page.first,
        "next_url": page.next,
        "icon": address_of("static", filename="favicon.svg"),
        "authors": [
            {
                "name": current_app.config["PUBLICATION_NAME"],
                "url": address_of("public.front"),
            }
        ],
        "language": str(get_locale() or "en").replace("_", "-"),
        "hubs": [{"type": "WebSub", "url": hub}] if hub else None,
        "items": [_item(of_entry(entry)) for entry in page.found],
    }
    body = json.dumps(_known(feed), ensure_ascii=False, indent=1)
    return announced(Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8"), page)


def _item(item: Item) -> Mapping[str, Any]:
    """Return an item; what only we know of an entry stands in ``_corrigenda``."""
    return {
        "id": item.id,
        "url": item.url,
        "external_url": item.related[0],
        "title": item.title,
        "content_html": item.html,
        "content_text": item.text,
        "date_published": item.published_at,
        **({"date_modified": item.updated_at} if item.updated_at != item.published_at else {}),
        "tags": [label for _term, label in item.kinds],
        "_corrigenda": {"about": address_of("public.policy"), **(_record(item))},
    }


def _record(item: Item) -> Mapping[str, Any]:
    """Return an entry without what later entries add to it: an item stays what it is."""
    record: Mapping[str, Any] = item.record or {}
    return {name: value for name, value in record.items() if name != "amended_by"}


def _known(feed: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in feed.items() if value is not None}
