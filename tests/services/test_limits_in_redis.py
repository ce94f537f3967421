"""Rate limits counted in Redis, where a setting names one: exact across processes too."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import redis
from flask import Flask

from app.rules.errors import TooMany
from app.services import throttle
from app.services._limits import spend
from app.services._tries import trying
from app.services.transaction import transaction
from tests.conftest import refuse_or_skip


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """Start a Redis of the tests' own, which keeps nothing."""
    program = shutil.which("redis-server")
    if program is None:
        refuse_or_skip("no Redis: install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(program), "--port", str(port), "--save", "", "--bind", "127.0.0.1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    client = redis.Redis(port=port)
    for _ in range(100):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}"
    client.close()
    server.terminate()
    server.wait()


def test_a_limit_holds_exactly_whoever_counts(app: Flask, redis_url: str) -> None:
    app.config["RATELIMIT_STORAGE_URL"] = redis_url

    def try_once(_number: int) -> bool:
        with app.app_context():
            try:
                with transaction() as session:
                    spend(session, "20 per hour", "somebody", app.config["DATABASE_URL"])
            except TooMany:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        allowed = sum(pool.map(try_once, range(50)))

    assert allowed == 20


def test_what_is_used_is_known_to_all(app: Flask, redis_url: str) -> None:
    app.config["RATELIMIT_STORAGE_URL"] = redis_url
    who = ("sign-in", app.config["DATABASE_URL"])

    with app.app_context():
        for _ in range(3):
            with suppress(ValueError), trying(("5 per hour", *who)):
                raise ValueError

        with trying(("5 per hour", *who)):
            assert throttle.used("5 per hour", *who) == 4
        assert throttle.used("5 per hour", *who) == 3
