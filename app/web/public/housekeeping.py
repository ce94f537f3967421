"""Files that other programs look for at fixed addresses, each made from the settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from flask import Response, abort, current_app
from flask.typing import ResponseReturnValue

from app.delivery.messages import address_of
from app.web.access import public
from app.web.filters import iso
from app.web.public import public_pages

_HELD_FOR = timedelta(days=365)
"""How long a contact that somebody made sure of is good for: RFC 9116 asks for less than a year."""

_NOT_CRAWLED = (
    "/desk",
    "/reports/",
    "/search",
    "/articles/*/report",
    "/articles/*/follow",
    "/articles/*/compare",
    "/follow/",
)
"""Forms, other people's links, and any two versions compared: endless, and nothing to be found.

Versions may be read: that they are not to be found by a search they say themselves, and a
search engine that may not read them would not know.
"""


@public_pages.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Say what crawlers may read, and where the map of the site is."""
    rules = [f"Disallow: {path}" for path in _NOT_CRAWLED]
    return _text(["User-agent: *", *rules, "", f"Sitemap: {address_of('public.sitemap')}"])


@public_pages.get("/humans.txt")
@public
def humans() -> ResponseReturnValue:
    """Say who makes the site, and how to reach them."""
    config = current_app.config
    return _text(
        [
            "/* TEAM */",
            f"Publication: {config['PUBLICATION_NAME']}",
            f"About: {address_of('public.about')}",
            f"Letters: {config['LETTERS_CONTACT']}",
            f"Questions: {config['QUESTIONS_CONTACT']}",
            "",
            "/* SITE */",
            f"Language: {config['LANGUAGE']}",
            f"Corrections: {address_of('public.policy')}",
            "Software: Corrigenda",
        ]
    )


@public_pages.get("/.well-known/security.txt")
@public
def security() -> ResponseReturnValue:
    """Say where to report a security hole (RFC 9116), for as long as somebody vouches for it."""
    config = current_app.config
    contact, checked = config["SECURITY_CONTACT"], config["SECURITY_CHECKED"]
    if not contact or not checked:
        abort(404)
    day = date.fromisoformat(checked)
    expires = datetime(day.year, day.month, day.day, tzinfo=UTC) + _HELD_FOR
    return _text(
        [
            f"Contact: {contact}",
            f"Expires: {iso(expires)}",
            f"Preferred-Languages: {config['LANGUAGE']}",
            f"Canonical: {address_of('public.security')}",
        ]
    )


@public_pages.get("/trust.txt")
@public
def trust() -> ResponseReturnValue:
    """Say to whom the publication belongs and what belongs to it (JournalList's trust.txt)."""
    said = current_app.config["TRUST"]
    if not said:
        abort(404)
    names = {line.partition("=")[0] for line in said}
    ours = {"disclosure": address_of("public.policy"), "contact": address_of("public.about")}
    return _text([*said, *(f"{name}={url}" for name, url in ours.items() if name not in names)])


def _text(lines: Sequence[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
