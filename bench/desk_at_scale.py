"""Does the desk keep up? Every page of the desk, at a thousand open cases and at fifty thousand.

    .venv/bin/python bench/desk_at_scale.py [--open 50000] [--repeat 15] [--database both]

Fills one database with a small crowd and one with a large one, then asks each for the same pages
in turn, through the whole application and as somebody who is signed in, and prints the median
times with their ratio. Exits with 1 when the queue's median in the large one is more than 1.5
times that in the small one, on either database.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

if __name__ == "__main__":  # a script finds what lies beside it, not the project
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app import create_app
from app.clock import now
from app.extensions import WRITE, db
from bench.crowd import fill
from bench.crowd_cases import Crowd
from bench.crowd_rows import ADMIN, PASSWORD
from bench.pages import desk_pages, public_pages
from tests.pages import Browser
from tests.postgres import Server, start_server

SMALL = 1000
GOAL = 1.5
PER_OPEN_CASE = {"articles": 2, "reports": 4}
"""How many articles and reports a crowd has for each open case."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site with a crowd in its database, and a browser that is signed in to its desk."""

    crowd: Crowd
    client: FlaskClient

    def seconds(self, address: str) -> float:
        """Return how long a page takes that was not asked for before; raise where it is none."""
        self.client.application.extensions.pop("figures", None)
        start = perf_counter()
        response = self.client.get(address)
        took = perf_counter() - start
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        return took


def main() -> int:
    """Measure on the databases that are asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=50_000, help="open cases of the large one")
    parser.add_argument("--repeat", type=int, default=15, help="how often each page is asked for")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    asked = parser.parse_args()
    engines = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    return max(_measure(engine, asked.open, asked.repeat) for engine in engines)


def _measure(engine: str, large: int, repeat: int) -> int:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(_server(engine))
        sites = [_site(folder / str(n), server, _crowd(n)) for n in (SMALL, large)]
        return _compare(engine, sites, repeat)


def _crowd(open_cases: int) -> Crowd:
    sizes = {name: open_cases * number for name, number in PER_OPEN_CASE.items()}
    return Crowd(open_cases=open_cases, at=now(), **sizes)


@contextlib.contextmanager
def _server(engine: str) -> Iterator[Server | None]:
    if engine == "sqlite":
        yield None
        return
    with start_server(is_durable=True) as server:
        if server is None:
            sys.exit("There is no PostgreSQL on this machine.")
        yield server


def _site(folder: Path, server: Server | None, crowd: Crowd) -> Site:
    """Make a site with a crowd in its database."""
    folder.mkdir()
    url = server.url(server.create()) if server else f"sqlite:///{folder}/crowd.db"
    app = create_app(
        {
            "ENV": "development",
            "SECRET_KEY": "a secret for measurements, which protects nothing",
            "DATABASE_URL": url,
            "SITE_URL": "http://localhost",
            "LOG_LEVEL": "CRITICAL",
            "RATELIMIT_ENABLED": False,
            "PRESSURE_PER_HOUR": 0,
        },
        folder,
    )
    start = perf_counter()
    with app.app_context():
        upgrade()
        with db.engine.connect().execution_options(**WRITE) as connection, connection.begin():
            fill(connection, crowd)
        _look_it_over(app)
    print(
        f"{crowd.articles:,} articles, {crowd.reports:,} reports, {crowd.cases:,} cases, "
        f"{crowd.open_cases:,} of them open: made in {perf_counter() - start:.0f} s",
        flush=True,
    )
    browser = Browser(app.test_client())
    browser.sign_in(ADMIN, PASSWORD)
    return Site(crowd, browser.client)


def _look_it_over(app: Flask) -> None:
    """Let PostgreSQL learn what the tables hold, as it does by itself within a minute."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _compare(engine: str, sites: list[Site], repeat: int) -> int:
    """Ask both sites for each page in turn, and print a line for each."""
    print(f"\n{engine}: median of {repeat}, in milliseconds\n")
    print(f"{'page':58} {SMALL:>7,} {sites[1].crowd.open_cases:>9,}  ratio")
    queue: list[list[float]] = [[], []]
    for endpoint, addresses in _pairs(sites):
        times = _times(sites, addresses, repeat)
        middle = [median(each) for each in times]
        if endpoint == "desk.queue":
            for each, value in zip(queue, middle, strict=True):
                each.append(value)
        _print(addresses[1], middle)
    _print("the queue, median of all its lines", [median(each) for each in queue])
    return int(median(queue[1]) > GOAL * median(queue[0]))


def _pairs(sites: list[Site]) -> Iterator[tuple[str, list[str]]]:
    """Yield each page's endpoint, and its address on either site."""
    for pages in (desk_pages, public_pages):
        of_small, of_large = (pages(site.crowd) for site in sites)
        for endpoint, addresses in of_large.items():
            for pair in zip(of_small[endpoint], addresses, strict=True):
                yield endpoint, list(pair)


def _times(sites: list[Site], addresses: list[str], repeat: int) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in sites]
    for turn in range(repeat + 2):
        for site, address, kept in zip(sites, addresses, times, strict=True):
            took = site.seconds(address)
            if turn > 1:  # the first two warm up
                kept.append(took)
    return times


def _print(name: str, middle: list[float]) -> None:
    small, large = (value * 1000 for value in middle)
    print(f"{name[:58]:58} {small:7.1f} {large:9.1f} {large / small:6.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
