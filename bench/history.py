"""How fast a publication comes in with its past, and whether all of it can be looked at.

Imports every history and every post of the blog into a new SQLite database, then opens every
version and every comparison of two neighbours as a reader would. Exits with 1 when a page is
not shown, or when fewer versions a second come in than the goal says.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

os.environ.setdefault("CORRIGENDA_LOG_LEVEL", "CRITICAL")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app import create_app
from app.queries import article_files

BLOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "18f-blog"

GOAL = 10
"""So many versions a second have to come in."""


def main() -> int:
    """Import, look at all, print the figures; return the exit status."""
    with TemporaryDirectory() as folder:
        app = _app(Path(folder))
        started = time.perf_counter()
        result = app.test_cli_runner().invoke(
            args=[
                "articles",
                "import",
                "--history",
                str(BLOG / "history.jsonl"),
                str(BLOG / "posts"),
            ]
        )
        seconds = time.perf_counter() - started
        with app.app_context():
            counted = [
                (each.history.slug, len(each.history.versions)) for each in article_files.whole()
            ]
        versions = sum(number for _, number in counted)
        print(result.output.splitlines()[-1])
        print(f"{versions} versions of {len(counted)} articles in {seconds:.1f} s: "
              f"{versions / seconds:.0f} a second (goal: {GOAL})")  # fmt: skip
        failed = _look(app.test_client(), counted)
    return 1 if failed or result.exit_code or versions / seconds < GOAL else 0


def _app(folder: Path) -> Flask:
    settings = {
        "ENV": "development",
        "SECRET_KEY": "a secret for measurements, no more",
        "SITE_URL": "http://localhost",
    }
    app = create_app(settings, folder)
    with app.app_context():
        upgrade()
    return app


def _look(client: FlaskClient, counted: list[tuple[str, int]]) -> list[str]:
    """Open all the pages; print the times, and return the addresses that were not shown."""
    failed: list[str] = []
    for name, addresses in (("version", _versions(counted)), ("comparison", _comparisons(counted))):
        times = []
        for address in addresses:
            started = time.perf_counter()
            status = client.get(address).status_code
            times.append(time.perf_counter() - started)
            failed += [address] if status != 200 else []
        middle, worst = median(times) * 1e3, quantiles(times, n=20)[-1] * 1e3
        print(
            f"{len(times)} {name} pages: median {middle:.0f} ms, p95 {worst:.0f} ms, "
            f"longest {max(times) * 1e3:.0f} ms"
        )
    print(f"{len(failed)} not shown", *failed[:10])
    return failed


def _versions(counted: list[tuple[str, int]]) -> Iterator[str]:
    for slug, number in counted:
        yield from (f"/articles/{slug}/versions/{each}" for each in range(1, number + 1))


def _comparisons(counted: list[tuple[str, int]]) -> Iterator[str]:
    for slug, number in counted:
        for before, after in pairwise(range(1, number + 1)):
            yield f"/articles/{slug}/compare/{before}..{after}"


if __name__ == "__main__":
    sys.exit(main())
