"""The queue: its views, their counts, the search, the paging, and who can claim what."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import now
from app.extensions import db
from app.models import Case
from app.queries import queue as queue_queries
from app.queries.queue_views import View
from app.rules.kinds import ProblemKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import private_links
from app.web.desk import queue as queue_pages
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


def test_what_presses_most_stands_on_top(app: Flask, triager: Browser) -> None:
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

    merged, alone = rows(page)
    assert make.PASSAGE in merged
    assert "An <i>odd</i> year." in alone
    assert "Ferries of the <outer> islands" in alone
    assert "Name, number or date" in alone
    assert page.html.xpath("//td/@data-readers") == ["2 readers", "1 reader"]


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
        assert page.html.xpath("//input[@id='q']/@value") == [sought]


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
    assert re.search(r"You since [\d:]+ \w+ until", texts[mine])
    assert re.search(rf"{TOMAS} since [\d:]+ \w+ until", texts[his])
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
    assert "overdue by" in rows(late)[0]
    assert "working days" in rows(late)[0]
    assert not decided.html.find_class("due-over")
    assert not decided.has_button("Claim C-0002")
    assert "Decided" in decided.html.xpath("//thead//th")[0].text_content()


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


def test_a_row_says_why_it_stands_there(app: Flask, triager: Browser) -> None:
    with app.app_context():
        days = timedelta(days=1)
        make.article("old", at=now() - LONG_AGO * 9)
        for number in range(20):
            make.article(at=now() - LONG_AGO * 2 + number * days)
        make.article("new")
    evidence = ("https://port.example",)
    case(app, on="old", at=now() - LONG_AGO, evidence=evidence, kind=ProblemKind.OTHER)
    case(app, on="new", kind=ProblemKind.TYPO)
    case(app, on="old", kind=ProblemKind.OTHER)
    for _ in range(2):
        case(app, on="old", same_as="C-0001")

    said = [
        squeezed(each.text_content()) for each in triager.open("/desk").html.find_class("cell-why")
    ]

    assert said == [
        "Why here: 3 distinct readers + evidence given + overdue",
        "Why here: only a typo or link + front page",
    ]


def test_filters_narrow_every_view_down_and_are_kept(
    app: Flask, triager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_pages, "PAGE", 1)
    with app.app_context():
        for slug, section in (("ports", "Ports"), ("sea", "Sea")):
            make.article(slug, section=section)
    wanted = [case(app, on="ports", kind=ProblemKind.QUOTE, at=now()) for _ in range(2)]
    case(app, on="ports", kind=ProblemKind.OTHER)
    case(app, on="sea", kind=ProblemKind.QUOTE)

    first = triager.open("/desk").press(
        "Show",
        section="Ports",
        kind="quote",
        age="week",
        article="http://localhost/articles/ports/versions/1",
    )

    second = first.follow("Next page")
    assert [shown(first), shown(second)] == [wanted[:1], wanted[1:]]
    assert second.html.xpath("//input[@id='article']/@value") == ["ports"]
    assert shown(second.press("Search", q="harbour")) == wanted[:1]
    unclaimed = next(link for link in second.links() if "view=unclaimed" in link)
    assert shown(triager.open(unclaimed)) == wanted[:1]
    assert "kind=quote" in unclaimed
    assert len(shown(second.follow("Show all of this view"))) == 1


def test_a_filter_that_nothing_fits_says_so(app: Flask, triager: Browser) -> None:
    reference = case(app)

    page = triager.open("/desk?section=Nowhere")

    assert "No such case here" in page.text
    assert shown(page.follow("Show all of this view")) == [reference]


def test_odd_filters_narrow_nothing_down(app: Flask, triager: Browser) -> None:
    reference = case(app)

    for odd in ["kind=nonsense", "age=ever", "view=x", "section=", "article=%20", "q=%20"]:
        assert shown(triager.open(f"/desk?{odd}")) == [reference]
    for odd in ["section=" + "x" * 9999, "article=%2e%2e/%F0%9F%A6%86", "q=%ff%fe"]:
        assert triager.open(f"/desk?{odd}").status == 200


def test_a_search_that_stops_half_way_can_be_gone_on_with(
    app: Flask, triager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_queries, "LOOKED_THROUGH", 1)
    case(app, at=now() - LONG_AGO, problem="It was 1965.")
    last = case(app, problem="A needle.")

    first = triager.open("/desk?q=needle")
    second = first.follow("Look further")

    assert (shown(first), shown(second)) == ([], [last])


def test_a_search_can_be_tried_elsewhere_also_when_it_found_something(
    app: Flask, triager: Browser
) -> None:
    case(app)
    decided = case(app, CaseStatus.DECLINED)

    page = triager.open("/desk?q=harbour")

    links = page.html.xpath("//p[contains(., 'Look in:')]/a/@href")
    assert [shown(triager.open(link)) for link in links] == [[], [decided]]


def test_a_long_queue_is_counted_to_an_end(
    app: Flask, triager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_queries, "MOST_COUNTED", 1)
    monkeypatch.setattr(queue_pages, "MOST_COUNTED", 1)
    for _ in range(3):
        case(app)

    page = triager.open("/desk")

    assert counts(page)["All open"] == "1+"
    assert "1+ cases" in page.text
