"""Reporting an error: the form, what is known, the last look, and what is done against abuse."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Case, Report
from app.queries import articles
from app.rules.passages import version_text
from app.rules.proof_of_work import BITS, is_proof
from app.rules.texts import VersionText
from app.rules.workflow import CaseStatus
from app.services import throttle
from app.web import senders
from app.web.public import suspicion
from tests import make
from tests.pages import Browser, Page

GOOD = {"kind": "factual", "passage": make.PASSAGE, "problem": "It opened in 1965."}


@pytest.fixture
def slug(app: Flask) -> str:
    """Return the address of an article."""
    with app.app_context():
        return make.article("harbour").slug


def sent(browser: Browser, slug: str, **fields: str) -> Page:
    """Send a report about an article."""
    return browser.open(f"/articles/{slug}/report").press("Send report", **{**GOOD, **fields})


def reports(app: Flask) -> list[Report]:
    """Return all reports."""
    with app.app_context():
        return list(db.session.scalars(select(Report).order_by(Report.id)))


def statuses(app: Flask) -> list[CaseStatus]:
    """Return the states of all cases."""
    with app.app_context():
        return list(db.session.scalars(select(Case.status).order_by(Case.id)))


def test_a_report_gets_a_receipt_with_a_private_link(
    app: Flask, browser: Browser, slug: str
) -> None:
    receipt = sent(browser, slug)

    assert receipt.heading == "We have your report"
    assert reports(app)[0].reference in receipt.text
    status = browser.open(receipt.url.removesuffix("/receipt"))
    assert status.heading == f"Your report {reports(app)[0].reference}"


def test_the_receipt_can_be_kept_as_a_text_file(browser: Browser, slug: str) -> None:
    receipt = sent(browser, slug)

    file = browser.client.get(receipt.url + ".txt")

    assert file.mimetype == "text/plain"
    assert receipt.url.removesuffix("/receipt") in file.get_data(as_text=True)


def test_the_same_form_sent_twice_is_one_report(app: Flask, browser: Browser, slug: str) -> None:
    form = browser.open(f"/articles/{slug}/report")

    first = form.press("Send report", **GOOD)
    second = form.press("Send report", **GOOD)

    assert first.url == second.url
    assert len(reports(app)) == 1


def test_the_same_words_from_a_fresh_form_of_the_same_browser_are_one_report(
    app: Flask, browser: Browser, slug: str
) -> None:
    first = sent(browser, slug)

    second = sent(browser, slug)

    assert first.url == second.url
    assert len(reports(app)) == 1


def test_fifty_at_once_are_one_report(app: Flask, browser: Browser, slug: str) -> None:
    form = browser.open(f"/articles/{slug}/report")
    cookie = browser.client.get_cookie("corrigenda")
    assert cookie is not None

    def send(_number: int) -> str:
        twin = app.test_client()
        twin.set_cookie("corrigenda", cookie.value)
        values = dict(form.html.xpath("//form[@method='post']")[0].form_values())
        return str(twin.post(form.url, data={**values, **GOOD}).location)

    with ThreadPoolExecutor(10) as pool:
        places = set(pool.map(send, range(50)))

    assert len(places) == 1
    assert len(reports(app)) == 1


def test_two_readers_with_the_same_words_are_two_reports(app: Flask, slug: str) -> None:
    for _ in range(2):
        form = sent(Browser(app.test_client()), slug)
        if form.heading == "Check your answers":
            form.press("Send report")

    assert len(reports(app)) == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("problem", "", "Say what is wrong"),
        ("kind", "", "Choose one"),
        ("kind", "nonsense", "Choose one"),
        ("problem", "x" * 5001, "1 too many"),
        ("problem", "x" * 1_000_000, "too many"),
        ("passage", "x" * 2001, "1 too many"),
        ("passage", "words that stand nowhere", "do not stand in version 1"),
        ("passage", "It opened in 1946 with twelve berths", "Do you mean “It opened in 1964"),
        ("suggestion", "x" * 2001, "1 too many"),
        ("evidence", "example.org/photo", "is no web address"),
        ("evidence", "javascript:alert(1)", "is no web address"),
        ("evidence", "\n".join(["https://example.org/"] * 11), "At most 10 links"),
        ("name", "x" * 121, "1 too many"),
        ("name", "Amara\r\nBcc: all@example.org", "cannot be used"),
        ("email", "amara.example.org", "has no @"),
        ("email", "amara@example", "one whole address"),
        ("email", "a@example.org, b@example.org", "one whole address"),
        ("email", "a@example.org\nBcc: b@example.org", "one whole address"),
        ("email", "x" * 250 + "@example.org", "one whole address"),
        ("problem", "zero\0byte", "Character 5 cannot be used"),
        ("name", "bell\a", "Character 5 cannot be used"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence_beside_the_field_and_is_kept(
    app: Flask, browser: Browser, slug: str, field: str, value: str, sentence: str
) -> None:
    page = sent(browser, slug, **{field: value})

    assert page.status == 422
    assert sentence in page.text
    assert "Nothing you typed is lost." in page.text
    if field != "problem":
        assert "It opened in 1965." in page.text
    assert reports(app) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "{{ 7 * 7 }} {% raw %}",
        "אב \u202egnorw\u202c zero\u200bwidth",
        "line\r\nline",
        "Ａ ﷽ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    ],
)
def test_odd_text_is_kept_as_it_is_and_shown_as_text(
    app: Flask, browser: Browser, slug: str, text: str
) -> None:
    receipt = sent(browser, slug, problem=text)

    assert receipt.heading == "We have your report"
    assert reports(app)[0].problem == text.replace("\r\n", "\n")
    assert not receipt.html.xpath("//main//script")


def test_a_lone_surrogate_gets_an_answer(browser: Browser, slug: str) -> None:
    browser.open(f"/articles/{slug}/report")

    response = browser.client.post(
        f"/articles/{slug}/report",
        data=b"problem=%ED%A0%80&kind=factual",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 422


def test_a_stale_page_keeps_what_was_typed(browser: Browser, slug: str) -> None:
    form = browser.open(f"/articles/{slug}/report")
    browser.client.delete_cookie("corrigenda")

    page = form.press("Send report", **GOOD)

    assert page.status == 422
    assert "open for too long" in page.text
    assert "It opened in 1965." in page.text
    assert page.press("Send report").heading == "We have your report"


def test_a_request_that_is_too_large_is_refused(app: Flask, browser: Browser, slug: str) -> None:
    limit = app.config["MAX_REQUEST_BYTES"]

    response = browser.client.post(f"/articles/{slug}/report", data={"problem": "x" * limit})

    assert response.status_code == 413


def test_a_report_is_about_the_version_that_its_reader_saw(
    app: Flask, browser: Browser, slug: str
) -> None:
    with app.app_context():
        article = db.session.scalars(select(Article)).one()
        make.correction(article, text=make.edited(article, "1964", "1965"))

    page = browser.open(f"/articles/{slug}/report?version=1").press("Send report", **GOOD)
    if page.heading == "Check your answers":
        page = page.press("Send report")

    assert page.heading == "We have your report"
    assert reports(app)[0].version_number == 1


def test_a_selected_passage_is_filled_in_by_its_place(
    app: Flask, browser: Browser, slug: str
) -> None:
    text = version_text(make_text(app))
    start = text.rindex("1964")

    form = browser.open(f"/articles/{slug}/report?version=1&start={start}&end={start + 4}")
    form.press("Send report", kind="factual", problem="No, 1965.")

    assert form.html.xpath("//textarea[@name='passage']")[0].text.strip() == "1964"
    assert (reports(app)[0].quote, reports(app)[0].start) == ("1964", start)


def make_text(app: Flask) -> VersionText:
    """Return what the article says."""
    with app.app_context():
        return articles.page("harbour").version.text


@pytest.mark.parametrize("place", ["start=9&end=5", "start=x&end=9", "start=0&end=99999", "end=5"])
def test_a_place_that_cannot_be_fills_in_nothing(browser: Browser, slug: str, place: str) -> None:
    form = browser.open(f"/articles/{slug}/report?version=1&{place}")

    assert form.status == 200
    assert not (form.html.xpath("//textarea[@name='passage']")[0].text or "").strip()


@pytest.mark.parametrize("route", ["opinion", "complaint", "removal", "question"])
def test_what_is_no_error_is_told_where_it_goes_and_not_stored(
    app: Flask, browser: Browser, slug: str, route: str
) -> None:
    page = sent(browser, slug, kind=route)

    assert page.heading == "This goes somewhere else"
    assert "Nothing has been sent" in page.text
    assert page.html.xpath("//main//a[starts-with(@href, 'mailto:')]")
    assert reports(app) == []


def test_it_may_be_an_error_after_all(app: Flask, browser: Browser, slug: str) -> None:
    routed = sent(browser, slug, kind="opinion")

    form = routed.press("It is an error after all")
    receipt = form.press("Send report", kind="factual")

    assert receipt.heading == "We have your report"
    assert reports(app)[0].problem == "It opened in 1965."


def test_answers_are_checked_only_where_an_address_or_evidence_is_given(
    app: Flask, browser: Browser, slug: str
) -> None:
    page = sent(browser, slug, email="amara@example.org", evidence="https://example.org/year")

    assert page.heading == "Check your answers"
    assert "amara@example.org" in page.text
    assert reports(app) == []
    assert page.press("Send report").heading == "We have your report"
    assert reports(app)[0].reporter_email == "amara@example.org"


def test_something_can_be_changed_at_the_last_look(browser: Browser, slug: str) -> None:
    page = sent(browser, slug, email="amara@example.org")

    form = page.press("Change something")

    assert form.heading == "Report an error"
    assert form.html.xpath("//input[@name='email']/@value") == ["amara@example.org"]
    assert "It opened in 1965." in form.text


def test_what_is_known_of_a_passage_is_shown_before_anything_is_sent(
    app: Flask, browser: Browser, slug: str
) -> None:
    with app.app_context():
        make.token(db.session.scalars(select(Article)).one(), problem="A reader’s own words.")

    page = sent(browser, slug, passage="in 1964 with twelve")

    assert "Already known about this passage" in page.text
    assert "One reader told us" in page.text
    assert "A reader’s own words." not in page.response.get_data(as_text=True)
    assert len(reports(app)) == 1


def test_mine_is_the_same_counts_and_follows_the_case(
    app: Flask, browser: Browser, slug: str
) -> None:
    with app.app_context():
        make.token(db.session.scalars(select(Article)).one())

    receipt = sent(browser, slug, passage="in 1964 with twelve").press("Mine is the same")

    first, second = reports(app)
    assert receipt.heading == "We have your report"
    assert second.case_id == first.case_id
    assert second.is_seconding
    assert statuses(app) == [CaseStatus.RECEIVED]


def test_a_case_that_is_decided_meanwhile_cannot_be_seconded(
    app: Flask, browser: Browser, slug: str
) -> None:
    with app.app_context():
        token = make.token(db.session.scalars(select(Article)).one())
    known = sent(browser, slug, passage="in 1964 with twelve")
    with app.app_context():
        make.case_with(token, CaseStatus.DECLINED)

    page = known.press("Mine is the same")

    assert page.status == 409
    assert "decided meanwhile" in page.text
    assert "It opened in 1965." in page.text


def test_a_correction_of_the_passage_is_shown_to_who_reads_an_old_version(
    app: Flask, browser: Browser, slug: str
) -> None:
    with app.app_context():
        article = db.session.scalars(select(Article)).one()
        make.correction(article, text=make.edited(article, "1964", "1965"))

    form = browser.open(f"/articles/{slug}/report?version=1").press("Send report", **GOOD)

    assert "Already known about this passage" in form.text
    assert form.html.xpath("//main//a[@href='/corrections/1']")


def test_a_name_is_thanked_only_where_its_owner_asks_for_it(
    app: Flask, browser: Browser, slug: str
) -> None:
    refused = sent(browser, slug, wants_credit="y")
    sent(browser, slug, wants_credit="y", name="Amara N.")

    assert refused.status == 422
    assert "Write the name that is to be thanked." in refused.text
    assert reports(app)[0].wants_credit


def test_a_program_that_fills_in_everything_is_set_aside_and_not_dropped(
    app: Flask, browser: Browser, slug: str
) -> None:
    receipt = sent(browser, slug, website="https://shop.example")

    assert receipt.heading == "We have your report"
    assert statuses(app) == [CaseStatus.QUARANTINED]
    assert "people leave empty" in reports(app)[0].suspicion[0]


def test_haste_is_flagged_and_nothing_more(app: Flask, browser: Browser, slug: str) -> None:
    sent(browser, slug)

    assert reports(app)[0].suspicion == ["sent within a few seconds"]
    assert statuses(app) == [CaseStatus.RECEIVED]


def test_a_forged_mark_of_time_is_flagged(app: Flask, browser: Browser, slug: str) -> None:
    sent(browser, slug, opened="report.forged")

    assert "without the mark" in reports(app)[0].suspicion[0]


def test_under_pressure_work_is_asked_for_and_without_it_a_report_is_set_aside(
    app: Flask, browser: Browser, slug: str
) -> None:
    app.config["PRESSURE_PER_HOUR"] = 1
    sent(browser, slug)

    sent(browser, slug, problem="And another.", passage="The harbour is older")
    form = browser.open(f"/articles/{slug}/report")
    challenge = form.html.xpath("//input[@name='opened']/@value")[0]
    proof = next(str(n) for n in count() if is_proof(challenge, str(n)))
    form.press("Send report", kind="typo", problem="A third.", work=proof)

    assert form.html.xpath("//form/@data-work") == [challenge]
    assert statuses(app) == [
        CaseStatus.RECEIVED,
        CaseStatus.QUARANTINED,
        CaseStatus.RECEIVED,
    ]


def test_a_proof_of_work_is_what_it_says() -> None:
    challenge = "challenge"

    proof = next(str(n) for n in count() if is_proof(challenge, str(n)))

    digest = hashlib.sha256(f"{challenge}:{proof}".encode()).digest()
    assert f"{int.from_bytes(digest, 'big'):0256b}".startswith("0" * BITS)
    assert not is_proof("another", proof) or not is_proof("a third", proof)
    assert not is_proof(challenge, "")


def test_limits_count_accepted_reports_only(
    app: Flask, browser: Browser, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspicion, "PER_ADDRESS", "2 per hour")
    for _ in range(5):
        sent(browser, slug, problem="")

    first = sent(browser, slug, passage="")
    second = sent(browser, slug, passage="", problem="Another one.")
    third = sent(browser, slug, passage="", problem="One too many.")

    assert (first.heading, second.heading) == ("We have your report", "We have your report")
    assert third.status == 429
    assert "tried too often" in third.text
    assert "One too many." in third.text
    assert len(reports(app)) == 2


def test_a_household_counts_as_one_and_nobody_can_turn_its_name_back(app: Flask) -> None:
    def name(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return senders.sender()

    assert name("2001:db8::1") == name("2001:db8::ffff:1")
    assert name("2001:db8::1") != name("2001:db8:0:1::1")
    assert name("192.0.2.1") != name("192.0.2.2")
    assert "192" not in name("192.0.2.1")


def test_no_raw_address_is_kept(app: Flask, browser: Browser, slug: str) -> None:
    browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.77"

    sent(browser, slug)

    with app.app_context():
        db.session.execute(select(func.count(Report.id)))
        database = db.engine.url.database or ""
        assert throttle.used(suspicion.EVERYBODY, "reports") == 1
    with open(database, "rb") as file:  # noqa: PTH123 - the database's own path
        assert b"203.0.113.77" not in file.read()
