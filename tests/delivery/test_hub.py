"""Telling the hub: what it is told, what it may answer, and that it holds nothing up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.delivery import hub, posting, worker
from app.delivery.carriers import Carrier
from app.delivery.errors import Undeliverable
from app.extensions import db
from app.models import DeliveryState, Ping
from tests import make
from tests.delivery.post_office import free_port

FEED = "http://localhost/articles.atom"


class Hub:
    """Keeps what it was told; ``answer`` says how it answers, ``delay`` how slowly."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.told: list[dict[str, list[str]]] = []
        self.asked: list[str] = []
        self.answer = 204
        self.delay = 0.0


@pytest.fixture
def open_hub() -> Iterator[Hub]:
    """Return a hub on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.told.append(parse_qs(body))
            time.sleep(found.delay)
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            found.asked.append(f"{self.command} {self.path}")
            self.send_response(found.answer)
            if found.answer in (301, 302, 307, 308):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Hub(f"http://127.0.0.1:{server.server_port}/")
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def publication(in_app: Flask, open_hub: Hub) -> Flask:
    """Return a publication that tells the hub."""
    in_app.config["HUB_URL"] = open_hub.url
    return in_app


def ping() -> Ping:
    """Return the one ping, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Ping)).one()


def test_the_worker_tells_the_hub_which_feed_has_changed(
    publication: Flask, open_hub: Hub, by_file: Carrier
) -> None:
    make.article(at=now())

    tried = worker.deliver_due(publication, by_file)

    assert tried == 1
    assert open_hub.told == [{"hub.mode": ["publish"], "hub.url": [FEED], "hub.topic": [FEED]}]
    assert ping().state is DeliveryState.DELIVERED


def test_letters_go_before_pings(publication: Flask, open_hub: Hub, by_file: Carrier) -> None:
    make.report(email="reader@example.org", at=now())

    worker.deliver_next(by_file)
    told_first = list(open_hub.told)
    worker.deliver_next(by_file)

    assert told_first == []
    assert len(open_hub.told) == 1


def test_what_a_hub_refuses_is_parked(publication: Flask, open_hub: Hub, by_file: Carrier) -> None:
    open_hub.answer = 403
    make.article(at=now())

    worker.deliver_due(publication, by_file)

    assert ping().state is DeliveryState.PARKED
    assert ping().problem == "The hub refused the ping (HTTP 403)."


@pytest.mark.parametrize("answer", [429, 408, 500, 503])
def test_a_hub_that_cannot_now_is_asked_again(
    publication: Flask, open_hub: Hub, by_file: Carrier, answer: int
) -> None:
    open_hub.answer = answer
    make.article(at=now())

    worker.deliver_due(publication, by_file)

    assert ping().state is DeliveryState.WAITING
    assert ping().next_try_at > now()
    assert ping().problem == f"The hub refused the ping (HTTP {answer})."


@pytest.mark.parametrize("answer", [301, 302, 307, 308])
def test_a_hub_that_has_moved_is_not_followed(open_hub: Hub, answer: int) -> None:
    open_hub.answer = answer

    with pytest.raises(Undeliverable) as refusal:
        hub.tell(open_hub.url, FEED)

    assert refusal.value.is_final
    assert open_hub.asked == ["POST /"]


def test_a_hub_that_is_away_is_asked_again() -> None:
    with pytest.raises(Undeliverable, match="could not be reached: ConnectionRefusedError") as away:
        hub.tell(f"http://127.0.0.1:{free_port()}/", FEED)

    assert not away.value.is_final


def test_a_hub_that_does_not_answer_is_waited_for_only_so_long(
    open_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_hub.delay = 3
    monkeypatch.setattr(posting, "TIMEOUT", 0.2)
    began = time.monotonic()

    with pytest.raises(Undeliverable, match="could not be reached: TimeoutError"):
        hub.tell(open_hub.url, FEED)

    assert time.monotonic() - began < 2


def test_pings_of_a_hub_that_was_given_up_are_dropped(
    publication: Flask, open_hub: Hub, by_file: Carrier
) -> None:
    make.article(at=now())
    publication.config["HUB_URL"] = ""

    worker.deliver_due(publication, by_file)

    db.session.rollback()
    assert open_hub.told == []
    assert db.session.scalars(select(Ping)).all() == []


def test_a_site_in_a_folder_names_its_feeds_there(
    publication: Flask, open_hub: Hub, by_file: Carrier
) -> None:
    publication.config["SITE_URL"] = "https://news.example/ledger"
    make.article(at=now())

    worker.deliver_due(publication, by_file)

    assert open_hub.told[0]["hub.url"] == ["https://news.example/ledger/articles.atom"]
