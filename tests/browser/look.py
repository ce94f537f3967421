"""Photograph the demo's pages and have them examined: `python3 tasks.py look [PATH…]`.

Every kind of page is seen at three widths, light and dark. The pictures, and `report.txt` with
all that axe, html-validate, the browser's console and a 320 pixel window have to say, go to
the folder `look`. The content security policy stays in force meanwhile: axe comes in by way
of the browser's own debugger, not as a script of the page.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from axe_playwright_python.sync_playwright import Axe

from tests.browser.look_site import (
    DESK,
    ROOT,
    Site,
    Visit,
    chromium,
    demo_site,
    fetch,
    signed_in,
    unseen,
    use_instance,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playwright.sync_api import Browser, Page, StorageState

FOLDER = ROOT / "look"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 768, 1440)
NARROWEST = 320  # pixels; WCAG 2.2, 1.4.10 Reflow
MISSING_PAGE = "/there-is-no-such-page"

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
HTML_RULES = {"root": True, "extends": ["html-validate:standard", "html-validate:a11y"]}
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > room + 1)
    .slice(0, 3)
    .map((one) => one.cloneNode(false).outerHTML.slice(0, 80));
}"""


class Finding(NamedTuple):
    """One thing that is not well: on which page, who says so, and what."""

    path: str
    source: str
    text: str


def main(words: Sequence[str]) -> int:
    """Look at the pages named, or all, and return 1 if anything is found."""
    arguments = command_line().parse_args(words)
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "html").mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        use_instance(stack.enter_context(tempfile.TemporaryDirectory()))
        site = given_site(arguments) if arguments.url else stack.enter_context(demo_site())
        browser = stack.enter_context(chromium())
        visits, findings = examine(browser, site, arguments.paths)
        not_seen = [] if arguments.paths else unseen(visits)
    said, remarks = validate(visits)
    return report([*findings, *remarks], [f"{len(visits)} pages were seen.", said, *not_seen])


def command_line() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    parser = argparse.ArgumentParser(prog="tasks.py look", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="only these, such as /corrections")
    parser.add_argument("--url", help="look at a site that is running, not at a new demo")
    parser.add_argument("--email", default="", help="with --url: whom to sign in to its desk")
    return parser


def given_site(arguments: argparse.Namespace) -> Site:
    """Return the site that the command line names; the password is asked for."""
    password = getpass.getpass(f"Password of {arguments.email}: ") if arguments.email else ""
    return Site(arguments.url.rstrip("/"), arguments.email, password)


def examine(
    browser: Browser, site: Site, paths: Sequence[str]
) -> tuple[list[Visit], list[Finding]]:
    """See the public pages as a reader, and the desk's as its administrator."""
    public = [path for path in paths if not path.startswith(DESK)]
    first = ["/", MISSING_PAGE, DESK + "/login", *site.private]
    seen = see(browser, site, public if paths else first, None, not paths)
    if site.email:
        own = [path for path in paths if path.startswith(DESK)]
        cookies = signed_in(browser, site)
        more = see(browser, site, own if paths else [DESK], cookies, not paths)
        seen = seen[0] + more[0], seen[1] + more[1]
    return seen


def see(
    browser: Browser, site: Site, paths: list[str], cookies: StorageState | None, is_walk: bool
) -> tuple[list[Visit], list[Finding]]:
    """Visit the pages, or walk on from them, and return them with what is found there."""
    with browser.new_context(storage_state=cookies) as reader:
        if is_walk:
            visits = walk(reader, site, paths)
        else:
            visits = [visit for path in paths for visit in fetch(reader, site, path)]
    findings = [finding for visit in visits for finding in of_status(visit)]
    for scheme in SCHEMES:
        with browser.new_context(
            storage_state=cookies, color_scheme=scheme, reduced_motion="reduce"
        ) as context:
            for visit in visits:
                with context.new_page() as page:
                    findings += photograph(page, site, visit, scheme)
    return visits, findings


# --- what is found --------------------------------------------------------------------


def of_status(visit: Visit) -> Iterator[Finding]:
    """Find fault with a page that is linked to and is not there."""
    if visit.status >= 400 and visit.path != MISSING_PAGE:
        yield Finding(visit.path, "status", str(visit.status))


def photograph(page: Page, site: Site, visit: Visit, scheme: str) -> Iterator[Finding]:
    """Take a page's picture at every width, and find what axe and the console say."""
    print(f"{scheme}: {visit.path}", flush=True)
    heard: list[str] = []
    page.on("console", lambda line: heard.append(f"{line.type}: {line.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.goto(site.url + visit.path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=FOLDER / f"{name(visit)}-{width}-{scheme}.png", full_page=True)
        if width != WIDTHS[1]:  # what axe can find shows at the ends
            yield from of_axe(page, visit)
    yield from of_reflow(page, visit)
    yield from of_console(heard, visit)


def of_axe(page: Page, visit: Visit) -> Iterator[Finding]:
    """Find what axe says, once for each element."""
    for violation in Axe().run(page, options=AXE_OPTIONS).response["violations"]:
        for node in violation["nodes"]:
            where = " ".join(str(part) for part in node["target"])
            yield Finding(visit.path, "axe", f"{violation['id']}: {violation['help']}, at {where}")


def of_reflow(page: Page, visit: Visit) -> Iterator[Finding]:
    """Find what makes a narrow window scroll sideways."""
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    wide = page.evaluate(TOO_WIDE)
    if wide:
        yield Finding(visit.path, "reflow", f"wider than {NARROWEST} pixels: {' '.join(wide)}")


def of_console(heard: Iterable[str], visit: Visit) -> Iterator[Finding]:
    """Find errors and warnings, above all refusals by the content security policy."""
    for line in heard:
        is_own_status = f"status of {visit.status}" in line  # the browser's word on the page itself
        if line.startswith(("error", "warning")) and not is_own_status:
            yield Finding(visit.path, "console", line)


def validate(visits: Sequence[Visit]) -> tuple[str, list[Finding]]:
    """Return whether html-validate was run, and what it finds in the pages as served."""
    folders = (str(ROOT / "node_modules" / ".bin"), os.environ.get("PATH", ""))
    command = shutil.which("html-validate", path=os.pathsep.join(folders))
    if command is None:
        return "html-validate was not run: npm, which brings it, was not found.", []
    (FOLDER / "html" / ".htmlvalidate.json").write_text(json.dumps(HTML_RULES), "utf-8")
    files = {str(FOLDER / "html" / f"{name(visit)}.html"): visit for visit in visits}
    for path, visit in files.items():
        Path(path).write_text(visit.html, "utf-8")
    # Into a file: Node may end before all that it has to say has gone through a pipe.
    said = FOLDER / "html" / "said.json"
    with said.open("wb") as file:
        asked = [command, "--formatter=json", *files]
        subprocess.run(asked, cwd=FOLDER, stdout=file, check=False)
    found = [
        Finding(files[result["filePath"]].path, "html-validate", f"{m['ruleId']}: {m['message']}")
        for result in json.loads(said.read_text("utf-8"))
        for m in result["messages"]
    ]
    return "html-validate was run.", found


# --- what is kept ---------------------------------------------------------------------


def name(visit: Visit) -> str:
    """Return the name of a page's files."""
    return re.sub(r"[^A-Za-z0-9._=-]+", "_", visit.path).strip("_")[:120] or "front"


def report(findings: Iterable[Finding], notes: Iterable[str]) -> int:
    """Write the report, each finding once, and return 1 if there is any."""
    once = sorted(set(findings))
    lines = [*notes, f"{len(once)} things were found."]
    lines += [f"{finding.path}\n    {finding.source}: {finding.text}" for finding in once]
    (FOLDER / "report.txt").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))
    print(f"The pictures and this report are in {FOLDER}.")
    return 1 if once else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the demo's server is ended
    sys.exit(main(sys.argv[1:]))
