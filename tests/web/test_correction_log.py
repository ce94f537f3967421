"""The correction log: of the whole publication, of one article, and one entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Article, Case
from app.rules.errors import InvalidInput
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.services import cases, private_links
from app.web.public import corrections
from tests import make
from tests.pages import Browser, Page, squeezed
from tests.web.publication import publish_all


@pytest.fixture
def site(app: Flask, browser: Browser) -> Browser:
    """Return a browser on a publication that has something of everything."""
    with app.app_context():
        publish_all()
    return browser


def numbers(page: Page) -> list[int]:
    """Return the numbers of the entries that a page lists, as they stand."""
    return [int(each[1:]) for each in page.html.xpath("//li[@class='entry']/@id")]


def choices(page: Page, heading: str) -> dict[str, int]:
    """Return the ways to narrow the log under a heading, with their counts."""
    links = page.html.xpath("//nav//h2[text()=$h]/following-sibling::ul[1]//a", h=heading)
    parts = ([squeezed(span.text_content()) for span in link] for link in links)
    return {label: int(number) for label, number in parts}


def narrowed(page: Page, heading: str, label: str) -> Page:
    """Follow a way to narrow the log."""
    (url,) = page.html.xpath(
        "//nav//h2[text()=$h]/following-sibling::ul[1]//a[span[1]=$l]/@href", h=heading, l=label
    )
    return page.browser.open(url)


def facts(page: Page) -> dict[str, str]:
    """Return the facts beside an entry."""
    names, values = page.html.xpath("//aside//dt"), page.html.xpath("//aside//dd")
    return {
        squeezed(name.text_content()): squeezed(value.text_content())
        for name, value in zip(names, values, strict=True)
    }


# The whole log


def test_an_empty_log_says_what_will_stand_there(browser: Browser) -> None:
    page = browser.open("/corrections")

    assert page.status == 200
    assert "Nothing has been corrected yet" in page.text
    assert not page.html.xpath("//nav[@aria-label='Filters']")


def test_every_entry_of_every_kind_is_in_the_log_newest_first(site: Browser) -> None:
    page = site.open("/corrections")

    assert numbers(page) == [5, 4, 3, 2, 1]
    assert "The article said 1964. It was 1965." in page.text
    assert page.follow("Entry 1").url == "/corrections/1"


def test_the_log_counts_what_each_way_to_narrow_it_would_leave(site: Browser) -> None:
    page = site.open("/corrections")

    assert choices(page, "Kind") == {
        "All": 5,
        "Correction": 1,
        "Clarification": 1,
        "Retraction": 1,
        "Update": 1,
        "Minor": 1,
    }
    assert choices(page, "Section") == {"All": 5, "Ports": 4, "Trade": 1}


@pytest.mark.parametrize("kind", ["Correction", "Clarification", "Retraction", "Update", "Minor"])
def test_the_log_is_narrowed_to_a_kind(site: Browser, kind: str) -> None:
    page = narrowed(site.open("/corrections"), "Kind", kind)

    assert len(numbers(page)) == 1
    assert "1 entry fits." in page.text
    assert page.html.xpath("//li[@class='entry']//b/text()") == [kind]
    assert page.html.xpath("//nav//a[@aria-current='true']/span[1]/text()") == [kind, "All", "Any"]


def test_filters_add_up_and_their_counts_heed_each_other(site: Browser) -> None:
    ports = narrowed(site.open("/corrections"), "Section", "Ports")
    minor = narrowed(ports, "Kind", "Minor")

    assert numbers(ports) == [4, 3, 2, 1]
    assert "Retraction" not in choices(ports, "Kind")
    assert numbers(minor) == [2]
    assert choices(minor, "Section") == {"All": 1, "Ports": 1}
    assert numbers(narrowed(minor, "Section", "All")) == [2]
    assert numbers(minor.follow("Show all")) == [5, 4, 3, 2, 1]


def test_filters_that_leave_nothing_say_so(site: Browser) -> None:
    page = site.open("/corrections?section=Trade&kind=minor")

    assert page.status == 200
    assert "No entry fits" in page.text
    assert numbers(page.follow("Show all")) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "question",
    [
        "kind=nonsense",
        "kind=Correction",
        "time=soon",
        "time=0000",
        "time=-1",
        "below=x",
        "below=-1",
        "below=",
        "section=",
        "unknown=1",
    ],
)
def test_what_is_not_understood_does_not_narrow(site: Browser, question: str) -> None:
    page = site.open(f"/corrections?{question}")

    assert page.status == 200
    assert numbers(page) == [5, 4, 3, 2, 1]


def test_a_section_of_that_name_only(site: Browser) -> None:
    for section in ("ports", "Port%", "P" * 5000, "<b>"):
        page = site.open("/corrections", query_string={"section": section})

        assert numbers(page) == []


TURNS = [
    datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC),
    datetime(2025, 12, 31, 16, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 16, 0, tzinfo=UTC),
]
"""The last second of 2025 in Singapore, the first one of 2026, and the first one of February."""


@pytest.fixture
def years(app: Flask, browser: Browser) -> Browser:
    """Return a browser on a log whose entries stand on either side of midnights in Singapore."""
    with app.app_context():
        on = make.article("harbour", at=TURNS[0] - timedelta(days=30))
        for old, at in zip(("older", "town", "nobody"), TURNS, strict=True):
            make.correction(on, text=make.edited(on, old, "another"), at=at)
    return browser


def test_entries_stand_under_the_month_of_the_publications_zone(years: Browser) -> None:
    page = years.open("/corrections")

    months = [each.text_content() for each in page.html.xpath("//h2[@class='month']")]
    assert months == ["February 2026", "January 2026", "December 2025"]
    assert "put right since December 2025" in page.text


@pytest.mark.parametrize(
    ("time", "left"),
    [("2025", [1]), ("2026", [3, 2]), ("2026-01", [2]), ("2025-12", [1]), ("2026-03", [])],
)
def test_years_and_months_begin_and_end_in_the_publications_zone(
    years: Browser, time: str, left: list[int]
) -> None:
    assert numbers(years.open(f"/corrections?time={time}")) == left


def test_months_are_offered_within_a_year_that_is_chosen(years: Browser) -> None:
    page = years.open("/corrections")
    year = narrowed(page, "Time", "2026")
    month = narrowed(year, "Time", "January 2026")

    assert choices(page, "Time") == {"Any": 3, "2026": 2, "2025": 1}
    assert choices(year, "Time") == {
        "Any": 3,
        "2026": 2,
        "2025": 1,
        "February 2026": 1,
        "January 2026": 1,
    }
    assert numbers(month) == [2]
    assert month.html.xpath("//nav//a[@aria-current='true']/span[1]/text()")[-1] == "January 2026"


def test_the_log_is_read_page_by_page_within_its_filter(
    site: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "PAGE", 2)

    first = site.open("/corrections?section=Ports")
    second = first.follow("Older entries")

    assert (numbers(first), numbers(second)) == ([4, 3], [2, 1])
    assert not first.html.xpath("//a[@rel='prev']")
    assert not second.html.xpath("//a[@rel='next']")
    assert numbers(second.follow("Newest entries")) == [4, 3]


def test_what_is_published_meanwhile_does_not_shift_a_page(
    app: Flask, site: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "PAGE", 2)
    first = site.open("/corrections")
    with app.app_context():
        make.correction()

    second = first.follow("Older entries")

    assert (numbers(first), numbers(second)) == ([5, 4], [3, 2])


# The log of an article


def test_an_article_has_a_log_of_its_own(site: Browser) -> None:
    page = site.open("/articles/harbour/corrections")

    assert page.heading == "Corrections"
    assert numbers(page) == [4, 3, 2, 1]
    assert "The 4 entries of the log about this article" in page.text
    assert page.follow("Version history").url == "/articles/harbour/versions"


def test_an_article_that_was_not_corrected_says_so(site: Browser) -> None:
    page = site.open("/articles/airport/corrections")

    assert numbers(page) == []
    assert "It has not been corrected" in page.text
    assert page.follow("Report an error").url == "/articles/airport/report?version=1"


# One entry


def test_an_entry_says_what_was_changed_where_and_how_to_cite_it(site: Browser) -> None:
    page = site.open("/corrections/1")

    assert page.heading == "Correction 1"
    assert "The article said 1964. It was 1965." in page.text
    (change,) = page.html.xpath("//div[@class='diff']/section")
    assert [squeezed(each) for each in change.xpath(".//del/text()")] == ["1964"]
    assert "http://localhost/corrections/1" in page.text
    found = facts(page)
    assert found["Kind"] == "Correction: a published fact was wrong"
    assert found["Published"] == "23 November 2026, 10:00 SGT"
    assert found["Versions"] == "1 before, 2 after"
    assert page.follow("A harbour and its town").url == "/articles/harbour"
    assert page.follow("1 before").url == "/articles/harbour/versions/1"


def test_a_notice_without_a_change_says_that_the_text_stands(app: Flask, browser: Browser) -> None:
    with app.app_context():
        on = make.article()
        text = make.edited(on, "1964", "1964")
        make.correction(on, kind=CorrectionKind.EDITORS_NOTE, text=text, notice="We are sorry.")

    page = browser.open("/corrections/1")

    assert page.heading == "Editor’s note 1"
    assert "The text was not changed" in page.text
    assert facts(page)["Versions"] == "1"


def test_an_entry_and_the_one_that_amends_it_name_each_other(app: Flask, site: Browser) -> None:
    with app.app_context():
        on = db.session.scalars(select(Article).where(Article.slug == "harbour")).one()
        make.correction(on, text=make.edited(on, "1965", "1966"), amends=1)

    first, sixth = site.open("/corrections/1"), site.open("/corrections/6")

    assert facts(first)["Amended by"] == "Entry 6"
    assert "Amends" not in facts(first)
    assert facts(sixth)["Amends"] == "Entry 1"
    assert facts(sixth)["Amended by"] == "No entry so far"
    assert first.follow("Entry 6").url == "/corrections/6"
    log = site.open("/corrections")
    assert "Amends entry 1" in log.text
    assert "Amended by entry 6" in log.text


@pytest.mark.parametrize("number", ["6", "999999999", "0", "1000000000", "one"])
def test_an_entry_that_is_none_is_not_found(site: Browser, number: str) -> None:
    assert site.open(f"/corrections/{number}").status == 404


# Who reported it, and how long it was wrong


def publish_reported(app: Flask, *fates: str, credit: str = "", hours: int = 5) -> None:
    """Publish entry 1 because of a report, some ``hours`` after it, and of others like it.

    ``fates`` says what became of each of the others: it was ``merged``, merged and then
    ``withdrawn``, or its case stayed ``another``.
    """
    with app.app_context():
        on, by = make.article("harbour"), make.staff(Role.EDITOR)
        sent = make.NOW - timedelta(hours=hours)
        first = make.report_with(make.token(on, at=sent, name="Amara Nwosu"))
        root = db.session.get_one(Case, first.case_id).reference
        for fate in fates:
            other = make.token(on, at=sent + timedelta(minutes=1), problem="The year is wrong.")
            case = db.session.get_one(Case, make.report_with(other).case_id)
            if fate != "another":
                who: dict[str, Any] = {"by": by, "at": make.NOW}
                cases.merge(case.id, seen=case.version, into=root, **who)
            if fate == "withdrawn":
                private_links.withdraw(other, at=make.NOW)
        found = db.session.get_one(Case, first.case_id, populate_existing=True)
        cases.agree(found.id, seen=found.version, by=by, at=make.NOW)
        found = db.session.get_one(Case, first.case_id, populate_existing=True)
        make.publish(found, by=by, credit=credit)


@pytest.mark.parametrize(
    ("fates", "words"),
    [
        ((), "Reported by a reader"),
        (("merged",), "Reported by 2 readers"),
        (("merged", "merged"), "Reported by 3 readers"),
        (("merged", "withdrawn"), "Reported by 2 readers"),
        (("another",), "Reported by a reader"),
    ],
)
def test_readers_are_counted_with_those_whose_reports_were_merged_and_not_withdrawn(
    app: Flask, browser: Browser, fates: tuple[str, ...], words: str
) -> None:
    publish_reported(app, *fates)

    page = browser.open("/corrections/1")

    assert facts(page)["Credit"] == words
    assert "Amara" not in page.response.get_data(as_text=True)
    assert "The year is wrong." not in page.response.get_data(as_text=True)


def test_who_is_thanked_by_name_stands_in_the_log(app: Flask, browser: Browser) -> None:
    publish_reported(app, "merged", credit="Amara Nwosu")

    assert facts(browser.open("/corrections/1"))["Credit"] == "Reported by Amara Nwosu"
    for path in ("/corrections", "/articles/harbour/corrections"):
        assert "Reported by Amara Nwosu" in browser.open(path).text


def test_what_nobody_reported_credits_nobody(site: Browser) -> None:
    assert "Credit" not in facts(site.open("/corrections/3"))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (5, "30 days; first reported on 23 November 2026, put right in 5 hours"),
        (1, "30 days; first reported on 23 November 2026, put right in 1 hour"),
        (47, "30 days; first reported on 21 November 2026, put right in 47 hours"),
        (48, "30 days; first reported on 21 November 2026, put right in 2 days"),
    ],
)
def test_an_entry_says_for_how_long_it_was_wrong(
    app: Flask, browser: Browser, hours: int, words: str
) -> None:
    publish_reported(app, hours=hours)

    assert facts(browser.open("/corrections/1"))["Wrong for"] == words


def test_only_a_correction_was_wrong(site: Browser) -> None:
    found = [facts(site.open(f"/corrections/{number}")) for number in range(1, 6)]

    assert ["Wrong for" in each for each in found] == [True, False, False, False, False]


def test_words_that_came_later_were_wrong_from_then_on(app: Flask, browser: Browser) -> None:
    with app.app_context():
        on = make.article()
        update = make.edited(on, "1964", "1963")
        at = make.NOW - timedelta(days=3)
        make.correction(on, kind=CorrectionKind.UPDATE, text=update, at=at)
        make.correction(on, text=make.edited(on, "1963", "1964"))

    assert facts(browser.open("/corrections/2"))["Wrong for"] == "3 days"


def test_a_retraction_may_withhold_the_text_and_its_versions(app: Flask, browser: Browser) -> None:
    with app.app_context():
        on = make.article()
        make.correction(on)
        make.correction(
            on, kind=CorrectionKind.RETRACTION, notice="None of it was so.", withholds=True
        )
        slug = on.slug

    article = browser.open(f"/articles/{slug}")
    history = browser.open(f"/articles/{slug}/versions")
    closed = ("versions/1", "versions/2", "compare/1..2", "report")

    assert "None of it was so." in article.text
    assert make.PASSAGE not in article.text
    assert not article.html.xpath(
        "//a[contains(@href, '/report?') or contains(@href, '/versions/')]"
    )
    assert "withdrew this article" in history.text
    for path in closed:
        page = browser.open(f"/articles/{slug}/{path}")
        assert page.status == 410
        assert make.PASSAGE not in page.text
    for entry in (1, 2):
        assert "twelve" not in browser.open(f"/corrections/{entry}").text.replace(
            "The article said twelve berths.", ""
        )


def test_an_entry_of_another_kind_that_amends_a_retraction_puts_the_article_back(
    app: Flask, browser: Browser
) -> None:
    with app.app_context():
        on = make.article()
        number = make.correction(
            on, kind=CorrectionKind.RETRACTION, notice="None of it was so.", withholds=True
        )
        make.correction(
            on, kind=CorrectionKind.EDITORS_NOTE, notice="It was so after all.", amends=number
        )
        slug = on.slug

    page = browser.open(f"/articles/{slug}")

    assert "twelve berths" in page.text or "ten berths" in page.text
    assert browser.open(f"/articles/{slug}/versions/1").status == 200


def test_only_a_retraction_withholds(app: Flask) -> None:
    with app.app_context(), pytest.raises(InvalidInput) as refused:
        make.correction(withholds=True)

    assert refused.value.field == "withholds"


def test_an_entry_can_be_cited_by_programs(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        number = make.correction(make.article(headline="Cranes & {ports}"))

    page = client.get(f"/corrections/{number}").text
    cited = client.get(f"/corrections/{number}.bib")

    assert f'href="/corrections/{number}.bib"' in page
    assert f'href="/api/v1/corrections/{number}"' in page
    assert cited.mimetype == "application/x-bibtex"
    assert f"Correction {number} to “Cranes \\& \\{{ports\\}}”" in cited.text
    assert client.get("/corrections/99.bib").status_code == 404
