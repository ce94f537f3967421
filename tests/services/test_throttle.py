"""Rate limits: counted exactly, in windows that end, for everybody on their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from limits import parse
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import func, select

from app.extensions import db
from app.models import Throttle
from app.rules.errors import TooMany
from app.services import throttle
from app.services._limits import DatabaseStorage
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

LIMIT = "3 per 15 minutes"
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _use_up(who: str = "somebody", times: int = 3) -> None:
    for _ in range(times):
        throttle.count(LIMIT, who)


def test_within_the_limit_nothing_is_refused() -> None:
    _use_up(times=2)

    throttle.refuse_excess(LIMIT, "somebody")

    assert DatabaseStorage().check()


def test_beyond_the_limit_all_is_refused() -> None:
    _use_up()

    with pytest.raises(TooMany, match="tried too often") as refused:
        throttle.refuse_excess(LIMIT, "somebody")

    assert refused.value.status == 429


def test_everybody_is_counted_on_their_own() -> None:
    _use_up("somebody")

    throttle.refuse_excess(LIMIT, "somebody else")

    assert db.session.scalars(select(Throttle.count)).all() == [3]


def test_a_window_ends_and_the_next_begins_at_nothing() -> None:
    with time_machine.travel(MORNING, tick=False):
        _use_up()
    with time_machine.travel(MORNING + timedelta(minutes=15), tick=False):
        throttle.refuse_excess(LIMIT, "somebody")

        throttle.count(LIMIT, "somebody")

        assert db.session.scalars(select(Throttle.count)).all() == [1]


def test_a_window_is_not_prolonged_by_further_tries() -> None:
    with time_machine.travel(MORNING, tick=False):
        _use_up(times=1)
        end = DatabaseStorage().get_expiry(_key())
    with time_machine.travel(MORNING + timedelta(minutes=14), tick=False):
        _use_up(times=5)

        assert DatabaseStorage().get_expiry(_key()) == end
        assert DatabaseStorage().get(_key()) == 6


def _key() -> str:
    return parse(LIMIT).key_for("somebody")


def test_counts_whose_window_is_over_are_cleared_away() -> None:
    with time_machine.travel(MORNING, tick=False):
        _use_up("yesterday's visitor")
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        _use_up("today's visitor", times=1)

    assert db.session.scalar(select(func.count()).select_from(Throttle)) == 1


def test_a_count_can_be_forgotten() -> None:
    _use_up()

    DatabaseStorage().clear(_key())

    throttle.refuse_excess(LIMIT, "somebody")
    assert DatabaseStorage().reset() == 0


def test_the_setting_sets_the_limits_aside(in_app: Flask) -> None:
    in_app.config["RATELIMIT_ENABLED"] = False

    _use_up(times=10)

    throttle.refuse_excess(LIMIT, "somebody")
    assert db.session.scalar(select(func.count()).select_from(Throttle)) == 0


def test_a_crowd_is_counted_exactly(in_app: Flask) -> None:
    limit = parse("20 per hour")

    def hit(_number: int) -> list[bool]:
        limiter = FixedWindowRateLimiter(DatabaseStorage())
        return [limiter.hit(limit, "the crowd") for _ in range(6)]

    results = at_once(in_app, 8, hit)

    assert not [result for result in results if isinstance(result, Exception)]
    assert sum(sum(result) for result in results if isinstance(result, list)) == 20
    assert DatabaseStorage().get(limit.key_for("the crowd")) == 48


@pytest.mark.parametrize("_round", range(4))
def test_windows_that_end_together_do_not_block_each_other(in_app: Flask, _round: int) -> None:
    with time_machine.travel(MORNING, tick=False):
        for number in range(30):
            throttle.count("5 per minute", f"visitor {number}")

    def hit(person: int) -> None:
        for number in range(3):
            throttle.count("5 per minute", f"visitor {person * 3 + number}")

    results = at_once(in_app, 8, hit)

    assert results == [None] * 8
    assert DatabaseStorage().get(parse("5 per minute").key_for("visitor 5")) == 1
