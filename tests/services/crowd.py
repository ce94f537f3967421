"""Many people at once: the same thing done in as many threads, all let loose together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask
from sqlalchemy import text

from app.extensions import db

T = TypeVar("T")


def at_once(app: Flask, people: int, act: Callable[[int], T]) -> list[T | Exception]:
    """Let ``act(0)``, ``act(1)``, … happen together; return what came of each, errors included.

    Each runs in an application context of its own, as a request does.
    """
    db.session.remove()
    start = Barrier(people)

    def go(number: int) -> T | Exception:
        with app.app_context():
            db.session.execute(text("SELECT 1"))  # nobody is held up by a connection to be made
            db.session.rollback()
            start.wait()
            try:
                return act(number)
            except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
                return error

    with ThreadPoolExecutor(people) as crowd:
        return list(crowd.map(go, range(people)))
