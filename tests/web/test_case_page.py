"""A case on one screen: the passage and its fate, the reports, what is like it, and its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.clock import now
from app.extensions import db
from app.models import Article, Case
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases as case_services
from app.services import private_links
from tests import make
from tests.pages import Browser, Page, squeezed
from tests.web.cast import (
    EDDA,
    TOMAS,
    case,
    flashed,
    post,
    sign_in,
    staff_named,
    state,
    stored,
)

SENTENCE = f"{make.PASSAGE}, and nobody expected more."


@pytest.fixture
def slug(app: Flask) -> str:
    """Return the address of an article."""
    with app.app_context():
        return make.article("harbour").slug


def change(app: Flask, old: str, new: str) -> None:
    """Publish a version of the one article there is, with ``new`` for ``old``."""
    with app.app_context():
        on = db.session.scalars(select(Article)).one()
        make.correction(on, text=make.edited(on, old, new), at=now())


def section(page: Page, name: str) -> Any:
    """Return the section of a page that a heading names."""
    return page.html.xpath("//section[@aria-labelledby=$name]", name=name)[0]


def words(element: Any) -> str:
    """Return what a part of a page says."""
    return squeezed(element.text_content())


def test_the_passage_is_marked_where_it_stood(app: Flask, triager: Browser, slug: str) -> None:
    reference = case(app, on=slug)

    page = triager.open(f"/desk/cases/{reference}")

    passage = section(page, "passage")
    assert page.heading == "A harbour and its town"
    assert [words(mark) for mark in passage.xpath(".//mark")] == [make.PASSAGE]
    assert "The harbour is older than the town." in words(passage)
    assert "Reported in version 1, which is current." in page.text
    assert not passage.find_class("since")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A second basin", "Another basin", "stands unchanged in version 2"),
        ("1964", "1965", "Changed. In version 2, which is current, there stands now:"),
        (SENTENCE, "", "Gone: version 2, which is current, does not have the passage any more."),
    ],
    ids=["unchanged", "changed", "gone"],
)
def test_the_fate_of_the_passage_is_told(
    app: Flask, triager: Browser, slug: str, old: str, new: str, said: str
) -> None:
    reference = case(app, on=slug)
    change(app, old, new)

    page = triager.open(f"/desk/cases/{reference}")

    passage = section(page, "passage")
    assert "Reported in version 1; version 2 is current." in page.text
    assert [words(mark) for mark in passage.xpath(".//mark")] == [make.PASSAGE]
    assert said in words(passage)
    assert f"/articles/{slug}/compare/1..2" in page.links()


def test_a_changed_passage_is_shown_as_it_reads_now_and_what_was_changed(
    app: Flask, triager: Browser, slug: str
) -> None:
    reference = case(app, on=slug)
    change(app, "1964", "1965")

    passage = section(triager.open(f"/desk/cases/{reference}"), "passage")

    assert [words(quote) for quote in passage.find_class("quote")] == [
        "It opened in 1965 with twelve berths"
    ]
    assert [words(each) for each in passage.xpath(".//del")] == ["Deleted: 1964"]
    assert [words(each) for each in passage.xpath(".//ins")] == ["Inserted: 1965"]


def test_a_report_without_a_passage_is_about_the_whole_article(
    app: Flask, triager: Browser, slug: str
) -> None:
    reference = case(app, on=slug, passage="")

    assert "No passage was given" in triager.open(f"/desk/cases/{reference}").text


def test_a_report_is_shown_with_all_that_its_reader_sent(
    app: Flask, triager: Browser, slug: str
) -> None:
    reference = case(
        app,
        on=slug,
        problem="It was <b>1965</b>.",
        suggestion="Say 1965.",
        name="Amara <N.>",
        email="amara@example.org",
        wants_credit=True,
    )

    reports = section(triager.open(f"/desk/cases/{reference}"), "reports")

    said = words(reports)
    expected = [
        "1 report",
        "It was <b>1965</b>.",
        "Say 1965.",
        "Amara <N.>",
        "amara@example.org",
        "May be thanked by name.",
        "Name, number or date",
        "None given",
    ]
    assert [text for text in expected if text not in said] == []


def test_evidence_is_linked_by_its_true_host_and_learns_nothing(
    app: Flask, triager: Browser, slug: str
) -> None:
    links = ("https://bank.example@photos.example/quay?n=4", "https://long.example/" + "x" * 200)
    reference = case(app, on=slug, evidence=links)

    found = section(triager.open(f"/desk/cases/{reference}"), "reports").xpath(".//dd/a")

    assert [link.get("href") for link in found] == list(links)
    assert words(found[0]) == "photos.example/quay?n=4"
    assert words(found[1]).startswith("long.example/xxx")
    assert len(words(found[1])) < 80
    assert all("noreferrer" in link.get("rel").split() for link in found)


def test_text_of_either_direction_reads_in_its_own(app: Flask, triager: Browser) -> None:
    passage, problem = "افتتح الميناء عام 1964", "التاريخ غير صحيح"
    with app.app_context():
        on = make.article(
            "mina", body=f"{passage}، ولم يتوقع أحد أكثر.", headline="الميناء", language="ar"
        )
        made = make.case(on=on, at=now(), passage=passage, problem=problem)
        case_services.note(made.id, by=make.staff(), at=now(), text="ملاحظة")

    page = triager.open("/desk/cases/C-0001")

    for text in (passage, problem, "الميناء", "ملاحظة"):
        holders = page.html.xpath("//main//*[text()[contains(., $text)]]", text=text)
        assert holders, text
        for holder in holders:
            assert holder.xpath("ancestor-or-self::*[@dir='auto']"), (text, holder.tag)
    assert section(page, "passage").xpath(".//*[@lang='ar']//mark")


def test_a_merged_case_and_the_one_it_is_in_lead_to_each_other(
    app: Flask, triager: Browser, slug: str
) -> None:
    merged = case(app, CaseStatus.MERGED, on=slug, name="Amara N.")

    page = triager.open(f"/desk/cases/{merged}")
    root = page.follow("C-0002")

    assert "Merged into C-0002: the decision is taken there." in page.text
    assert not page.has_button("Agree")
    assert f"Merged into this case: {merged}" in root.text
    assert words(section(root, "reports")).startswith("2 reports")
    assert f"merged from {merged}" in words(section(root, "reports"))
    assert "Amara N." in root.text


def test_likely_duplicates_are_shown_with_the_reason(
    app: Flask, triager: Browser, slug: str
) -> None:
    same = case(app, on=slug)
    overlapping = case(app, on=slug, passage="1964 with twelve berths, and", problem="No.")
    unlike = case(app, on=slug, passage="A second basin", problem="There was none at all.")
    reference = case(app, on=slug)

    likely = section(triager.open(f"/desk/cases/{reference}"), "likely")

    first, second = [words(row) for row in likely.xpath(".//li")]
    assert f"{same} the same passage, readers’ words alike by 100 %" in first
    assert f"{overlapping} an overlapping passage" in second
    assert unlike not in words(likely)


def test_a_likely_duplicate_can_be_merged_at_once(app: Flask, triager: Browser, slug: str) -> None:
    root, reference = case(app, on=slug), case(app, on=slug)

    triager.open(f"/desk/cases/{reference}").press(f"Merge into {root}")

    assert state(app, reference) is CaseStatus.MERGED
    assert state(app, root) is CaseStatus.RECEIVED


def test_other_articles_with_the_same_words_are_named(
    app: Flask, triager: Browser, slug: str
) -> None:
    with app.app_context():
        make.article("copy", headline="A copy of the harbour")
        make.article("other", headline="Another matter", body="Nothing of the kind.")
    reference = case(app, on=slug)

    page = triager.open(f"/desk/cases/{reference}")

    likely = section(page, "likely")
    assert "The same words stand in one other article: A copy of the harbour" in words(likely)
    assert "/articles/copy" in page.links()
    assert "Another matter" not in page.text


def test_what_looks_odd_about_a_report_is_said(app: Flask, triager: Browser, slug: str) -> None:
    reference = case(app, on=slug, suspicion=("sent within a few seconds", "two links"))

    page = triager.open(f"/desk/cases/{reference}")

    assert "Beware sent within a few seconds; two links" in page.text


def test_what_was_known_of_the_article_before_is_shown(
    app: Flask, triager: Browser, slug: str
) -> None:
    declined = case(app, CaseStatus.DECLINED, on=slug)
    change(app, "twelve", "ten")
    reference = case(app, on=slug, passage="A second basin")

    before = section(triager.open(f"/desk/cases/{reference}"), "before")

    assert "Correction 1" in words(before)
    assert declined in words(before)
    assert "accurate as published" in words(before)


@pytest.mark.parametrize("role", [Role.TRIAGER, Role.ADMIN])
def test_who_wrote_the_article_may_comment_and_not_decide(
    app: Flask, slug: str, role: Role
) -> None:
    author = sign_in(app, "NOOR salleh", role)
    reference = case(app, on=slug)

    page = author.open(f"/desk/cases/{reference}")
    noted = page.press("Add note", text="I remember it as 1964.")
    tries = [
        (reference, "ask", {"question": "Where?"}),
        (reference, "agree", {}),
        (reference, "decline", {"reason": "opinion", "explanation": "No."}),
        (reference, "merge", {"into": case(app, on=slug)}),
        (reference, "quarantine", {"why": "Spam."}),
        (case(app, CaseStatus.QUARANTINED, on=slug), "restore", {}),
        (case(app, CaseStatus.MERGED, on=slug), "unmerge", {}),
        (case(app, CaseStatus.DECLINED, on=slug), "reopen", {"why": "I was right."}),
    ]
    refused = {
        action: post(app, author, which, action, **fields).status for which, action, fields in tries
    }

    assert "Your name stands in the byline of this article" in page.text
    offered = ["Agree", "Decline", "Ask the reader", "Merge", "Quarantine"]
    assert [button for button in offered if page.has_button(button)] == []
    assert "I remember it as 1964." in noted.text
    assert set(refused.values()) == {403}, refused
    assert state(app, reference) is CaseStatus.RECEIVED


def test_an_appeal_is_for_another_person_than_who_decided(app: Flask) -> None:
    edda, tomas = sign_in(app), sign_in(app, TOMAS)
    with app.app_context():
        token = make.token(at=now())
        make.case_with(token, CaseStatus.DECLINED, by=staff_named(EDDA), at=now())
        private_links.appeal(token, at=now(), text="The yearbook says 1965.")

    own, other = edda.open("/desk/cases/C-0001"), tomas.open("/desk/cases/C-0001")
    refused = post(app, edda, "C-0001", "agree")

    assert "The appeal is against your decision" in own.text
    assert not own.has_button("Agree")
    assert other.has_button("Agree")
    assert "The yearbook says 1965." in other.text
    assert refused.status == 403
    assert state(app, "C-0001") is CaseStatus.IN_REVIEW


def test_notes_stand_with_their_authors_and_only_at_the_desk(
    app: Flask, triager: Browser, slug: str
) -> None:
    sign_in(app, TOMAS)
    with app.app_context():
        token = make.token(at=now())
        made = make.report_with(token).case_id
        case_services.note(
            made, by=staff_named(TOMAS), at=now(), text="<b>Ask</b> the port.\nAnd the town."
        )

    page = triager.open(f"/desk/cases/C-{made:04}")
    status = Browser(app.test_client()).open(f"/reports/{token}")

    assert f"{TOMAS} <b>Ask</b> the port. And the town." in words(section(page, "notes"))
    assert "the port" not in status.text


def test_the_history_says_who_did_what_newest_first(app: Flask, slug: str) -> None:
    edda = sign_in(app)
    sign_in(app, TOMAS)
    start = now() - timedelta(hours=3)
    reference = case(app, CaseStatus.DECLINED, by=TOMAS, on=slug, at=start)
    with app.app_context():
        found = db.session.get_one(Case, 1)
        case_services.reopen(
            found.id,
            seen=found.version,
            by=staff_named(EDDA),
            at=now() - timedelta(hours=2),
            reason="The yearbook disagrees.",
        )

    history = section(edda.open(f"/desk/cases/{reference}"), "history")

    reopened, declined, claimed, arrived = [words(line) for line in history.xpath(".//li")]
    assert reopened.startswith("You took it up again")
    assert reopened.endswith("The yearbook disagrees.")
    assert declined.startswith(f"{TOMAS} declined it")
    assert "Accurate as published: the port's own records" in declined
    assert "Told the reader: We looked it up, and the year is right." in declined
    assert claimed.startswith(f"{TOMAS} claimed it")
    assert arrived.startswith("A reader sent R-")


def test_a_decided_case_says_at_its_head_what_was_decided(
    app: Flask, triager: Browser, slug: str
) -> None:
    declined = case(app, CaseStatus.DECLINED, on=slug)
    corrected = case(app, CaseStatus.CORRECTED, on=slug)

    first, second = (triager.open(f"/desk/cases/{each}") for each in (declined, corrected))

    standing = words(first.html.find_class("standing")[0])
    assert "We looked it up, and the year is right." in standing
    assert "published entry 1" in words(second.html.find_class("standing")[0])
    assert "/corrections/1" in second.links()


def test_a_withdrawn_report_stays_visible_as_such(app: Flask, triager: Browser, slug: str) -> None:
    reference = case(app, CaseStatus.WITHDRAWN, on=slug)

    page = triager.open(f"/desk/cases/{reference}")

    assert "Withdrawn" in words(section(page, "reports"))
    assert not page.has_button("Agree")


def test_a_reference_that_is_none_has_no_page(app: Flask, triager: Browser, slug: str) -> None:
    case(app, on=slug)
    odd = ["C-9999", "C-1", "c-0001", "R-0001", "C-99999999999", "x"]

    assert {each: triager.open(f"/desk/cases/{each}").status for each in odd} == dict.fromkeys(
        odd, 404
    )


def test_a_page_asks_the_database_as_often_whatever_there_is(
    app: Flask, triager: Browser, slug: str
) -> None:
    reference = case(app, on=slug)
    few = asked(app, triager, reference)
    for _ in range(12):
        case(app, on=slug)
    for number in range(5):
        case(app, on=slug, same_as=reference, problem=f"The same, {number}.")

    assert asked(app, triager, reference) == few


def asked(app: Flask, browser: Browser, reference: str) -> int:
    """Return how many statements the database gets for the page of a case."""
    statements: list[str] = []

    def listen(*told: Any) -> None:
        statements.append(told[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    browser.open(f"/desk/cases/{reference}")
    event.remove(engine, "before_cursor_execute", listen)
    return len(statements)


def test_a_report_is_split_off_from_the_page(app: Flask, triager: Browser, slug: str) -> None:
    reference = case(app, on=slug)
    case(app, on=slug, same_as=reference, problem="Twelve, not ten.", name="Amara N.")
    page = triager.open(f"/desk/cases/{reference}")
    name = page.html.xpath("//button[starts-with(., 'Make it a case of its own')]")[1]

    own = page.press(words(name))

    assert own.url == "/desk/cases/C-0002"
    assert f"C-0002 is a case of its own, split from {reference}." in flashed(own)
    assert "Amara N." in own.text
    assert f"You split it from {reference}" in own.text
    left = triager.open(f"/desk/cases/{reference}")
    assert "Amara N." not in left.text
    assert "You made a report a case of its own, C-0002" in left.text
    assert "Make it a case of its own" not in left.text


def test_cases_with_the_same_words_are_related_and_show_each_other(
    app: Flask, triager: Browser, slug: str
) -> None:
    with app.app_context():
        make.article("copy", headline="A copy of the harbour")
    first, second = case(app, on=slug), case(app, on="copy")

    page = triager.open(f"/desk/cases/{first}").press(f"Relate to {second}")
    other = triager.open(f"/desk/cases/{second}")

    assert "A copy of the harbour" in words(section(page, "related"))
    assert first in words(section(other, "related"))
    apart = other.press(f"Not related {first}")
    assert first not in words(section(apart, "related"))
    assert f"does not belong together with {first}" in apart.text


def test_a_related_case_is_named_by_its_reference(app: Flask, triager: Browser, slug: str) -> None:
    reference, other = case(app, on=slug), case(app)
    page = triager.open(f"/desk/cases/{reference}")

    wrong = page.press("Relate", other="nonsense")
    right = wrong.press("Relate", other=other.lower())

    assert wrong.status == 422
    assert "Give the reference of another case" in wrong.text
    assert other in words(section(right, "related"))


def test_who_judged_first_does_not_decide_the_case_that_the_appeal_was_merged_into(
    app: Flask, slug: str
) -> None:
    edda, tomas = sign_in(app), sign_in(app, TOMAS)
    root = case(app, on=slug)
    with app.app_context():
        token = make.token(db.session.scalars(select(Article)).one(), at=now())
        made = make.case_with(token, CaseStatus.DECLINED, by=staff_named(EDDA), at=now())
        appealed = made.reference
        private_links.appeal(token, at=now(), text="The yearbook says 1965.")
    tomas.open(f"/desk/cases/{appealed}").press("Merge", into=root)

    page = edda.open(f"/desk/cases/{root}")
    refused = post(app, edda, root, "agree")

    assert "The appeal is against your decision" in page.text
    assert not page.has_button("Agree")
    assert refused.status == 403
    assert state(app, root) is CaseStatus.RECEIVED


def test_a_note_of_who_wrote_the_article_is_marked(app: Flask, slug: str) -> None:
    reference = case(app, on=slug)
    author = sign_in(app, "Noor Salleh")

    page = author.open(f"/desk/cases/{reference}").press("Add note", text="I have the source.")

    assert "Noor Salleh wrote the article I have the source." in words(section(page, "notes"))


def test_a_note_renews_one_s_own_claim_alone(app: Flask, slug: str) -> None:
    edda, tomas = sign_in(app), sign_in(app, TOMAS)
    early = now() - timedelta(minutes=20)
    reference = case(app, CaseStatus.IN_REVIEW, by=EDDA, on=slug, at=early)
    until = stored(app, reference).claimed_until

    tomas.open(f"/desk/cases/{reference}").press("Add note", text="I know the port.")
    after_his = stored(app, reference).claimed_until
    edda.open(f"/desk/cases/{reference}").press("Add note", text="So do I.")

    assert after_his == until
    assert (stored(app, reference).claimed_until or now()) > now() + timedelta(minutes=29)
    assert stored(app, reference).claimed_since == early
