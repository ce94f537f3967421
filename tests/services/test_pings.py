"""Pings: a hub is owed the news with what makes it, once for each feed, if there is a hub."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import DeliveryState, Letter, Ping
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import outbox
from tests import make

LATER = make.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _hub(in_app: Flask) -> None:
    in_app.config["HUB_URL"] = "https://hub.example/"


def owed(state: DeliveryState = DeliveryState.WAITING) -> list[str]:
    """Return the feeds whose pings are in a state."""
    db.session.rollback()
    return list(
        db.session.scalars(select(Ping.topic).where(Ping.state == state).order_by(Ping.topic))
    )


def test_an_article_is_news_of_one_feed() -> None:
    make.article("harbour")

    assert owed() == ["/articles.atom"]


def test_a_correction_is_news_of_every_feed_that_holds_it() -> None:
    make.correction(make.article("harbour"))

    assert owed() == [
        "/articles.atom",
        "/articles/harbour/corrections.atom",
        "/articles/harbour/corrections.json",
        "/corrections.atom",
        "/corrections.json",
    ]


def test_what_is_published_because_of_a_case_is_news_too() -> None:
    on, by = make.article("harbour"), make.staff(Role.EDITOR)

    make.publish(make.case(CaseStatus.AGREED, on=on, by=by), by=by)

    assert "/articles/harbour/corrections.atom" in owed()


def test_every_feed_that_is_announced_is_there(in_app: Flask) -> None:
    make.correction(make.article("harbour"))
    adapter = in_app.url_map.bind("localhost")

    endpoints = {adapter.match(path)[0] for path in owed()}

    assert len(endpoints) == 5
    assert all(endpoint.startswith("feeds.") for endpoint in endpoints)


def test_the_longest_address_has_room() -> None:
    slug = "a" * 120

    make.correction(make.article(slug))

    assert f"/articles/{slug}/corrections.json" in owed()


def test_without_a_hub_nothing_is_owed(in_app: Flask) -> None:
    in_app.config["HUB_URL"] = ""

    make.correction()

    assert owed() == []


def test_a_publication_that_fails_owes_nothing() -> None:
    on = make.article("harbour")
    outbox.take(9, at=make.NOW, kind=Ping)

    with pytest.raises(Exception, match="nothing is changed"):
        make.correction(on, kind=CorrectionKind.CORRECTION, text=make.edited(on, "x", "x"))

    assert owed() == ["/articles.atom"]


def test_a_ping_that_waits_brings_later_news_too() -> None:
    for _ in range(3):
        make.article()

    assert owed() == ["/articles.atom"]


def test_a_ping_that_is_on_its_way_does_not() -> None:
    make.article()
    outbox.take(1, at=make.NOW, kind=Ping)

    make.article()

    assert owed() == ["/articles.atom", "/articles.atom"]


def test_news_tries_a_hub_anew_that_was_given_up() -> None:
    make.article()
    (held,) = outbox.take(1, at=make.NOW, kind=Ping)
    outbox.failed(held, at=make.NOW, problem="The hub refused the ping (HTTP 403).", is_final=True)
    assert owed(DeliveryState.PARKED) == ["/articles.atom"]

    make.article()

    assert owed(DeliveryState.PARKED) == []
    assert owed() == ["/articles.atom"]


def test_pings_and_letters_are_taken_apart() -> None:
    make.report(email="reader@example.org")

    (letter,) = outbox.take(9, at=make.NOW)
    (ping,) = outbox.take(9, at=make.NOW, kind=Ping)

    assert (letter.kind, ping.kind) == (Letter, Ping)
    assert outbox.take(9, at=make.NOW) == outbox.take(9, at=make.NOW, kind=Ping) == []


def test_a_ping_fails_is_held_and_goes_as_letters_do() -> None:
    make.article()
    (held,) = outbox.take(1, at=make.NOW, kind=Ping)
    outbox.failed(held, at=make.NOW, problem="The hub could not be reached.", is_final=False)

    (again,) = outbox.take(1, at=LATER, kind=Ping)
    outbox.failed(held, at=LATER, problem="Too late.", is_final=True)
    went = outbox.delivered(again, at=LATER)

    ping = db.session.scalars(select(Ping)).one()
    assert went
    assert (ping.tries, ping.problem, ping.delivered_at) == (2, "", LATER)


def test_a_ping_that_went_long_ago_is_forgotten() -> None:
    make.article()
    (held,) = outbox.take(1, at=make.NOW, kind=Ping)
    outbox.delivered(held, at=make.NOW)

    outbox.forget_delivered(at=make.NOW + outbox.KEPT_FOR)
    kept = owed(DeliveryState.DELIVERED)
    outbox.forget_delivered(at=make.NOW + outbox.KEPT_FOR + timedelta(seconds=1))

    assert kept == ["/articles.atom"]
    assert owed(DeliveryState.DELIVERED) == []
