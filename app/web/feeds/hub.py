"""Telling subscribers which hub pushes the news of a feed (WebSub)."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from app.web.feeds.paging import FeedPage


def announced(response: Response, page: FeedPage[Any]) -> Response:
    """Name the hub, if there is one, and the feed's own address: what is subscribed to."""
    hub = current_app.config["HUB_URL"]
    if hub:
        response.headers["Link"] = f'<{hub}>; rel="hub", <{page.first}>; rel="self"'
    return response
