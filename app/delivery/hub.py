"""The carrier that tells a WebSub hub which feed has changed; the hub then fetches it."""

from __future__ import annotations

from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from flask import current_app

from app.delivery.errors import Undeliverable
from app.extensions import db
from app.queries import pings
from app.services.outbox import Held

TIMEOUT = 10.0
"""Seconds that the hub has to connect and for each answer."""

_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


class _NoRedirects(HTTPRedirectHandler):
    """Follows nothing: a ping that is sent on as a GET would say nothing to anybody."""

    def redirect_request(self, *_arguments: Any) -> None:
        """Refuse to be sent elsewhere."""


_opener = build_opener(_NoRedirects)


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
    request = Request(hub, urlencode(said).encode(), {"User-Agent": "Corrigenda"})  # noqa: S310 - the setting holds http or https
    try:
        with _opener.open(request, timeout=TIMEOUT):
            return
    except HTTPError as error:
        error.close()
        is_final = 300 <= error.code < 500 and error.code not in _WORTH_ANOTHER_TRY
        problem = f"The hub refused the ping (HTTP {error.code})."
        raise Undeliverable(problem, is_final=is_final) from None
    except (OSError, HTTPException) as error:
        reason = type(getattr(error, "reason", error)).__name__
        problem = f"The hub could not be reached: {reason}."
        raise Undeliverable(problem, is_final=False) from None
