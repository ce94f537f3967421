"""Publishing a correction: what is shown before, what it makes at once, and what stops it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import now
from app.extensions import db
from app.models import Article, Correction, Version
from app.rules.kinds import CorrectionKind, Placement, VersionReason
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.pages import Browser, Page, squeezed
from tests.web.cast import EDDA, TOMAS, beside, case, flashed, post, sign_in, state

NOTICE = "The article said that the harbour opened in 1964. It opened in 1965."
CORRECTED = make.BODY.replace("1964", "1965")
GOOD = {"body": CORRECTED, "kind": "correction", "notice": NOTICE}


@pytest.fixture
def slug(app: Flask) -> str:
    """Return the address of an article."""
    with app.app_context():
        return make.article("harbour").slug


@pytest.fixture
def edda(app: Flask) -> Browser:
    """Return an editor's browser."""
    return sign_in(app)


@pytest.fixture
def agreed(app: Flask, edda: Browser, slug: str) -> str:
    """Return the reference of a case that Edda agreed to."""
    return case(app, CaseStatus.AGREED, by=EDDA, on=slug)


def opened(browser: Browser, reference: str) -> Page:
    """Open a case."""
    return browser.open(f"/desk/cases/{reference}")


def published(app: Flask) -> tuple[int, int]:
    """Return how many versions and entries there are."""
    with app.app_context():
        versions = db.session.scalar(select(func.count(Version.id)))
        return versions or 0, db.session.scalar(select(func.count(Correction.id))) or 0


def version_meanwhile(app: Flask) -> None:
    """Publish a version of the article by a declaration."""
    with app.app_context():
        on = db.session.scalars(select(Article).where(Article.slug == "harbour")).one()
        make.correction(on, text=make.edited(on, "A second", "Another"), at=now())


def typed(page: Page, name: str) -> str:
    """Return what stands in a field of a page."""
    field = page.html.xpath("//form[@class='publish']//*[@name=$name]", name=name)[0]
    return (field.value or "").replace("\r\n", "\n").strip()


def entry_of(page: Page) -> str:
    """Return the address of the entry that was just published: the page's message links to it."""
    return str(page.html.xpath("//*[contains(@class, 'flash')]//a/@href")[0])


def fact(page: Page, name: str) -> str:
    """Return what an entry's page says about one of its facts."""
    return words(page.html.xpath("//dt[.=$name]/following-sibling::dd", name=name)[0])


def words(element: Any) -> str:
    """Return what a part of a page says."""
    return squeezed(element.text_content())


def test_an_agreed_case_opens_as_the_text_and_the_notice(edda: Browser, agreed: str) -> None:
    page = opened(edda, agreed)

    assert page.heading == "Correct “A harbour and its town”"
    assert typed(page, "body") == make.BODY
    assert typed(page, "headline") == "A harbour and its town"
    assert typed(page, "key_points") == "The harbour opened in 1964."
    assert "The harbour opened in 1965." in page.text  # what the reader said
    assert "Nothing is changed yet." in page.text


def test_the_preview_shows_everything_and_publishes_nothing(
    app: Flask, edda: Browser, agreed: str
) -> None:
    page = opened(edda, agreed).press("Show the difference", **GOOD, credit="Amara N.")

    difference = page.html.get_element_by_id("difference")
    assert page.status == 200
    assert [words(each) for each in difference.xpath(".//del")] == ["Deleted: 1964"]
    assert [words(each) for each in difference.xpath(".//ins")] == ["Inserted: 1965"]
    on_article, in_log, to_reader = page.html.xpath("//div[@class='previews']/figure")
    assert "On the article, above the text" in words(on_article)
    assert all(NOTICE in words(each) for each in (on_article, in_log, to_reader))
    assert "Amara N." in words(in_log)
    assert "You were right" in words(to_reader)
    assert "Says what was wrong" in page.text
    assert typed(page, "body") == CORRECTED
    assert published(app) == (1, 0)
    assert state(app, agreed) is CaseStatus.AGREED


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("correction", "On the article, above the text"),
        ("retraction", "On the article, in place of the text"),
        ("update", "On the article, below the text"),
        ("minor", "No notice: a minor edit stands in the log only."),
    ],
)
def test_the_preview_says_where_the_notice_will_stand(
    edda: Browser, agreed: str, kind: str, where: str
) -> None:
    page = opened(edda, agreed).press("Show the difference", **{**GOOD, "kind": kind})

    assert where in words(page.html.find_class("previews")[0])


def test_a_preview_demands_nothing(app: Flask, edda: Browser, agreed: str) -> None:
    page = opened(edda, agreed).press("Show the difference", body="")

    assert page.status == 200
    assert not page.html.find_class("error")
    assert published(app) == (1, 0)


def test_publishing_makes_the_version_the_entry_and_the_end_of_the_case(
    app: Flask, edda: Browser, agreed: str
) -> None:
    page = opened(edda, agreed).press("Publish correction", **GOOD)

    assert page.heading == "Queue"
    assert flashed(page) == "Entry 1 is public."
    entry = edda.open(entry_of(page))
    assert entry.heading == "Correction 1"
    assert NOTICE in entry.text
    assert state(app, agreed) is CaseStatus.CORRECTED
    assert published(app) == (2, 1)
    with app.app_context():
        version = db.session.scalars(select(Version).where(Version.number == 2)).one()
        assert version.body.replace("\r\n", "\n") == CORRECTED
        assert version.byline == ["Noor Salleh"]  # what the form does not offer stays
        assert version.reason is VersionReason.CORRECTION


def test_after_publishing_the_next_agreed_case_opens(
    edda: Browser, agreed: str, app: Flask, slug: str
) -> None:
    case(app, on=slug)
    following = case(app, CaseStatus.AGREED, on=slug)

    page = opened(edda, agreed).press("Publish correction", **GOOD)

    assert page.url == f"/desk/cases/{following}"
    assert entry_of(page) == "/corrections/1"


def test_the_public_pages_show_what_was_published(
    browser: Browser, edda: Browser, agreed: str, slug: str
) -> None:
    opened(edda, agreed).press("Publish correction", **GOOD)

    article = browser.open(f"/articles/{slug}")
    log = browser.open("/corrections")

    assert "It opened in 1965 with twelve berths" in article.text
    assert NOTICE in article.text
    assert NOTICE in log.text
    assert "/corrections/1" in log.links()


@pytest.mark.parametrize("kind", list(CorrectionKind))
def test_a_notice_stands_on_the_article_where_its_kind_says(
    browser: Browser, edda: Browser, agreed: str, slug: str, kind: CorrectionKind
) -> None:
    opened(edda, agreed).press("Publish correction", **{**GOOD, "kind": kind.value})

    article = browser.open(f"/articles/{slug}").html
    notices = article.xpath("//section[contains(@class, 'notice')]")
    text = article.xpath("//div[@data-text='body']")
    above = article.xpath("//div[@data-text='body']/preceding::section[contains(@class,'notice')]")
    if kind is CorrectionKind.RETRACTION:
        assert text == []
        assert len(notices) == 1
        assert "twelve berths" not in words(article.xpath("//main")[0])
    else:
        placed = {Placement.ABOVE: (1, 1), Placement.BELOW: (1, 0), Placement.LOG_ONLY: (0, 0)}
        assert (len(notices), len(above)) == placed[kind.placement]
        assert len(text) == 1
    assert all(NOTICE in words(each) for each in notices)
    assert NOTICE in browser.open("/corrections").text


WRONG = [
    ({"kind": ""}, "kind", "Choose the kind of correction."),
    ({"kind": "nonsense"}, "kind", "Choose the kind of correction."),
    ({"notice": " "}, "notice", "Say what was wrong and what is right."),
    ({"headline": ""}, "headline", "An article needs a headline."),
    ({"body": ""}, "body", "An article needs a text."),
    ({"body": make.BODY}, "body", "A “Correction” changes the text, and nothing is changed yet."),
    ({"notice": "x" * 2001}, "notice", "1 too many"),
    ({"notice": "a\0b"}, "notice", "Character 2 cannot be used"),
]


@pytest.mark.parametrize(("fields", "control", "sentence"), WRONG)
def test_what_is_missing_or_wrong_gets_a_sentence_beside_it_and_the_rest_is_kept(
    app: Flask,
    edda: Browser,
    agreed: str,
    fields: dict[str, str],
    control: str,
    sentence: str,
) -> None:
    page = opened(edda, agreed).press("Publish correction", **{**GOOD, **fields})

    assert page.status == 422
    assert sentence in beside(page, control)
    for name in {"body", "notice"} - set(fields):
        assert typed(page, name) == GOOD[name]
    if "kind" not in fields:
        assert page.html.xpath("//input[@name='kind'][@checked]/@value") == ["correction"]
    assert published(app) == (1, 0)
    assert state(app, agreed) is CaseStatus.AGREED


@pytest.mark.parametrize("kind", ["clarification", "editors_note", "retraction"])
def test_some_kinds_change_nothing_in_the_text(
    app: Flask, edda: Browser, agreed: str, kind: str
) -> None:
    page = opened(edda, agreed).press(
        "Publish correction", **{**GOOD, "kind": kind, "body": make.BODY}
    )

    assert "The text was not changed" in edda.open(entry_of(page)).text
    assert published(app) == (1, 1)


def test_a_version_that_was_published_meanwhile_stops_it_once(
    app: Flask, edda: Browser, agreed: str
) -> None:
    old = opened(edda, agreed)
    version_meanwhile(app)

    page = old.press("Publish correction", **GOOD)

    assert page.status == 409
    assert "Version 2 was published meanwhile" in page.text
    assert "/articles/harbour/compare/1..2" in page.links()
    assert typed(page, "body") == CORRECTED
    assert typed(page, "notice") == NOTICE
    assert "Another" in words(page.html.get_element_by_id("difference"))
    assert published(app) == (2, 1)

    merged = CORRECTED.replace("A second", "Another")
    again = page.press("Publish correction", body=merged)

    assert entry_of(again) == "/corrections/2"
    assert state(app, agreed) is CaseStatus.CORRECTED


def test_a_preview_shows_at_once_that_another_version_came(
    app: Flask, edda: Browser, agreed: str
) -> None:
    old = opened(edda, agreed)
    version_meanwhile(app)

    page = old.press("Show the difference", **GOOD)

    assert page.status == 200
    assert "Version 2 was published meanwhile" in page.text
    assert typed(page, "body") == CORRECTED


def test_a_case_that_moved_on_stops_it_once(app: Flask, edda: Browser, agreed: str) -> None:
    tomas = sign_in(app, TOMAS)
    old = opened(edda, agreed)
    opened(tomas, agreed).press("Take over", why="I know the port.").press("Release")

    page = old.press("Publish correction", **GOOD)

    assert page.status == 409
    assert f"{TOMAS} took it over" in words(page.html.find_class("conflict")[0])
    assert typed(page, "body") == CORRECTED
    assert typed(page, "notice") == NOTICE
    assert published(app) == (1, 0)
    assert entry_of(page.press("Publish correction")) == "/corrections/1"


def test_a_case_that_was_taken_up_again_is_not_published(
    app: Flask, edda: Browser, agreed: str
) -> None:
    tomas = sign_in(app, TOMAS)
    old = opened(edda, agreed)
    opened(tomas, agreed).press("Reopen", why="It was right after all.")

    page = old.press("Publish correction", **GOOD)

    assert page.status == 409
    assert typed(page, "body") == CORRECTED
    assert "there is nothing to publish" in page.text
    assert not page.has_button("Publish correction")
    assert published(app) == (1, 0)


@pytest.mark.parametrize("status", [CaseStatus.RECEIVED, CaseStatus.DECLINED, CaseStatus.CORRECTED])
def test_only_what_is_agreed_can_be_published(
    app: Flask, edda: Browser, slug: str, status: CaseStatus
) -> None:
    reference = case(app, status, on=slug)
    before = published(app)
    number = str(before[0])

    page = post(app, edda, reference, "publish", **GOOD, headline="H", seen_version=number)

    assert page.status == 409
    assert typed(page, "notice") == NOTICE
    assert published(app) == before
    assert state(app, reference) is status


def test_what_a_colleague_holds_is_not_published(app: Flask, edda: Browser, slug: str) -> None:
    sign_in(app, TOMAS)
    reference = case(app, CaseStatus.AGREED, by=TOMAS, on=slug)

    page = opened(edda, reference).press("Publish correction", **GOOD)

    assert page.status == 409
    assert "Somebody else has claimed this case" in page.text
    assert typed(page, "body") == CORRECTED
    assert published(app) == (1, 0)


def test_two_pairs_of_eyes_where_the_publication_wants_them(
    app: Flask, edda: Browser, agreed: str
) -> None:
    app.config["TWO_PAIRS_OF_EYES"] = True
    tomas = sign_in(app, TOMAS)
    fields = {**GOOD, "headline": "A harbour and its town", "seen_version": "1"}

    own = opened(edda, agreed)
    refused = post(app, edda, agreed, "publish", **fields)

    assert "You agreed to this case: somebody else has to publish" in own.text
    assert not own.has_button("Publish correction")
    assert own.has_button("Show the difference")
    assert refused.status == 403
    assert typed(refused, "body") == CORRECTED
    assert published(app) == (1, 0)

    opened(edda, agreed).press("Release")
    other = opened(tomas, agreed).press("Publish correction", **GOOD)
    assert entry_of(other) == "/corrections/1"


def test_who_wrote_the_article_does_not_publish_its_correction(app: Flask, agreed: str) -> None:
    author = sign_in(app, "Noor Salleh")
    fields = {**GOOD, "headline": "A harbour and its town", "seen_version": "1"}

    page = opened(author, agreed)
    refused = post(app, author, agreed, "publish", **fields)

    assert "a colleague publishes" in page.text
    assert not page.has_button("Publish correction")
    assert refused.status == 403
    assert published(app) == (1, 0)


def test_a_triager_cannot_publish_nor_a_visitor(app: Flask, browser: Browser, agreed: str) -> None:
    triager = sign_in(app, TOMAS, Role.TRIAGER)

    page = opened(triager, agreed)
    by_triager = post(app, triager, agreed, "publish", **GOOD, seen_version="1")
    app.config["WTF_CSRF_ENABLED"] = False
    by_visitor = browser.send(f"/desk/cases/{agreed}/publish", GOOD)

    assert page.heading == "A harbour and its town"
    assert "An editor corrects the text and publishes the notice." in page.text
    assert (by_triager.status, by_visitor.status) == (403, 403)
    assert NOTICE in by_triager.text
    assert NOTICE in by_visitor.text
    assert published(app) == (1, 0)


@pytest.mark.parametrize("do", ["publish", "preview"])
def test_publishing_needs_its_token(app: Flask, edda: Browser, agreed: str, do: str) -> None:
    page = edda.send(f"/desk/cases/{agreed}/publish", {**GOOD, "seen_version": "1", "do": do})

    assert page.status == 400
    assert NOTICE in page.text
    assert published(app) == (1, 0)


def test_an_entry_may_amend_an_earlier_one_of_its_article(
    app: Flask, browser: Browser, edda: Browser, agreed: str
) -> None:
    version_meanwhile(app)
    body = make.BODY.replace("A second", "Another").replace("1964", "1965")

    preview = opened(edda, agreed).press(
        "Show the difference", **{**GOOD, "body": body}, amends="1"
    )
    preview.press("Publish correction")

    assert "amends entry 1" in preview.text
    assert fact(browser.open("/corrections/2"), "Amends") == "Entry 1"
    assert fact(browser.open("/corrections/1"), "Amended by") == "Entry 2"


def test_only_an_entry_of_the_same_article_can_be_amended(
    app: Flask, edda: Browser, agreed: str
) -> None:
    version_meanwhile(app)
    with app.app_context():
        make.correction(make.article("other"))
    body = make.BODY.replace("A second", "Another").replace("1964", "1965")

    page = opened(edda, agreed)
    offered = page.html.xpath("//select[@name='amends']/option/@value")
    refused = page.press("Publish correction", **{**GOOD, "body": body}, amends="2")

    assert offered == ["", "1"]
    assert refused.status == 422
    assert "no entry 2" in beside(refused, "amends")
    assert published(app)[1] == 2


def test_a_credit_is_filled_in_from_who_agreed_to_it_and_public_only_when_published(
    app: Flask, browser: Browser, edda: Browser, slug: str
) -> None:
    for name, wants in (("Amara N.", True), ("Secret Reader", False)):
        case(app, CaseStatus.AGREED, by=EDDA, on=slug, name=name, wants_credit=wants)

    first, second = opened(edda, "C-0001"), opened(edda, "C-0002")
    assert (typed(first, "credit"), typed(second, "credit")) == ("Amara N.", "")

    first.press("Publish correction", **GOOD)
    for url in ("/corrections", "/corrections/1"):
        assert "Reported by Amara N." in browser.open(url).text
        assert "Secret Reader" not in browser.open(url).response.get_data(as_text=True)


def test_a_credit_that_is_taken_out_is_not_public(
    app: Flask, browser: Browser, edda: Browser, slug: str
) -> None:
    reference = case(app, CaseStatus.AGREED, by=EDDA, on=slug, name="Amara N.", wants_credit=True)

    opened(edda, reference).press("Publish correction", **GOOD, credit="")

    for url in ("/corrections", "/corrections/1", f"/articles/{slug}"):
        assert "Amara" not in browser.open(url).response.get_data(as_text=True)
    assert "Reported by a reader" in browser.open("/corrections/1").text


def test_the_reader_is_told_in_the_words_of_the_notice(
    app: Flask, browser: Browser, edda: Browser, slug: str
) -> None:
    with app.app_context():
        on = db.session.scalars(select(Article)).one()
        token = make.token(on, at=now())
    opened(edda, "C-0001").press("Agree").press("Publish correction", **GOOD)

    page = browser.open(f"/reports/{token}")

    assert NOTICE in page.text
    assert "/corrections/1" in page.links()


def test_odd_words_in_a_notice_are_text(
    browser: Browser, edda: Browser, agreed: str, slug: str
) -> None:
    notice = "The article said <script>alert(1)</script> {{ 7 * 7 }}; it is “&amp;”."

    opened(edda, agreed).press("Publish correction", **{**GOOD, "notice": notice})

    for url in (f"/articles/{slug}", "/corrections", "/corrections/1"):
        page = browser.open(url)
        assert notice in page.text
        assert not page.html.xpath("//main//script[contains(., 'alert')]")


def test_one_correction_resolves_several_cases_of_an_article(
    app: Flask, edda: Browser, slug: str, agreed: str
) -> None:
    other = case(app, CaseStatus.AGREED, by=EDDA, on=slug)
    page = opened(edda, agreed)
    (choice,) = page.html.xpath("//input[@name='also']/@value")

    page.press("Publish correction", **GOOD, also=choice)

    assert published(app) == (2, 1)
    assert [state(app, each) for each in (agreed, other)] == [CaseStatus.CORRECTED] * 2


def test_a_further_case_that_moved_on_stops_it(
    app: Flask, edda: Browser, slug: str, agreed: str
) -> None:
    other = case(app, CaseStatus.AGREED, by=EDDA, on=slug)
    page = opened(edda, agreed)
    (choice,) = page.html.xpath("//input[@name='also']/@value")
    post(app, sign_in(app, TOMAS), other, "reopen", why="Not so fast.")

    answer = page.press("Publish correction", **GOOD, also=choice)

    assert answer.status == 409
    assert typed(answer, "notice") == NOTICE
    assert published(app) == (1, 0)


def test_a_first_wording_follows_the_difference(edda: Browser, agreed: str) -> None:
    page = opened(edda, agreed).press("Show the difference", **{**GOOD, "notice": ""})

    wording = words(page.html.get_element_by_id("wording"))
    assert "1964" in wording
    assert "1965" in wording
    assert "[" not in wording
    assert ".”" not in wording


def test_a_blank_that_was_left_in_a_notice_is_advised_against(edda: Browser, agreed: str) -> None:
    page = opened(edda, agreed).press(
        "Show the difference", **{**GOOD, "notice": NOTICE + " It was [what]."}
    )

    assert "square brackets" in page.text


def test_a_name_in_the_byline_can_be_corrected(
    app: Flask, browser: Browser, edda: Browser, slug: str, agreed: str
) -> None:
    page = opened(edda, agreed).press("Show the difference", **GOOD, byline="Ana Correct")

    page.press("Publish correction")

    assert "Byline" in words(page.html.get_element_by_id("difference"))
    assert "Ana Correct" in browser.open(f"/articles/{slug}").text
    assert "Ana Correct" in browser.open(f"/articles/{slug}/compare/1..2").text
