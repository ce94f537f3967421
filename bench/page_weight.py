"""Weigh an article of the demo as it comes over the wire, in Chromium with nothing kept.

    .venv/bin/python bench/page_weight.py [--url SITE] [PATH…]

Serves a new demo as ``tasks.py run`` does, or takes a site that runs, and opens the article with
three corrections, or the pages named. What counts is what Chromium received: headers and bodies,
packed as they came, of all that it asked for. Exit status 1 if an article is heavier than allowed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.look_site import Site, chromium, demo_site, use_instance

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_BYTES, MOST_REQUESTS = 15_000, 4
CORRECTIONS = 3
_QUIET = 500  # milliseconds; Chromium asks for the icon after all else


def main() -> int:
    """Print what each page weighs; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="the address of a site that runs")
    parser.add_argument("paths", nargs="*")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        use_instance(stack.enter_context(tempfile.TemporaryDirectory()))
        site = Site(arguments.url) if arguments.url else stack.enter_context(demo_site())
        browser = stack.enter_context(chromium())
        paths = arguments.paths or [corrected_article(site.url)]
        return max([_print(browser, site.url, path) for path in paths])


def _print(browser: Browser, site: str, path: str) -> int:
    received = weigh(browser, site + path)
    for address, size in received.items():
        print(f"{size:>7,} B  {address.removeprefix(site)}")
    total = sum(received.values())
    print(f"{total:>7,} B in {len(received)} requests\n")
    return int(total > MOST_BYTES or len(received) > MOST_REQUESTS)


def corrected_article(site: str, corrections: int = CORRECTIONS) -> str:
    """Return the path of an article that was corrected so many times, as the log's feed has it."""
    counts: Counter[str] = Counter()
    address = f"{site}/api/v1/corrections"
    while address:
        with urlopen(address) as answer:  # noqa: S310 - our own site
            page: dict[str, Any] = json.load(answer)
        counts.update(entry["article"]["slug"] for entry in page["items"])
        address = page["next_url"]
    return next(f"/articles/{slug}" for slug, count in counts.items() if count == corrections)


def weigh(browser: Browser, address: str) -> dict[str, int]:
    """Open a page with nothing kept; return the bytes received for each address it asked for."""
    asked: dict[str, str] = {}
    received: dict[str, int] = {}
    with browser.new_context() as context:
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on(
            "Network.requestWillBeSent",
            lambda said: asked.update({said["requestId"]: said["request"]["url"]}),
        )
        wire.on(
            "Network.loadingFinished",
            lambda said: received.update({said["requestId"]: int(said["encodedDataLength"])}),
        )
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(_QUIET)
    return {url: received[name] for name, url in asked.items()}


if __name__ == "__main__":
    sys.exit(main())
