"""The same key, sent again: told again, refused, or made to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import IdempotencyKey
from app.rules.errors import Conflict, InvalidInput
from app.services import idempotency
from tests import make
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
SOON, MUCH_LATER = make.NOW + timedelta(seconds=5), make.NOW + timedelta(days=2)


def test_what_was_done_is_not_done_again() -> None:
    first = idempotency.take_up(KEY, "one", at=make.NOW)
    idempotency.finish(KEY, at=make.NOW)

    again = idempotency.take_up(KEY, "one", at=SOON)

    assert (first, again) == (False, True)


def test_another_request_with_the_same_key_is_refused() -> None:
    idempotency.take_up(KEY, "one", at=make.NOW)
    idempotency.finish(KEY, at=make.NOW)

    with pytest.raises(InvalidInput, match="another request"):
        idempotency.take_up(KEY, "two", at=SOON)


def test_while_the_first_is_under_way_the_second_has_to_wait() -> None:
    idempotency.take_up(KEY, "one", at=make.NOW)

    with pytest.raises(Conflict, match="wait"):
        idempotency.take_up(KEY, "one", at=SOON)


def test_whoever_died_over_it_holds_nobody_up() -> None:
    idempotency.take_up(KEY, "one", at=make.NOW)

    later = idempotency.take_up(KEY, "one", at=make.NOW + timedelta(minutes=2))

    assert later is False
    with pytest.raises(Conflict):
        idempotency.take_up(KEY, "one", at=make.NOW + timedelta(minutes=2, seconds=5))


def test_what_was_refused_may_be_sent_again_put_right() -> None:
    idempotency.take_up(KEY, "one", at=make.NOW)

    idempotency.forget(KEY)

    assert idempotency.take_up(KEY, "two", at=SOON) is False


def test_what_is_done_is_not_forgotten_by_a_refusal() -> None:
    idempotency.take_up(KEY, "one", at=make.NOW)
    idempotency.finish(KEY, at=make.NOW)

    idempotency.forget(KEY)

    assert idempotency.take_up(KEY, "one", at=SOON) is True


def test_keys_are_forgotten_after_a_day() -> None:
    idempotency.take_up(KEY, "one", at=make.NOW)
    idempotency.finish(KEY, at=make.NOW)

    idempotency.take_up("another key of mine", "two", at=MUCH_LATER)

    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
    assert idempotency.take_up(KEY, "two", at=MUCH_LATER) is False


def test_of_many_at_once_one_begins(in_app: Flask) -> None:
    found = at_once(in_app, 6, lambda _number: idempotency.take_up(KEY, "one", at=make.NOW))

    assert found.count(False) == 1
    assert sum(isinstance(each, Conflict) for each in found) == 5
