"""The queue keeps itself up to date: a cheap address says whether anything has changed."""

from __future__ import annotations

from flask import Flask

from app.rules.workflow import CaseStatus
from tests.pages import Browser
from tests.web.cast import EDDA, TOMAS, case, sign_in


def live(browser: Browser, view: str = "open") -> tuple[str, str]:
    """Return the address that a page of the queue asks, and the stamp that it holds."""
    (part,) = browser.open(f"/desk?view={view}").html.xpath("//*[@data-live]")
    return part.get("data-live"), part.get("data-stamp")


def asks(browser: Browser, address: str, stamp: str) -> int:
    """Ask as the page does; return the status of the answer."""
    headers = {"If-None-Match": f'"{stamp}"'}
    return browser.client.get(address, headers=headers).status_code


def test_nothing_new_is_said_in_no_words(app: Flask) -> None:
    browser = sign_in(app)
    case(app)
    address, stamp = live(browser)

    answer = browser.client.get(address, headers={"If-None-Match": f'"{stamp}"'})

    assert (answer.status_code, answer.get_data()) == (304, b"")


def test_what_is_new_and_what_a_colleague_does_is_noticed(app: Flask) -> None:
    edda, tomas = sign_in(app), sign_in(app, TOMAS)
    reference = case(app)
    address, stamp = live(edda)

    tomas.open("/desk").press(f"Claim {reference}")
    claimed = asks(edda, address, stamp)
    address, stamp = live(edda)
    case(app)

    assert claimed == 200
    assert asks(edda, address, stamp) == 200
    assert asks(edda, *live(edda)) == 304


def test_the_page_says_where_it_is_and_when_claims_end(app: Flask) -> None:
    browser = sign_in(app)
    case(app, CaseStatus.IN_REVIEW, by=EDDA)

    page = browser.open("/desk?view=mine&q=harbour")

    (here,) = page.html.xpath("//@data-here")
    (until,) = page.html.xpath("//tr[@data-case='C-0001']/@data-until")
    assert here == "/desk?view=mine&q=harbour"
    assert until.endswith("Z")
    assert page.follow("Reload").text == page.text


def test_only_staff_are_told(app: Flask, browser: Browser) -> None:
    assert browser.client.get("/desk/queue/version").status_code == 303
    assert sign_in(app).client.post("/desk/queue/version").status_code in (400, 405)
