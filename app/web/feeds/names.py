"""Names of feeds and of what is in them, which stay the same wherever the site moves.

They are tag URIs (RFC 4151): readers of feeds know an item by its name, and would show all of
them again if a name changed. They hold no address, only ``CORRIGENDA_FEED_AUTHORITY`` or, where
that is empty, the host of the site.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app

_SINCE = "2026"
"""The year whose first day dates a name; nobody could have given out the same ones before."""


def name(*parts: str | int) -> str:
    """Return the name of something: ``tag:ledger.example,2026:corrections/12``."""
    authority = current_app.config["FEED_AUTHORITY"] or f"{_host()},{_SINCE}"
    return f"tag:{authority}:{'/'.join(map(str, parts))}"


def _host() -> str:
    host = urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"
    return "localhost" if ":" in host else host  # an IPv6 address is no name
