"""An article is light: all of it, as Chromium receives it, with nothing kept from before."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app import demo
from app.clock import now
from bench.page_weight import MOST_BYTES, MOST_REQUESTS, corrected_article, weigh
from tests import make

pytestmark = pytest.mark.browser


@pytest.fixture
def site(app: Flask, served: str) -> str:
    """Return the address of the demo publication."""
    with app.app_context():
        demo.load(at=now(), seed=1, password=make.PASSWORD)
    return served


def test_an_article_with_three_corrections_is_light(chromium: Browser, site: str) -> None:
    path = corrected_article(site)

    received = weigh(chromium, site + path)

    kinds = sorted(url.rpartition(".")[2] for url in received if url != site + path)
    assert kinds == ["css", "js", "svg"]
    assert min(received.values()) > 0
    assert len(received) <= MOST_REQUESTS
    assert sum(received.values()) <= MOST_BYTES
