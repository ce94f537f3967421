"""A site that is really served, and Chromium to use it with."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    sync_playwright,
)
from werkzeug.serving import make_server

from tests.conftest import refuse_or_skip

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Visitor:
    """Somebody in front of a browser: a page, and what its console complained about."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.base + path)
        return self.page

    def listen(self, message: ConsoleMessage) -> None:
        """Keep what the console says against the page; a status of 4xx is the page's own affair."""
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once for all tests."""
    named = os.environ.get("CORRIGENDA_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, _NAMES)), "")
    if not path:
        refuse_or_skip("no Chromium: install it, or name it in CORRIGENDA_CHROMIUM")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """Serve the application on a free port, and return its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def visitor(chromium: Browser, served: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Return somebody with a browser; a test may ask for one without JavaScript."""
    has_scripts = getattr(request, "param", True)
    with chromium.new_context(java_script_enabled=has_scripts) as context:
        yield from _visit(context, served)


@pytest.fixture
def phone(chromium: Browser, served: str) -> Iterator[Visitor]:
    """Return somebody with a phone: a small screen, to be touched."""
    screen: ViewportSize = {"width": 390, "height": 844}
    with chromium.new_context(viewport=screen, has_touch=True, is_mobile=True) as context:
        yield from _visit(context, served)


def _visit(context: BrowserContext, served: str) -> Iterator[Visitor]:
    """Open a page, and see in the end that its console had nothing to complain about."""
    found = Visitor(context.new_page(), served)
    found.page.on("console", found.listen)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    yield found
    assert not found.complaints
