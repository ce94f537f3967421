"""Posting to other servers: hubs and witnesses, whatever they answer."""

from __future__ import annotations

from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from app.delivery.errors import Undeliverable

TIMEOUT = 10.0
"""Seconds that a server has to connect and for each answer."""

_MOST_BYTES = 100_000


class _NoRedirects(HTTPRedirectHandler):
    """Follows nothing: what is sent on as a GET would say nothing to anybody."""

    def redirect_request(self, *_arguments: Any) -> None:
        """Refuse to be sent elsewhere."""


_opener = build_opener(_NoRedirects)


def post(url: str, data: bytes, whom: str) -> tuple[int, bytes]:
    """Post ``data`` and return the answer's status and text.

    Raises ``Undeliverable`` where there is no answer; ``whom`` names the server in the problem.
    """
    request = Request(url, data, {"User-Agent": "Corrigenda"})  # noqa: S310 - the settings hold http or https
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.read(_MOST_BYTES)
    except HTTPError as error:
        with error:
            return error.code, error.read(_MOST_BYTES)
    except (OSError, HTTPException) as error:
        reason = type(getattr(error, "reason", error)).__name__
        raise Undeliverable(f"{whom} could not be reached: {reason}.", is_final=False) from None
