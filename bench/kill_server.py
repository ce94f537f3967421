"""Kill the server under a load of reports, again and again, and count what is lost.

    .venv/bin/python bench/kill_server.py [--kills 50] [--postgres]

Readers send reports over HTTP as fast as they can; the server, with all its processes, is
stopped with SIGKILL at random moments and started again. Every report whose receipt was given
has to be there in the end. Exit status 1 if one is not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade

from app import create_app
from app.rules.texts import ArticleDraft, VersionText
from app.services import articles
from tests.postgres import start_server

READERS = 8
SLUG = "harbour"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def main() -> int:
    """Run the trial and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        instance = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(_postgres()) if arguments.postgres else ""
        return trial(instance, database, arguments.kills)


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    """Start a PostgreSQL that keeps what it acknowledges, unlike the tests' own."""
    with start_server(is_durable=True) as server:
        if server is None:
            sys.exit("There is no PostgreSQL on this machine.")
        yield server.url(server.create())


def trial(instance: Path, database: str, kills: int) -> int:
    """Kill a server ``kills`` times under load; return the exit status."""
    settings = _settings(instance, database)
    _prepare(instance)
    site = settings["CORRIGENDA_SITE_URL"]
    acknowledged: list[str] = []
    stopping = threading.Event()
    readers = [
        threading.Thread(target=_read, args=(site, number, acknowledged, stopping))
        for number in range(READERS)
    ]
    server = _start(settings, site)
    for reader in readers:
        reader.start()
    for _ in range(kills):
        time.sleep(random.uniform(0.2, 1.0))
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        server = _start(settings, site)
    stopping.set()
    for reader in readers:
        reader.join()
    lost = [link for link in acknowledged if not _is_there(site + link)]
    os.killpg(server.pid, signal.SIGKILL)
    engine = "PostgreSQL" if database else "SQLite"
    print(f"{engine}: {kills} kills, {len(acknowledged)} acknowledged, {len(lost)} lost")
    return 1 if lost or not acknowledged else 0


def _settings(instance: Path, database: str) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "CORRIGENDA_ENV": "development",
        "CORRIGENDA_INSTANCE_PATH": str(instance),
        "CORRIGENDA_DATABASE_URL": database,
        "CORRIGENDA_RATELIMIT_ENABLED": "0",
        "CORRIGENDA_LOG_LEVEL": "ERROR",
        "CORRIGENDA_SITE_URL": f"http://127.0.0.1:{port}",
    }
    os.environ.update(settings)
    return {**os.environ, **settings}


def _prepare(instance: Path) -> None:
    app = create_app(instance=instance)
    with app.app_context():
        upgrade()
        at = datetime.now(UTC) - timedelta(days=1)
        text = VersionText(headline="A harbour", body="It opened in 1964 with twelve berths.")
        articles.publish(ArticleDraft(SLUG, text, at), at=at)


def _start(settings: dict[str, str], site: str) -> subprocess.Popen[bytes]:
    bind = site.removeprefix("http://")
    command = [sys.executable, "-m", "gunicorn", f"--bind={bind}", "--workers=2", "--threads=4"]
    quiet = ["--log-level=critical", "--no-control-socket"]
    server = subprocess.Popen(  # noqa: S603 - our own command
        [*command, *quiet, "wsgi:app"], cwd=ROOT, env=settings, start_new_session=True
    )
    while not _is_there(site + "/healthz"):
        time.sleep(0.05)
    return server


def _read(site: str, number: int, acknowledged: list[str], stopping: threading.Event) -> None:
    """Send one report after another, and keep the private link of each that was acknowledged."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    sent = 0
    while not stopping.is_set():
        sent += 1
        try:
            acknowledged.append(_report(browser, site, f"Reader {number}, report {sent}."))
        except (OSError, HTTPException, ValueError):
            time.sleep(0.05)  # the server is down: what was not acknowledged is not counted


def _report(browser: OpenerDirector, site: str, problem: str) -> str:
    """Send a report; return the path of its private page."""
    address = f"{site}/articles/{SLUG}/report"
    with browser.open(address, timeout=10) as form:
        found = _TOKEN.search(form.read().decode())
    if found is None:
        raise ValueError("no form")
    values = {"csrf_token": found[1], "kind": "factual", "problem": problem, "version": "1"}
    with browser.open(address, urlencode(values).encode(), timeout=10) as receipt:
        path = receipt.url.removeprefix(site)
    if not path.endswith("/receipt"):
        raise ValueError("no receipt")
    return str(path.removesuffix("/receipt"))


def _is_there(address: str) -> bool:
    try:
        with build_opener().open(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
