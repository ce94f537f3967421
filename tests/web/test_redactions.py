"""Taking words away at the desk: all that holds them is shown, and nothing goes by accident."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.delivery import carriers
from app.delivery.worker import deliver_due
from app.extensions import db
from app.queries import articles as article_queries
from app.queries import log, redactions
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.transparency.redactions import RedactionReason
from app.rules.workflow import CaseStatus
from app.services import log as log_services
from tests import make
from tests.pages import Browser, Page, squeezed
from tests.web.cast import beside, flashed, sign_in
from tests.web.conftest import SignedIn

NAME = "Quaxolith"
PASSAGE = f"It was {NAME} who opened it"
PRESS = "Take the words away for good"


@pytest.fixture
def ada(app: Flask) -> Browser:
    """Return an admin's browser."""
    return sign_in(app, "Ada Lindqvist", Role.ADMIN)


@pytest.fixture
def token(app: Flask) -> str:
    """Publish an article with a name, correct it by a report, and name it in the entry.

    Returns the token of the report's private link.
    """
    with app.app_context():
        article = make.article(
            "harbour", headline=f"{NAME} and the harbour", body=f"{PASSAGE}.", byline=(NAME,)
        )
        link = make.token(article, passage=PASSAGE, email="reader@mail.example")
        by = make.staff(Role.EDITOR)
        case = make.case_with(link, CaseStatus.AGREED, by=by)
        text = article_queries.version(make.article("other", byline=()), 1).text
        make.publish(case, by=by, text=text, notice=f"It said {NAME}.", credit=f"{NAME}’s friend")
        return link


def look(browser: Browser, words: str = NAME) -> Page:
    """Look for words."""
    return browser.open("/desk/redactions").press("Look for them", words=words)


def leaves(page: Page, checked: str = "[@checked]") -> list[str]:
    """Return the leaves that can be chosen, and are."""
    return list(page.html.xpath(f"//input[@name='leaves']{checked}/@value"))


def redact(app: Flask, *targets: int, reason: RedactionReason = RedactionReason.LEGAL) -> None:
    """Redact leaves."""
    with app.app_context():
        log_services.redact(targets, reason=reason, by=make.staff(Role.ADMIN))


def taken(app: Flask) -> list[tuple[int, str]]:
    """Return what was redacted, and why."""
    with app.app_context():
        return [(each.target, each.redacted.reason.value) for each in redactions.page(50)]


def said(browser: Browser, address: str) -> str:
    """Return all that stands at an address, whatever it is."""
    return unescape(browser.fetch(address).get_data(as_text=True))


@pytest.mark.usefixtures("token")
def test_an_admin_finds_words_and_takes_them_away(app: Flask, ada: Browser) -> None:
    page = look(ada, "quaxolith")

    done = page.press(PRESS, reason="personal-data", sure="y")

    assert leaves(page) == leaves(page, "") == ["0", "3"]
    assert squeezed(page.html.xpath("//mark")[0].text_content()) == NAME
    assert "Nobody can undo this" in page.text
    assert "words of 2 versions and entries are gone" in flashed(done)
    assert taken(app) == [(3, "personal-data"), (0, "personal-data")]
    rows = [squeezed(row.text_content()) for row in done.html.xpath("//tbody/tr")]
    assert [row.split(" Ada")[0].split("A harbour")[0].strip() for row in rows] == [
        "Entry 1",
        "Version 1",
    ]
    assert all("It held personal data Ada Lindqvist" in row for row in rows)
    assert NAME not in done.response.get_data(as_text=True)
    assert "Nothing that was published holds them" in look(ada).text


@pytest.mark.usefixtures("token")
def test_the_words_are_in_no_address_and_no_title(ada: Browser) -> None:
    page = look(ada)

    assert page.url == "/desk/redactions"
    assert NAME not in (page.html.findtext(".//title") or "")
    assert page.html.xpath("//input[@name='q']/@value") == [""]


@pytest.mark.usefixtures("token")
def test_the_files_of_letters_that_quote_them_go_too(
    app: Flask, ada: Browser, tmp_path: Path
) -> None:
    with app.app_context():
        carrier = carriers.chosen()
    deliver_due(app, carrier)
    before = sorted(path.name for path in (tmp_path / "mail").iterdir())

    look(ada).press(PRESS, reason="safety", sure="y")

    assert before == ["1-received.eml", "2-correction.eml"]
    assert list((tmp_path / "mail").iterdir()) == []
    assert ada.open("/desk/letters/2").status == 404


@pytest.mark.usefixtures("token")
def test_private_records_are_named_with_what_becomes_of_them(app: Flask, ada: Browser) -> None:
    with app.app_context():
        article = make.article("elsewhere")
        make.report(article, problem=f"{NAME} did it.")

    page = look(ada)

    besides = squeezed(page.html.xpath("//section[@aria-labelledby='kept']")[0].text_content())
    assert "Passages that readers quoted 1 They go by themselves" in besides
    assert "What readers reported 1 Their own words" in besides
    assert page.follow("C-0002").status == 200


def test_what_readers_see_now_cannot_be_chosen(app: Flask, ada: Browser) -> None:
    with app.app_context():
        make.article("harbour", body=f"It was {NAME}.")

    page = look(ada)
    edit = page.follow("Edit the article “A harbour and its town”")

    assert leaves(page, "") == []
    assert "Publish a version without these words first" in page.text
    assert not page.has_button(PRESS)
    assert edit.url == "/desk/articles/harbour/edit"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"sure": "y"}, "reason", "Choose the reason"),
        ({"sure": "y", "reason": "whim"}, "reason", "Choose the reason"),
        ({"reason": "legal"}, "sure", "Confirm"),
        ({"reason": "legal", "sure": "y", "leaves": ""}, "leaves", "Choose at least one"),
        ({"reason": "legal", "sure": "y", "leaves": "x"}, "leaves", "no leaf of the log"),
        ({"reason": "legal", "sure": "y", "leaves": "9" * 40}, "leaves", "no leaf of the log"),
    ],
)
@pytest.mark.usefixtures("token")
def test_nothing_goes_before_all_is_said(
    app: Flask, ada: Browser, fields: dict[str, str], field: str, sentence: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    sent: dict[str, Any] = {"words": NAME, "do": "redact", "leaves": ["0"], **fields}
    if not sent["leaves"]:
        del sent["leaves"]

    page = ada.send("/desk/redactions", sent)

    where = f"{field}-error"
    (error,) = page.html.xpath("//*[@id=$id]", id=where)
    assert page.status == 422
    assert sentence in squeezed(error.text_content())
    assert page.html.xpath(f"//a[@href='#{field}' or @href='#{field}-0']")
    assert taken(app) == []


@pytest.mark.usefixtures("token")
def test_what_was_chosen_is_kept_where_something_is_missing(ada: Browser) -> None:
    page = look(ada)
    for tick in page.html.xpath("//input[@name='leaves'][@value='3']"):
        del tick.attrib["checked"]

    again = page.press(PRESS, reason="safety")

    assert again.status == 422
    assert leaves(again) == ["0"]
    assert again.html.xpath("//input[@name='reason'][@checked]/@value") == ["safety"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Give the words"),
        ("x", "One letter stands everywhere"),
        ("null \0", "cannot be used"),
        ("x" * 201, "1 too many"),
        ("x" * 1_000_000, "too many"),
    ],
)
def test_words_that_cannot_be_looked_for_get_a_sentence(
    ada: Browser, words: str, sentence: str
) -> None:
    page = look(ada, words)

    assert page.status == 422
    assert sentence in beside(page, "words")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "الميناء", "%", "__", "'; --", "\\"]
)
def test_hostile_words_are_only_words(ada: Browser, words: str) -> None:
    page = look(ada, words)

    assert page.status in (200, 422)
    assert not page.html.xpath("//main//script")


@pytest.mark.usefixtures("token")
def test_a_form_that_is_overtaken_says_so_and_loses_nothing(app: Flask, ada: Browser) -> None:
    page = look(ada)
    redact(app, 3)

    late = page.press(PRESS, reason="safety", sure="y")
    again = late.press(PRESS)

    assert late.status == 409
    assert "Leaf 3 is redacted already." in late.text
    assert leaves(late) == ["0"]
    assert late.html.xpath("//input[@name='reason'][@checked]/@value") == ["safety"]
    assert "words of 1 version or entry are gone" in flashed(again)
    assert taken(app) == [(0, "safety"), (3, "legal")]


@pytest.mark.usefixtures("token")
def test_a_leaf_that_was_never_offered_is_refused(app: Flask, ada: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    sent = {"words": NAME, "do": "redact", "reason": "legal", "sure": "y"}

    answers = [ada.send("/desk/redactions", {**sent, "leaves": leaf}) for leaf in ("1", "2", "99")]

    assert [page.status for page in answers] == [409, 409, 404]
    assert "is what readers see now" in answers[0].text
    assert taken(app) == []


def test_all_redactions_are_listed_in_pages(app: Flask, ada: Browser) -> None:
    with app.app_context():
        article = make.article("harbour")
        for number in range(20):
            make.correction(article, text=make.edited(article, "harbour", f"harbour {number}"))
        log_services.redact([*range(39), 40], reason=RedactionReason.LEGAL, by=None)

    first = ada.open("/desk/redactions")
    rest = first.follow("Earlier")

    numbers = [len(page.html.xpath("//tbody/tr")) for page in (first, rest)]
    assert numbers == [30, 10]
    assert "a recovery of the log" in first.text
    assert "Earlier" not in rest.text


@pytest.mark.parametrize("role", [Role.TRIAGER, Role.EDITOR])
def test_nobody_else_redacts(app: Flask, signed_in: SignedIn, token: str, role: Role) -> None:
    browser = signed_in(role)
    app.config["WTF_CSRF_ENABLED"] = False
    sent = {"words": NAME, "do": "redact", "reason": "legal", "sure": "y", "leaves": "0"}

    answers = [
        browser.open("/desk/redactions").status,
        browser.send("/desk/redactions", {"words": NAME}).status,
        browser.send("/desk/redactions", sent).status,
    ]

    assert answers == [403] * 3
    assert taken(app) == []
    assert "Redactions" not in browser.open("/desk").html.xpath("//header")[0].text_content()


@pytest.mark.usefixtures("token")
def test_it_needs_its_token(app: Flask, ada: Browser) -> None:
    sent = {"words": NAME, "do": "redact", "reason": "legal", "sure": "y", "leaves": "0"}

    assert ada.send("/desk/redactions", sent).status == 400
    assert taken(app) == []


FACES = (
    "/articles/harbour",
    "/articles/harbour/versions",
    "/articles/harbour/versions/1",
    "/articles/harbour/compare/1..2",
    "/articles/harbour/corrections",
    "/corrections",
    "/corrections/1",
    "/corrections/statistics",
    "/corrections.atom",
    "/corrections.json",
    "/corrections.csv",
    "/corrections.jsonl",
    "/articles.atom",
    "/articles/harbour/corrections.atom",
    "/articles/harbour/corrections.json",
    "/articles/harbour/timemap",
    f"/search?q={NAME}",
    "/sitemap-news.xml",
    "/api/v1/articles/harbour",
    "/api/v1/articles/harbour/versions",
    "/api/v1/articles/harbour/versions/1",
    "/api/v1/articles/harbour/differences/1/2",
    "/api/v1/articles/harbour/corrections",
    "/api/v1/corrections/1",
    "/log/bodies/0",
    "/log/bodies/3",
    "/reports/{token}",
    "/reports/{token}/receipt",
)


def test_the_words_are_on_no_face_of_the_record(app: Flask, browser: Browser, token: str) -> None:
    addresses = [face.format(token=token) for face in FACES]
    before = {address for address in addresses if NAME in said(browser, address)}
    redact(app, 0, 3)

    after = {address: said(browser, address) for address in addresses}

    echoed = f"/search?q={NAME}"
    assert len(before) > 20
    assert [each for each, text in after.items() if NAME in text and each != echoed] == []
    assert "Nothing fits" in after[echoed]


@pytest.mark.usefixtures("token")
def test_a_redacted_version_is_a_tombstone(app: Flask, browser: Browser) -> None:
    redact(app, 0)

    page = browser.open("/articles/harbour/versions/1")

    assert page.status == 200
    assert page.heading == "Redacted"
    assert "A court or the law required it." in page.text
    assert page.html.xpath("//main//a[@href='/log']")
    assert page.html.xpath("//a[@href='/log/proof/4.tlog-proof']")
    assert not page.html.xpath("//*[@data-text] | //template | //script")
    assert "Report an error" not in page.text
    assert "Memento-Datetime" not in page.response.headers
    empty = [h for h in page.html.xpath("//h1|//h2|//h3") if not squeezed(h.text_content())]
    assert empty == []


@pytest.mark.usefixtures("token")
def test_lists_of_versions_mark_it_and_offer_nothing_to_compare(
    app: Flask, browser: Browser
) -> None:
    redact(app, 0)

    page = browser.open("/articles/harbour/versions")
    compared = browser.open("/articles/harbour/compare/1..2")

    lines = [squeezed(line.text_content()) for line in page.html.xpath("//ol[@class='log']/li")]
    assert "Redacted version 1" in lines[1]
    assert not [link for link in page.links() if "/compare/" in link]
    assert "None is changed or taken away" not in page.text
    assert "Only one version has its words still" in page.text
    assert page.follow("Redacted version 1").heading == "Redacted"
    assert compared.status == 410
    assert "words of version 1 were taken away" in compared.text


@pytest.mark.usefixtures("token")
def test_a_redacted_entry_says_so_on_its_page_and_beside_the_article(
    app: Flask, browser: Browser
) -> None:
    redact(app, 0, 3)

    entry, article = browser.open("/corrections/1"), browser.open("/articles/harbour")

    assert "The words of this entry were taken away" in entry.text
    assert "A court or the law required it." in entry.text
    assert "so it cannot be shown any more" in entry.text
    assert "[Redacted: a court or the law required it.]" in article.text
    assert not article.html.xpath("//details[@class='marginal']")
    assert "Wrong for" not in entry.text


@pytest.mark.usefixtures("token")
def test_the_api_says_what_went_when_and_why(app: Flask, browser: Browser) -> None:
    redact(app, 0, 3)

    entry = browser.fetch("/api/v1/corrections/1").json or {}
    (latest, first) = (browser.fetch("/api/v1/articles/harbour/versions").json or {})["items"]
    difference = browser.fetch("/api/v1/articles/harbour/differences/1/2")

    assert entry["redaction"]["reason"] == "legal"
    assert entry["redaction"]["leaf"] == 5
    assert (entry["compare_url"], entry["was"], entry["now"]) == (None, "", "")
    assert (latest["redaction"], latest["compare_url"]) == (None, None)
    assert first["redaction"]["label"] == "A court or the law required it"
    assert difference.status_code == 410


@pytest.mark.usefixtures("token")
def test_feeds_are_newer_so_that_readers_take_over_what_is_left(
    app: Flask, browser: Browser
) -> None:
    before = browser.fetch("/corrections.json").json or {}
    csv = browser.client.get("/corrections.csv").headers["ETag"]
    redact(app, 0)

    after = browser.fetch("/corrections.json").json or {}

    assert before["items"][0]["date_published"] == after["items"][0]["date_published"]
    assert after["items"][0]["date_modified"] > before["items"][0]["date_published"]
    assert browser.client.get("/corrections.csv").headers["ETag"] != csv


@pytest.mark.usefixtures("token")
def test_a_tombstone_is_no_memento(app: Flask, browser: Browser) -> None:
    redact(app, 0)

    article = browser.client.get("/articles/harbour")
    listed = said(browser, "/articles/harbour/timemap")

    assert "predecessor-version" not in article.headers["Link"]
    assert 'versions/2>; rel="first last memento"' in listed
    assert "versions/1>" not in listed


@pytest.mark.usefixtures("token")
def test_the_case_of_a_report_says_where_its_passage_went(app: Flask, ada: Browser) -> None:
    redact(app, 0)

    page = ada.open("/desk/cases/C-0001")

    assert "The words of this version were taken away, and with them the passage" in page.text
    assert page.follow("Why").heading == "Redacted"


@pytest.mark.usefixtures("token")
def test_a_report_is_about_the_present_version_where_the_one_it_was_is_redacted(
    app: Flask, browser: Browser
) -> None:
    redact(app, 0)

    page = browser.open("/articles/harbour/report?version=1&start=0&end=5")

    assert page.html.xpath("//input[@name='version']/@value") == ["2"]


@pytest.mark.usefixtures("token")
def test_a_redacted_entry_can_be_amended(app: Flask, ada: Browser) -> None:
    redact(app, 3)
    edit = ada.open("/desk/articles/harbour/edit")

    edit.press(
        "Publish correction",
        kind="clarification",
        notice="What entry 1 said was taken away: it named somebody who had no part in it.",
        amends="1",
    )

    assert "Amended byEntry 2" in ada.open("/corrections/1").text
    with app.app_context():
        assert log.head_size() == 6


def test_a_withdrawn_article_leads_to_no_tombstone_that_is_not_there(
    app: Flask, browser: Browser
) -> None:
    with app.app_context():
        article = make.article("harbour")
        make.correction(article)
        text = article_queries.version(article, 2).text
        make.correction(
            article, kind=CorrectionKind.RETRACTION, text=text, withholds=True, notice="Not so."
        )
        db.session.rollback()
    redact(app, 0)

    page = browser.open("/articles/harbour/versions")

    assert "Published. Redacted" in page.text
    assert not [link for link in page.links() if "/versions/" in link]
