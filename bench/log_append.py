"""What an append to the transparency log costs, at a thousand leaves and at a million.

And what publishing a correction costs with the log, against the same without it. Each ratio is of
one run; what is compared takes turns, so that both meet the same machine.
Prints a table, and exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest import mock

if __name__ == "__main__":  # a script finds what lies beside it, not the project
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

from app import create_app
from app.clock import now
from app.models import LogCheckpoint, LogLeaf, LogNode
from app.queries import articles as article_queries
from app.rules.declarations import Declaration
from app.rules.kinds import CorrectionKind
from app.rules.texts import ArticleDraft, VersionText
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.leaves import redaction_leaf
from app.rules.transparency.merkle import (
    Node,
    completed_by,
    leaf_hash,
    nodes_of,
    number_of,
    span_hash,
)
from app.rules.transparency.redactions import RedactionReason
from app.safekeeping import keep_checkpoint, origin, signers
from app.services import _log, articles, corrections
from app.services.transaction import transaction

SMALL, LARGE = 1_000, 1_000_000
APPEND_GOAL, PUBLISH_GOAL = 1.5, 1.2
BATCH = 10_000


def main(words: list[str]) -> int:
    """Measure both ratios; return 1 if one is above its goal."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--large", type=int, default=LARGE, help="leaves (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=300, help="rounds (default: %(default)s)")
    parser.add_argument("--database-url", help="two empty PostgreSQL databases, with a comma")
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        urls = (arguments.database_url or ",").split(",")
        small, large = (
            site(Path(folder) / name, url)
            for name, url in zip(("small", "large"), urls, strict=True)
        )
        fill(small, SMALL)
        fill(large, arguments.large)
        appends = measured([partial(append, small), partial(append, large)], arguments.repeat)
        publish = published(small, arguments.repeat)
    rows = [
        (f"append at {SMALL:,} leaves", f"append at {arguments.large:,}", appends, APPEND_GOAL),
        ("publish without the log", "publish with it", publish, PUBLISH_GOAL),
    ]
    for first, second, (one, other), goal in rows:
        print(f"{first}: {one * 1e3:.2f} ms; {second}: {other * 1e3:.2f} ms; ", end="")
        print(f"ratio {other / one:.2f} (goal: at most {goal})")
    return int(any(other / one > goal for _one, _other, (one, other), goal in rows))


def site(instance: Path, url: str) -> Flask:
    """Return an application on a database of its own."""
    instance.mkdir()
    settings = {"ENV": "development", "LOG_LEVEL": "CRITICAL", "SECRET_KEY": "for a measurement"}
    app = create_app({**settings, "DATABASE_URL": url}, instance)
    with app.app_context():
        upgrade()
    return app


def fill(app: Flask, size: int) -> None:
    """Give a log so many leaves about nothing, with all their hashes and a checkpoint."""
    at = now().replace(microsecond=0)
    edge: dict[Node, bytes] = {}
    with app.app_context():
        for first in range(0, size, BATCH):
            leaves, nodes = [], []
            for index in range(first, min(first + BATCH, size)):
                entry = redaction_leaf(at=at, target=index, reason=RedactionReason.LEGAL)
                leaves.append({"index": index, "entry": entry, "at": at})
                for node, found in completed_by(index, leaf_hash(entry), edge):
                    nodes.append({"number": number_of(node), "hash": found})
                    edge[node] = found
                edge = {node: edge[node] for node in nodes_of((0, index + 1))}
            with transaction() as session:
                session.execute(insert(LogLeaf), leaves)
                session.execute(insert(LogNode), nodes)
        with transaction() as session:
            root = span_hash((0, size), edge)
            note = Checkpoint(origin(), size, root).signed_by(*signers())
            session.add(LogCheckpoint(size=size, note=str(note), at=at))
        keep_checkpoint(note)


def append(app: Flask) -> None:
    """Append one leaf, in a transaction of its own."""
    with app.app_context(), transaction() as session:
        head = _log.locked_head(session)
        entry = redaction_leaf(at=now(), target=0, reason=RedactionReason.LEGAL)
        _log.extend(session, head, [_log.Leaf(entry, now())])


def measured(calls: list[Callable[[], None]], repeat: int) -> tuple[float, float]:
    """Return the median seconds of two calls that take turns."""
    times: list[list[float]] = [[], []]
    for number in range(2 * (repeat + 10)):
        started = perf_counter()
        calls[number % 2]()
        times[number % 2].append(perf_counter() - started)
    return median(times[0][10:]), median(times[1][10:])


def published(app: Flask, repeat: int) -> tuple[float, float]:
    """Return the median seconds of publishing a correction, without the log and with it."""
    with app.app_context():
        text = VersionText(headline="A port", body=" ".join(["The port has ten berths."] * 200))
        number = articles.publish(ArticleDraft("a-port", text, now()), at=now())

        def correct() -> None:
            article = article_queries.with_slug("a-port")
            text = VersionText(
                headline="A port",
                body=" ".join(["The port has ten berths."] * 200) + secrets.token_hex(4),
            )
            declaration = Declaration(kind=CorrectionKind.CORRECTION, notice="It has ten.")
            seen = article.latest_number
            corrections.declare(number, text, declaration, seen_version=seen, by=None, at=now())

        def without() -> None:
            with no_log():
                correct()

        return measured([without, correct], repeat)


@contextmanager
def no_log() -> Iterator[None]:
    """Publish as before there was a log."""
    with mock.patch("app.services._publication.enter"):
        yield


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    raise SystemExit(main(sys.argv[1:]))
