"""Sends reports in children that are killed at random moments; prints every token they were given.

Usage: ``python writer.py DATABASE_URL INSTANCE ROUNDS``. Run by ``test_kill.py``.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.extensions import db
from app.models import Article
from app.rules.kinds import ProblemKind
from app.services import reports
from app.services.reports import ReportDraft
from tests import make


def write_until_killed(app: Flask, round_number: int, out: int) -> None:
    """Send one report after the other; acknowledge each as a page would, once it is stored."""
    with app.app_context():
        article = db.session.scalars(select(Article.id)).first() or 0
        for number in count():
            problem = f"Something is wrong, for the {number}th time in round {round_number}."
            draft = ReportDraft(article, 1, ProblemKind.OTHER, make.PASSAGE, problem)
            token = reports.submit(draft, browser=f"browser {round_number}", at=make.NOW)
            os.write(out, f"{token}\n".encode())


def main(url: str, instance: str, rounds: int) -> None:
    """Start a child, wait for its first token, let it go on for a moment, and kill it."""
    settings = {"ENV": "development", "SECRET_KEY": "for tests", "DATABASE_URL": url}
    app = create_app({**settings, "LOG_LEVEL": "CRITICAL"}, Path(instance))
    for number in range(rounds):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                write_until_killed(app, number, writing)
            finally:
                os._exit(1)  # whatever happened, a child does not go on in its parent's place
        os.close(writing)
        with os.fdopen(reading) as acknowledged:
            first = acknowledged.readline()
            time.sleep(random.uniform(0, 0.2))  # noqa: S311 - any moment will do
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            sys.stdout.write(first + acknowledged.read())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
