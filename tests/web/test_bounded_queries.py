"""A page asks the database as often when there are ten thousand rows as when there are ten.

What a page costs must not grow with the publication: neither the number of its queries, nor,
beyond a page full of them, the rows that it brings home.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.clock import now
from app.extensions import WRITE, db
from app.web.access import PERSONAL, PUBLIC, access_of
from bench.crowd import fill
from bench.crowd_cases import Crowd
from bench.crowd_rows import ADMIN, PASSWORD
from bench.pages import desk_pages, public_pages
from tests.pages import Browser
from tests.web.publication import serving

SIZES = (10, 10_000)
"""How many open cases the two publications have, with twice as many articles."""

PREFIX = ("desk.", "public.")
"""The pages of people; feeds and the API have tests of their own."""

_LIST = re.compile(r"IN \([?, ]*\)")

NOT_LISTED = {
    "public.choose_compare": "leads on",
    "public.follow": "shows an article’s headline and a form",
    "public.follow_asked": "asks for nothing",
    "public.confirm_follow": "of one follower",
    "public.stop_follow": "of one follower",
    "public.find_report": "asks for nothing",
    "public.receipt_text": "as the receipt",
    "public.about": "asks for nothing",
    "public.security": "asks for nothing",
    "public.humans": "asks for nothing",
    "public.robots": "asks for nothing",
    "public.trust": "asks for nothing",
    "public.correction_bibtex": "of one entry",
    "public.log_body": "of one leaf",
    "public.log_checkpoint": "of one checkpoint, and a crowd has no log",
    "public.log_policy": "asks for nothing",
    "public.log_proof": "of one leaf",
    "public.log_tile": "of one tile",
    "public.log_vkey": "asks for nothing",
    "desk.join": "of one invitation",
    "desk.letter": "of one letter that became a file",
}
"""What is not tried here, and why it need not be."""


@dataclass
class Site:
    """A publication, somebody who is signed in to its desk, and what the database was asked."""

    crowd: Crowd
    browser: Browser
    asked: list[str] = field(default_factory=list)

    def queries(self, address: str) -> list[str]:
        """Return what a page asks the database."""
        self.browser.client.application.extensions.pop("figures", None)  # what is kept for a minute
        self.browser.client.get("/desk/account")  # every few minutes a session is noted as seen
        self.asked.clear()
        response = self.browser.client.get(address)
        assert response.status_code == 200, address
        return list(self.asked)


@contextmanager
def crowded(folder: Path, template: bytes, open_cases: int) -> Iterator[Site]:
    """Serve a publication with so many open cases."""
    folder.mkdir()
    (folder / "crowd.db").write_bytes(template)
    crowd = Crowd(
        articles=2 * open_cases, reports=4 * open_cases, open_cases=open_cases, at=now(), staff=6
    )
    with serving(f"sqlite:///{folder}/crowd.db", folder, RATELIMIT_ENABLED=False) as app:
        with app.app_context():
            with db.engine.connect().execution_options(**WRITE) as connection, connection.begin():
                fill(connection, crowd)
            site = Site(crowd, Browser(app.test_client()))
            _listen(app, site.asked)
        site.browser.sign_in(ADMIN, PASSWORD)
        yield site


def _listen(app: Flask, asked: list[str]) -> None:
    @event.listens_for(db.engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(_LIST.sub("IN (…)", statement))


@pytest.fixture(scope="module")
def sites(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes
) -> Iterator[tuple[Site, Site]]:
    """Serve a small publication and a larger one."""
    folder = tmp_path_factory.mktemp("crowds")
    few, many = SIZES
    with (
        crowded(folder / "few", sqlite_template, few) as small,
        crowded(folder / "many", sqlite_template, many) as large,
    ):
        yield small, large


def pages(crowd: Crowd) -> dict[str, list[str]]:
    """Return the addresses of a crowd's pages."""
    return desk_pages(crowd) | public_pages(crowd)


_LISTED = [
    (endpoint, nth)
    for endpoint, addresses in pages(Crowd(20, 40, 10, now())).items()
    for nth in range(len(addresses))
]


def test_no_page_is_missing_from_the_list(app: Flask) -> None:
    with app.app_context():
        shown = {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint.startswith(PREFIX)
        }
        declared = {endpoint: access_of(endpoint) for endpoint in shown}

    assert {*pages(Crowd(20, 40, 10, now()))} | {*NOT_LISTED} == shown
    assert not any(access not in (PUBLIC, PERSONAL) and endpoint.startswith("public.")
                   for endpoint, access in declared.items())  # fmt: skip


@pytest.mark.parametrize(("endpoint", "nth"), _LISTED)
def test_a_page_asks_as_often_with_many_rows_as_with_few(
    sites: tuple[Site, Site], endpoint: str, nth: int
) -> None:
    small, large = sites

    few = small.queries(pages(small.crowd)[endpoint][nth])
    many = large.queries(pages(large.crowd)[endpoint][nth])

    more, fewer = Counter(many) - Counter(few), Counter(few) - Counter(many)
    assert len(many) == len(few), f"more: {[*more.elements()]}; fewer: {[*fewer.elements()]}"
    assert len(many) < 40
