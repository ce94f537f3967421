"""The public figures: right, whole, cacheable, and with nothing of anybody's own."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.models import Case
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases
from app.web import figures
from app.web.figures import Counted, Period
from tests import make
from tests.pages import Browser, Page

PAGE = "/corrections/statistics"
HOUR = timedelta(hours=1)


def decline(case: Case, reason: DeclineReason, hours: int = 1) -> None:
    """Decline a case some hours after it came in."""
    cases.decline(
        case.id,
        seen=case.version,
        by=make.staff(Role.EDITOR),
        at=case.opened_at + hours * HOUR,
        reason=reason,
        explanation="We looked.",
    )


def rows(page: Page, title: str) -> dict[str, list[str]]:
    """Return the rows of the last table with a caption, by their heads."""
    table = page.html.xpath("//table[normalize-space(caption)=$title]", title=title)[-1]
    return {
        row.findtext("th").strip(): [cell.text_content().strip() for cell in row.find_class("num")]
        for row in table.findall("tbody/tr")
    }


def figure(page: Page, words: str) -> str:
    """Return the large number above some words."""
    found = page.html.xpath("//dl/div[contains(dt, $words)]/dd", words=words)
    return str(found[0].text_content())


def test_without_reports_the_page_says_what_will_be_here(browser: Browser) -> None:
    page = browser.open("/").follow("Figures")

    assert page.heading == "Figures"
    assert "Nothing happened in these weeks" in page.text
    assert figure(page, "reports are open") == "0"
    assert figure(page, "hours to a decision") == "–"
    assert not page.html.xpath("//main//svg")


def test_the_page_shows_reports_corrections_declines_with_their_reasons_and_times(
    app: Flask, browser: Browser
) -> None:
    at = now() - timedelta(days=9)
    with app.app_context():
        make.case(CaseStatus.CORRECTED, at=at)
        for hours in (3, 5, 30):
            decline(make.case(at=at), DeclineReason.OPINION, hours)
        make.case(at=at)
        make.case(at=at - timedelta(days=20))

    page = browser.open(PAGE)

    assert figure(page, "reports received since") == "6"
    assert figure(page, "correction published") == "1"
    assert figure(page, "hours to a decision") == "3"
    assert figure(page, "days since the oldest open report") == "29"
    assert rows(page, "What was decided") == {
        "Opinion or interpretation": ["3", "75"],
        "Corrected": ["1", "25"],
    }
    assert rows(page, "By section") == {"Ports": ["1 of 4"]}


def test_each_chart_is_named_described_and_has_its_table(app: Flask, browser: Browser) -> None:
    with app.app_context():
        make.case(CaseStatus.CORRECTED, at=now() - HOUR)

    page = browser.open(PAGE)

    drawings = page.html.xpath("//main//svg[@role='img']")
    assert len(drawings) == 2
    for drawing in drawings:
        named = drawing.get("aria-labelledby").split()
        assert [page.html.get_element_by_id(each).tag for each in named] == ["title", "desc"]
        assert page.html.get_element_by_id(named[1]).text_content().strip()
    assert len(page.html.xpath("//main//table")) >= 4
    assert page.html.xpath("//link[contains(@href, 'charts')]")


def test_abuse_and_spam_are_counted_apart(app: Flask, browser: Browser) -> None:
    with app.app_context():
        make.case(CaseStatus.QUARANTINED, at=now() - HOUR)
        decline(make.case(at=now() - 2 * HOUR), DeclineReason.ABUSE)
        make.case(at=now() - HOUR)

    page = browser.open(PAGE)

    assert figure(page, "report received since") == "1"
    assert "distort nothing: 2 reports" in page.text
    assert "Abusive or spam" not in page.text


def test_a_section_with_few_decisions_is_not_named(app: Flask, browser: Browser) -> None:
    at = now() - 2 * HOUR
    with app.app_context():
        for section in ("Ports", "Ports", "Ports", "Gossip", "Gossip", "Secrets"):
            decline(make.case(at=at, on=make.article(section=section)), DeclineReason.OPINION)
        make.case(at=at, on=make.article(section="Rumours"))

    shown = [browser.open(PAGE).response.get_data(as_text=True)]
    shown += [browser.client.get(f"{PAGE}.csv?table=sections").get_data(as_text=True)]
    shown += [browser.client.get(f"{PAGE}.json").get_data(as_text=True)]

    for text in shown:
        assert "Ports" in text
        assert "Other sections" in text
        assert not any(name in text for name in ("Gossip", "Secrets", "Rumours"))


def test_nothing_of_what_readers_or_staff_wrote_is_shown(app: Flask, browser: Browser) -> None:
    private: dict[str, Any] = {"problem": "My own words", "name": "Wei", "email": "wei@a.example"}
    with app.app_context():
        on = make.article(headline="A very secret harbour")
        for _ in range(3):
            decline(make.case(on=on, at=now() - 2 * HOUR, **private), DeclineReason.OPINION)

    texts = [
        browser.client.get(f"{PAGE}{ending}").get_data(as_text=True)
        for ending in ("", ".csv", ".csv?table=outcomes", ".csv?table=weekly-times", ".json")
    ]

    for text in texts:
        hidden = ("secret", "own words", "Wei", "wei@", "We looked", "C-000", "R-", "Editor ")
        assert [words for words in hidden if words in text] == []


@pytest.mark.parametrize(
    ("weeks", "shown"),
    [("4", 4), ("12", 12), ("52", 52), ("", 12), ("0", 12), ("-4", 12), ("99999999", 12)],
)
def test_the_period_is_one_of_those_offered(client: FlaskClient, weeks: str, shown: int) -> None:
    found = json.loads(client.get(f"{PAGE}.json?weeks={weeks}").data)

    assert found["weeks"] == shown
    assert len(found["tables"]["weeks"]) == shown


def test_the_periods_are_links_and_the_chosen_one_says_so(browser: Browser) -> None:
    page = browser.open(PAGE).follow("52 weeks")

    assert "last 52 weeks" in page.text
    assert page.html.xpath("//a[@aria-current='page'][contains(., '52 weeks')]")


def test_a_table_can_be_had_as_a_file_that_spreadsheets_read(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        for _ in range(3):
            on = make.article(section="=cmd|' /C calc'!A0")
            decline(make.case(on=on, at=now() - 2 * HOUR), DeclineReason.OPINION)

    response = client.get(f"{PAGE}.csv?table=sections")

    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=sections.csv"
    assert response.data.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert found == [
        ["Section", "Decisions", "Led to a correction"],
        ["'=cmd|' /C calc'!A0", "3", "0"],
    ]


def test_the_file_without_a_name_is_that_of_the_weeks(client: FlaskClient) -> None:
    lines = client.get(f"{PAGE}.csv?weeks=4").data.decode("utf-8-sig").splitlines()

    assert lines[0].startswith('"Week from","Reports received","Corrections published"')
    assert len(lines) == 5


@pytest.mark.parametrize("table", ["none", "held", "", "weeks\n", "x" * 5000])
def test_a_table_that_there_is_not_is_not_found(client: FlaskClient, table: str) -> None:
    response = client.get(f"{PAGE}.csv", query_string={"table": table})

    assert response.status_code == 404


def test_the_address_of_the_page_changes_with_what_it_counts(
    app: Flask, client: FlaskClient
) -> None:
    before = client.get(PAGE).headers["ETag"]
    with app.app_context():
        make.case(at=now())

    after = client.get(PAGE, headers={"If-None-Match": before})

    assert after.status_code == 200
    assert after.headers["ETag"] != before


def test_the_policy_and_the_log_lead_here(browser: Browser) -> None:
    for page in ("/corrections/policy", "/corrections", "/"):
        assert PAGE in browser.open(page).links()


def count_counting(monkeypatch: pytest.MonkeyPatch) -> list[Period]:
    """Return a list that grows by each period that is counted from now on."""
    counts: list[Period] = []
    count = figures._count

    def counting(period: Period) -> Counted:
        counts.append(period)
        return count(period)

    monkeypatch.setattr(figures, "_count", counting)
    return counts


def test_what_was_counted_is_kept_until_something_happens(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = count_counting(monkeypatch)

    with time_machine.travel(now().replace(second=1), tick=False):
        for address in (PAGE, f"{PAGE}.csv", f"{PAGE}.json", f"{PAGE}?anything=else"):
            client.get(address)
        kept = len(counts)
        with app.app_context():
            make.case(at=now())
        client.get(PAGE)

    assert (kept, len(counts)) == (1, 2)


def test_what_was_counted_is_kept_for_no_longer_than_a_minute(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = count_counting(monkeypatch)

    with time_machine.travel(now(), tick=False) as clock:
        client.get(PAGE)
        clock.shift(61)
        client.get(PAGE)

    assert len(counts) == 2
