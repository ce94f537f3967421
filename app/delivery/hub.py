"""The carrier that tells a WebSub hub which feed has changed; the hub then fetches it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app

from app.delivery.errors import Undeliverable
from app.delivery.posting import post
from app.extensions import db
from app.queries import pings
from app.services.outbox import Held

_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


def carry(held: Held) -> str | None:
    """Tell the hub; return ``None`` where there is no hub any more, or nothing to tell.

    Raises ``Undeliverable``.
    """
    hub, topic = str(current_app.config["HUB_URL"]), pings.topic(held.id)
    db.session.remove()  # a slow hub is no reason to keep a connection to the database
    if not hub or topic is None:
        return None
    tell(hub, str(current_app.config["SITE_URL"]) + topic)
    return ""


def tell(hub: str, feed: str) -> None:
    """Tell a hub that a feed has changed; raise ``Undeliverable``."""
    # `hub.topic` is what some hubs call what others call `hub.url`: the standard names neither.
    said = {"hub.mode": "publish", "hub.url": feed, "hub.topic": feed}
    status, _answer = post(hub, urlencode(said).encode(), "The hub")
    if not 200 <= status < 300:
        is_final = 300 <= status < 500 and status not in _WORTH_ANOTHER_TRY
        raise Undeliverable(f"The hub refused the ping (HTTP {status}).", is_final=is_final)
