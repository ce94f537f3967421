"""Rate limits: counted exactly, in windows that end, for everybody on their own."""

from __future__ import annotations

from contextlib import suppress
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
from app.services._limits import DatabaseStorage
from app.services._tries import trying
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

LIMIT = "3 per 15 minutes"
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Wrong(Exception):
    """What was tried was wrong."""


def _try(limit: str, *who: str) -> None:
    """Try something that is wrong, so that the try is spent; raise ``TooMany`` past the limit."""
    with suppress(Wrong), trying((limit, *who)):
        raise Wrong


def _use_up(who: str = "somebody", times: int = 3) -> None:
    for _ in range(times):
        with suppress(TooMany):
            _try(LIMIT, who)


def test_within_the_limit_nothing_is_refused() -> None:
    _use_up(times=2)

    _try(LIMIT, "somebody")

    assert DatabaseStorage().check()


def test_beyond_the_limit_all_is_refused() -> None:
    _use_up()

    with pytest.raises(TooMany, match="tried too often") as refused:
        _try(LIMIT, "somebody")

    assert refused.value.status == 429


def test_everybody_is_counted_on_their_own() -> None:
    _use_up("somebody")

    with trying((LIMIT, "somebody else")):
        pass

    counts = db.session.scalars(select(Throttle.count).order_by(Throttle.count))
    assert counts.all() == [0, 3]


def test_a_window_ends_and_the_next_begins_at_nothing() -> None:
    with time_machine.travel(MORNING, tick=False):
        _use_up()
    with time_machine.travel(MORNING + timedelta(minutes=15), tick=False):
        _try(LIMIT, "somebody")

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

    _try(LIMIT, "somebody")
    assert DatabaseStorage().reset() == 1


def test_the_setting_sets_the_limits_aside(in_app: Flask) -> None:
    in_app.config["RATELIMIT_ENABLED"] = False

    _use_up(times=10)

    _try(LIMIT, "somebody")
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
            _try("5 per minute", f"visitor {number}")

    def hit(person: int) -> None:
        for number in range(3):
            _try("5 per minute", f"visitor {person * 3 + number}")

    results = at_once(in_app, 8, hit)

    assert results == [None] * 8
    assert DatabaseStorage().get(parse("5 per minute").key_for("visitor 5")) == 1


def test_what_was_right_is_given_back() -> None:
    for _ in range(10):
        with trying((LIMIT, "somebody")):
            pass

    assert DatabaseStorage().get(_key()) == 0


def test_of_many_tries_at_once_no_more_are_let_through_than_the_limit(in_app: Flask) -> None:
    let_through = []

    def attempt(number: int) -> None:
        with trying((LIMIT, "the crowd")):
            let_through.append(number)
            raise Wrong

    results = at_once(in_app, 12, attempt)

    assert len(let_through) == 3
    assert sum(isinstance(result, TooMany) for result in results) == 9


def test_a_limit_that_is_used_up_protects_the_wider_ones_behind_it() -> None:
    _use_up("one sender")

    with pytest.raises(TooMany), trying((LIMIT, "one sender"), ("100 per hour", "everybody")):
        pass

    assert DatabaseStorage().get(parse("100 per hour").key_for("everybody")) == 0
