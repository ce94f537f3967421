"""What `tasks.py look` looks at: the site, the browser that shows it, and its pages."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import lxml.html
from playwright.sync_api import sync_playwright
from werkzeug.exceptions import HTTPException

from tasks import address, answers, flask_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, StorageState

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
DESK = "/desk"
PER_PATTERN = 2  # pages of one route are much alike


class Site(NamedTuple):
    """A running site, an account of its desk (else only readers' pages are seen), private pages."""

    url: str
    email: str = ""
    password: str = ""
    private: tuple[str, ...] = ()


class Visit(NamedTuple):
    """A page that was reached: its path with the query, its status, its HTML as served."""

    path: str
    status: int
    html: str


def use_instance(folder: str) -> None:
    """Make all that is started from now on keep its data in this folder."""
    os.environ["CORRIGENDA_INSTANCE_PATH"] = folder
    os.environ["CORRIGENDA_RATELIMIT_ENABLED"] = "0"
    os.environ.setdefault("CORRIGENDA_LOG_LEVEL", "WARNING")  # each request would be a line


@contextlib.contextmanager
def demo_site() -> Iterator[Site]:
    """Serve a new demo, with an administrator of its own, until the end of the block."""
    site = Site(address("127.0.0.1", free_port()), "look@example.org", secrets.token_urlsafe())
    port = site.url.rpartition(":")[2]
    command = [sys.executable, str(ROOT / "tasks.py"), "run", f"--port={port}"]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            wait_until_ready(server, site)
            add_administrator(site)
            yield site._replace(private=private_pages())
        finally:
            server.terminate()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(server: subprocess.Popen[bytes], site: Site) -> None:
    """Wait until the site answers; give up when its server stops."""
    while not answers(site.url + "/healthz"):
        if server.poll() is not None:
            sys.exit("The demo did not start; see above.")
        time.sleep(0.2)


def add_administrator(site: Site) -> None:
    """Add the person who looks at the desk."""
    words = ["staff", "add", site.email, "--name=Look", "--role=admin", "--password-stdin"]
    command = [*flask_command(Path(sys.executable)), *words]
    subprocess.run(command, input=site.password + "\n", text=True, check=True, cwd=ROOT)


def private_pages() -> tuple[str, ...]:
    """Return two of the demo's private pages, which no link leads to."""
    command = [*flask_command(Path(sys.executable)), "demo", "--sign-in"]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout
    return tuple(re.findall(r"^ *(/reports/\S+)$", said, re.MULTILINE)[:PER_PATTERN])


# --- the browser ----------------------------------------------------------------------


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium."""
    on_path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    found = os.environ.get("CORRIGENDA_CHROMIUM") or on_path
    if found is None:
        sys.exit("No Chromium was found: install it, or name it in CORRIGENDA_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


def signed_in(browser: Browser, site: Site) -> StorageState:
    """Sign in to the desk and return the cookies that prove it."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site.url + "/desk/login")
        page.get_by_label("E-mail address").fill(site.email)
        page.get_by_label("Password").fill(site.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        if page.url.startswith(site.url + "/desk/login"):
            sys.exit(f"{site.email} could not sign in.")
        return context.storage_state()


# --- the pages ------------------------------------------------------------------------


def walk(reader: BrowserContext, site: Site, starts: list[str]) -> list[Visit]:
    """Follow the links from the first pages on, on their side, to a few pages of each route."""
    waiting, known, visits = list(starts), set(starts), []
    times: Counter[str] = Counter()
    while waiting:
        path = waiting.pop(0)
        if times[pattern(path)] >= PER_PATTERN:
            continue
        times[pattern(path)] += 1
        for visit in fetch(reader, site, path):
            visits.append(visit)
            fresh = [link for link in dict.fromkeys(links(visit)) if link not in known]
            fresh = [link for link in fresh if link.startswith(DESK) == starts[0].startswith(DESK)]
            known.update(fresh)
            waiting += fresh
    return visits


def fetch(reader: BrowserContext, site: Site, path: str) -> Iterator[Visit]:
    """Ask for a page; what is no HTML, or is another page, does not count."""
    answer = reader.request.get(site.url + path)
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    if is_html and answer.url == site.url + path:
        yield Visit(path, answer.status, answer.text())


def links(visit: Visit) -> Iterator[str]:
    """Return the paths, with their queries, that a page links to on its own site."""
    for anchor in lxml.html.fromstring(visit.html).iter("a"):
        written = urljoin("http://here" + visit.path, anchor.get("href", "#"))
        target = urlsplit(urldefrag(written).url)
        if target.netloc == "here":
            yield target.path + (f"?{target.query}" if target.query else "")


def pattern(path: str) -> str:
    """Return the route of a path, with the names of what its query asks."""
    asked = "&".join(sorted(parse_qs(urlsplit(path).query)))
    return f"{route(urlsplit(path).path)}?{asked}"


def route(path: str) -> str:
    """Return the application's name for the pages of this kind, else the path itself."""
    try:
        endpoint: str = application().url_map.bind("").match(path)[0]
    except HTTPException:
        return path
    return endpoint


def unseen(visits: Sequence[Visit]) -> list[str]:
    """Name the routes of the application that no link led to."""
    seen = {route(urlsplit(visit.path).path) for visit in visits}
    rules = [r for r in application().url_map.iter_rules() if "GET" in (r.methods or ())]
    return [f"Not seen: {rule}" for rule in rules if rule.endpoint not in {*seen, "static"}]


@functools.cache
def application() -> Flask:
    """Return the application, which is asked for nothing but its routes."""
    from wsgi import app  # not before `use_instance`: it reads its settings at once

    return app
