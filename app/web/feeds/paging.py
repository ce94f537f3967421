"""Feeds in pages, newest first, each linked to its neighbours (RFC 5005)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

from app.delivery.messages import address_of
from app.queries import corrections, syndication
from app.queries.articles import ArticlePage
from app.queries.corrections import Entry, Filter
from app.queries.syndication import Syndicated
from app.web.pagination import cursor, position, whole_number

PAGE = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FeedPage(Generic[T]):
    """One page of a feed: what it holds, its own address, and those of other pages."""

    found: Sequence[T]
    url: str
    first: str
    next: str | None = None
    previous: str | None = None


def log_page(endpoint: str) -> FeedPage[Entry]:
    """Return the page of the whole log that was asked for."""
    last = corrections.last_number()
    below = _below(last)
    found = corrections.page(Filter(), PAGE + 1, below)
    # Numbers have no gaps: the page before ends as many numbers further up.
    above = below + PAGE if below and below + PAGE <= last else None
    return _entries_page(endpoint, found, below, above)


def article_log_page(endpoint: str, page: ArticlePage) -> FeedPage[Entry]:
    """Return the page of an article's log that was asked for."""
    numbers = [entry.number for entry in page.entries]
    below = _below(max(numbers, default=0))
    newer = [number for number in numbers if below and number >= below]
    found = page.entries[len(newer) :]
    above = newer[-PAGE - 1] if len(newer) > PAGE else None
    return _entries_page(endpoint, found, below, above, slug=page.article.slug)


def articles_page(endpoint: str) -> FeedPage[Syndicated]:
    """Return the page of the articles that was asked for."""
    before = position(request.args.get("before"))
    newer = syndication.newer(before, PAGE + 1) if before else []
    found = syndication.articles(PAGE + 1, before if newer else None)
    own = cursor(*before) if before and newer else None
    after = cursor(*newer[PAGE]) if len(newer) > PAGE else None
    shown = found[:PAGE]
    end = cursor(shown[-1].teaser.published_at, shown[-1].teaser.id) if found[PAGE:] else None
    at = _addresses(endpoint, "before")
    return FeedPage(
        found=shown,
        url=at(own),
        first=at(None),
        next=at(end) if end else None,
        previous=at(after) if own else None,
    )


def _below(last: int) -> int | None:
    """Return below which number the page begins; nothing where that is the first page."""
    below = whole_number(request.args.get("below"))
    return below if below and below <= last else None


def _entries_page(
    endpoint: str, found: Sequence[Entry], below: int | None, above: int | None, **values: str
) -> FeedPage[Entry]:
    shown = found[:PAGE]
    at = _addresses(endpoint, "below", **values)
    return FeedPage(
        found=shown,
        url=at(below),
        first=at(None),
        next=at(shown[-1].number) if len(found) > PAGE else None,
        previous=at(above) if below else None,
    )


def _addresses(endpoint: str, name: str, **values: str) -> Callable[[str | int | None], str]:
    """Return how a feed's page is addressed by where it begins; the first one is by nothing."""

    def address(place: str | int | None) -> str:
        return address_of(endpoint, **values, **({name: place} if place else {}))

    return address
