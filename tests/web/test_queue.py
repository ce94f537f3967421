"""The queue: its views, their counts, the search, the paging, and who can claim what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.clock import now
from app.extensions import db
from app.models import Case
from app.queries.cases import View
from app.rules.kinds import ProblemKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import private_links
from app.web.desk import queue as queue_pages
from app.web.desk.times import due_text
from tests import make
from tests.pages import Browser, Page, squeezed
from tests.web.cast import EDDA, TOMAS, case, flashed, sign_in, state, stored

LONG_AGO = timedelta(days=60)


def rows(page: Page) -> list[str]:
    """Return what each row of the queue says."""
    return [squeezed(row.text_content()) for row in page.html.xpath("//table//tbody/tr")]


def shown(page: Page) -> list[str]:
    """Return the references of the cases that a page lists, in their order."""
    links = page.html.xpath("//table//tbody//th/a/@href")
    return [link.rpartition("/")[2] for link in links]


def counts(page: Page) -> dict[str, str]:
    """Return the number that the menu gives for each view."""
    links = page.html.xpath("//nav[contains(@class, 'views')]//a")
    return {link[0].text_content(): link[1].text_content() for link in links}


def test_every_view_lists_its_cases_and_the_menu_counts_them(app: Flask) -> None:
    browser = sign_in(app)
    made = {each: case(app, each, by=EDDA) for each in set(CaseStatus) - {CaseStatus.MERGED}}
    typo = case(app, kind=ProblemKind.TYPO)
    late = case(app, at=now() - LONG_AGO)
    with app.app_context():
        token = make.token(at=now())
        appealed = make.case_with(token, CaseStatus.DECLINED, at=now()).reference
        private_links.appeal(token, at=now(), text="The yearbook says 1965.")

    pages = {view: browser.open(f"/desk?view={view.value}") for view in View}

    received, in_review = made[CaseStatus.RECEIVED], made[CaseStatus.IN_REVIEW]
    waiting, agreed = made[CaseStatus.WAITING_READER], made[CaseStatus.AGREED]
    expected = {
        View.OPEN: {received, in_review, waiting, agreed, typo, late, appealed},
        View.UNCLAIMED: {received, typo, late, appealed},
        View.MINE: {in_review, waiting, agreed},
        View.OVERDUE: {late},
        View.WAITING: {waiting},
        View.APPEALS: {appealed},
        View.AGREED: {agreed},
        View.TYPOS: {typo},
        View.QUARANTINE: {made[CaseStatus.QUARANTINED]},
        View.DECIDED: {made[CaseStatus.CORRECTED], made[CaseStatus.DECLINED]},
    }
    assert {view: set(shown(page)) for view, page in pages.items()} == expected
    numbers = {view.label: str(len(cases)) for view, cases in expected.items()}
    assert counts(pages[View.OPEN]) == numbers


def test_what_is_due_first_stands_on_top(app: Flask, triager: Browser) -> None:
    new = case(app)
    old = case(app, at=now() - LONG_AGO)

    assert shown(triager.open("/desk")) == [old, new]


def test_an_unknown_view_shows_what_is_open(app: Flask, triager: Browser) -> None:
    open_case = case(app)

    assert shown(triager.open("/desk?view=nonsense")) == [open_case]


def test_a_row_says_what_its_case_is_about(app: Flask, triager: Browser) -> None:
    with app.app_context():
        on = make.article("ferries", headline="Ferries of the <outer> islands")
        make.token(on, at=now(), problem="An <i>odd</i> year.", passage="")
        make.case(CaseStatus.MERGED, on=on, at=now())

    page = triager.open("/desk")

    first, second = rows(page)
    assert "An <i>odd</i> year." in first
    assert "Ferries of the <outer> islands" in first
    assert "Name, number or date" in first
    assert make.PASSAGE in second
    assert page.html.xpath("//td/@data-readers") == ["1 reader", "2 readers"]


def test_the_search_reads_references_headlines_and_what_readers_wrote(
    app: Flask, triager: Browser
) -> None:
    with app.app_context():
        on = make.article(headline="Ferries of the islands")
        plaque = "The plaque on the quay differs."
        report = make.report(on, at=now(), problem=plaque, suggestion="It was 1966.")
        reference = report.reference
        other = make.article(body="The lighthouse was white.", headline="A lighthouse")
        make.token(other, at=now(), passage="lighthouse was white", problem="It was red.")
        words = ["plaque on the", "PLAQUE", "1964 with", "1966", "Ferries", "C-0001", "c-1"]
        words.append(reference)

    pages = {each: triager.open("/desk").press("Search", q=each) for each in words}

    for sought, page in pages.items():
        assert shown(page) == ["C-0001"], sought
        assert f"All open with “{sought}”" in page.text
        assert page.html.xpath("//input[@name='q']/@value") == [sought]


def test_a_search_stays_in_its_view(app: Flask, triager: Browser) -> None:
    case(app)
    set_aside = case(app, CaseStatus.QUARANTINED)

    page = triager.open("/desk?view=quarantine").press("Search", q="harbour")

    assert shown(page) == [set_aside]
    assert shown(page.follow("Clear the search")) == [set_aside]


def test_a_search_that_finds_nothing_says_so_and_where_else_to_look(
    app: Flask, triager: Browser
) -> None:
    case(app)

    for words in ["%", "_", "nothing like it", "C-9999", "x" * 300, "☃"]:
        page = triager.open("/desk", query_string={"q": words})

        assert page.status == 200
        assert shown(page) == []
        assert f"No case here holds “{words[:200]}”" in page.text
        assert page.html.xpath("//main//p/a[contains(@href, 'view=quarantine')]")


def test_the_list_goes_on_and_shows_each_case_once(
    app: Flask, triager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_pages, "PAGE", 2)
    at = now()
    with app.app_context():
        on = make.article()
        made = [make.case(on=on, at=at).reference for _ in range(5)]

    first = triager.open("/desk", query_string={"q": "harbour"})
    second = first.follow("Next page")
    third = second.follow("Next page")

    assert [shown(page) for page in (first, second, third)] == [made[:2], made[2:4], made[4:]]
    assert "with “harbour”" in third.text
    assert "Next page" not in third.text


def test_a_page_whose_cases_were_dealt_with_meanwhile_leads_back(
    app: Flask, triager: Browser
) -> None:
    case(app)

    page = triager.open("/desk?after=9999999999999999.9")

    assert "The list ends here" in page.text
    assert shown(page.follow("Back to the top")) == ["C-0001"]


def test_an_odd_place_in_the_list_begins_at_the_beginning(app: Flask, triager: Browser) -> None:
    reference = case(app)

    for after in ["", "x", "1", ".", "1.x", "9" * 40 + ".1", "1.1.1", "-1.-1"]:
        page = triager.open("/desk", query_string={"after": after})

        assert page.status == 200
        assert shown(page) == [reference], after


def test_an_empty_view_says_what_will_stand_there(app: Flask, triager: Browser) -> None:
    pages = [triager.open(f"/desk?view={view.value}") for view in View]

    titles = [page.html.find_class("empty-title")[0].text_content() for page in pages]
    assert len(set(titles)) == len(View)
    assert titles[0] == "No open cases"
    assert all(page.html.xpath("//div[@class='empty']//a[@href]") for page in pages)


def test_only_what_nobody_has_can_be_claimed(app: Flask) -> None:
    browser = sign_in(app)
    sign_in(app, TOMAS)
    free = [case(app), case(app, CaseStatus.AGREED, by=TOMAS, at=now() - timedelta(hours=1))]
    mine = case(app, CaseStatus.IN_REVIEW, by=EDDA)
    his = case(app, CaseStatus.IN_REVIEW, by=TOMAS)
    aside = case(app, CaseStatus.QUARANTINED)

    page = browser.open("/desk")

    every = [*free, mine, his]
    assert [each for each in every if page.has_button(f"Claim {each}")] == free
    texts = dict(zip(shown(page), rows(page), strict=True))
    assert "You until" in texts[mine]
    assert f"{TOMAS} until" in texts[his]
    assert not browser.open("/desk?view=quarantine").has_button(f"Claim {aside}")


def test_a_case_can_be_claimed_from_the_queue(app: Flask) -> None:
    browser = sign_in(app)
    reference = case(app)

    page = browser.open("/desk").press(f"Claim {reference}")

    assert f"{reference} is yours for 30 minutes." in flashed(page)
    assert page.url == f"/desk/cases/{reference}"
    assert state(app, reference) is CaseStatus.IN_REVIEW


def test_a_claim_from_a_queue_that_is_out_of_date_takes_nothing_from_anybody(app: Flask) -> None:
    edda, tomas = sign_in(app), sign_in(app, TOMAS)
    reference = case(app)
    old = edda.open("/desk")
    tomas.open("/desk").press(f"Claim {reference}")
    holder = stored(app, reference).claimed_by_id

    page = old.press(f"Claim {reference}")

    assert page.status == 409
    assert TOMAS in page.text
    assert stored(app, reference).claimed_by_id == holder


def test_what_is_over_is_marked_and_what_is_decided_has_its_day(
    app: Flask, triager: Browser
) -> None:
    case(app, at=now() - LONG_AGO)
    case(app, CaseStatus.DECLINED)

    late = triager.open("/desk")
    decided = triager.open("/desk?view=decided")

    assert late.html.find_class("due-over")
    assert "over" in rows(late)[0]
    assert not decided.html.find_class("due-over")
    assert not decided.has_button("Claim C-0002")
    assert "Decided" in decided.html.xpath("//thead//th")[0].text_content()


def test_due_is_said_in_days_of_the_publication(app: Flask) -> None:
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    expected = {
        "2026-11-20 10:00": ("3 days over", "due-over"),
        "2026-11-22 10:00": ("1 day over", "due-over"),
        "2026-11-23 00:30": ("Over today", "due-over"),
        "2026-11-23 15:59": ("Today", "due-soon"),
        "2026-11-23 16:01": ("Tomorrow", ""),  # a new day in Singapore, not yet in UTC
        "2026-11-27 10:00": ("Friday", ""),
        "2026-11-30 10:00": ("30 November", ""),
        "2027-01-04 10:00": ("4 January 2027", ""),
    }

    with app.test_request_context():
        said = {
            text: due_text(
                datetime.fromisoformat(text).replace(tzinfo=UTC), at, ZoneInfo("Asia/Singapore")
            )
            for text in expected
        }

    assert {text: (due.text, due.tone) for text, due in said.items()} == expected


def test_every_role_may_read_the_queue_and_no_visitor(app: Flask, browser: Browser) -> None:
    case(app)

    roles = [sign_in(app, role.value, role).open("/desk") for role in Role]
    visitor = browser.open("/desk")

    assert [shown(page) for page in roles] == [["C-0001"]] * len(Role)
    assert visitor.heading == "Sign in"


def test_a_withdrawn_case_stands_in_no_view(app: Flask, triager: Browser) -> None:
    case(app, CaseStatus.WITHDRAWN)

    assert set(counts(triager.open("/desk")).values()) == {"0"}
    with app.app_context():
        assert db.session.get(Case, 1) is not None
