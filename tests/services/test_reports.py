"""Readers' reports: stored once, found again by their link, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Case, CaseEvent, Report
from app.queries import reports as report_queries
from app.rules.errors import Conflict, InvalidInput, NotFound, TooMany
from app.rules.kinds import ProblemKind
from app.rules.workflow import CaseStatus
from app.services import private_links, reports
from app.services.reports import ReportDraft
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def _count(table: type[Report] | type[Case] = Report) -> int:
    return db.session.scalar(select(func.count(table.id))) or 0


def test_a_report_is_stored_with_its_passage_and_a_case() -> None:
    article = make.article()

    page = report_queries.with_token(make.token(article))

    assert page.report.quote == make.PASSAGE
    assert page.report.prefix.endswith("older than the town. ")
    assert page.report.suffix.startswith(", and nobody expected")
    assert page.case.status is CaseStatus.RECEIVED
    assert page.case.due_at == make.NOW + timedelta(days=3)


def test_everything_that_the_reader_typed_is_kept() -> None:
    evidence = ("https://example.org/yearbook", "https://example.org/plaque")

    report = make.report(
        kind=ProblemKind.QUOTE,
        problem="She said 1965.\nTwice.",
        suggestion="1965",
        evidence=evidence,
        name="Nurul",
        email="nurul@example.com",
    )

    assert report.kind is ProblemKind.QUOTE
    assert report.problem == "She said 1965.\nTwice."
    assert report.suggestion == "1965"
    assert report.evidence == list(evidence)
    assert (report.reporter_name, report.reporter_email) == ("Nurul", "nurul@example.com")
    assert report.received_at == make.NOW


def test_a_report_may_be_about_no_passage() -> None:
    report = make.report(passage="")

    assert (report.quote, report.start, report.end) == ("", None, None)


def test_the_token_itself_is_not_stored() -> None:
    token = make.token()

    stored = [str(getattr(make.report_with(token), c.key)) for c in Report.__table__.columns]

    assert not any(token in value for value in stored)


def test_a_report_on_a_weekend_is_due_as_if_it_came_on_monday() -> None:
    saturday = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

    case = make.case(at=saturday)

    assert case.due_at == datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def test_the_due_date_follows_the_setting(in_app: Flask) -> None:
    in_app.config["DECISION_DAYS"] = 1

    case = make.case()

    assert case.due_at == make.NOW + timedelta(days=1)


def test_the_same_words_from_the_same_browser_are_one_report() -> None:
    article = make.article()

    first = make.token(article, browser="one")
    second = make.token(article, browser="one", at=make.NOW + timedelta(minutes=5))

    assert first == second
    assert (_count(Report), _count(Case)) == (1, 1)


def test_the_same_words_from_another_browser_are_another_report() -> None:
    article = make.article()

    first = make.token(article, browser="one")
    second = make.token(article, browser="two")

    assert first != second
    assert _count(Report) == 2


_DRAFT = ReportDraft(
    article_id=1,
    version_number=1,
    kind=ProblemKind.FACTUAL,
    passage="twelve",
    problem="ten",
    suggestion="eleven",
    evidence=("https://example.org/a",),
    name="Nurul",
    email="nurul@example.com",
)


@pytest.mark.parametrize(
    "change",
    [
        {"article_id": 2},
        {"kind": ProblemKind.TYPO},
        {"passage": "twelve berths"},
        {"problem": "ten "},
        {"suggestion": ""},
        {"evidence": ()},
        {"name": "nurul"},
        {"email": ""},
    ],
)
def test_whatever_differs_makes_another_report(change: dict[str, object]) -> None:
    other = replace(_DRAFT, **change)  # type: ignore[arg-type] # one field at a time

    assert other.fingerprint() != _DRAFT.fingerprint()


def test_words_that_are_not_in_the_article_are_answered_with_what_may_be_meant() -> None:
    with pytest.raises(InvalidInput) as refused:
        make.token(passage="It opened in 1964 with twenty berths")

    assert refused.value.field == "passage"
    assert "Do you mean “" in refused.value.message
    assert "twelve berths" in refused.value.message
    assert (_count(Report), _count(Case)) == (0, 0)


def test_words_that_are_nowhere_near_are_refused_without_a_guess() -> None:
    with pytest.raises(InvalidInput, match="Copy them from the article"):
        make.token(passage="Quantum chromodynamics is an unbroken gauge theory")

    assert _count() == 0


def test_a_report_is_about_the_version_that_its_reader_saw() -> None:
    article = make.article()
    make.correction(article)

    report = make.report(article, version_number=1)

    assert report.version_number == 1
    assert report.quote == make.PASSAGE


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_version_that_there_is_not_is_refused(number: int) -> None:
    with pytest.raises(NotFound):
        make.token(version_number=number)

    assert _count() == 0


def test_two_reports_never_share_a_reference() -> None:
    references = {make.report().reference for _ in range(20)}

    assert len(references) == 20


def test_a_report_can_be_taken_back() -> None:
    token = make.token()

    private_links.withdraw(token, at=make.NOW)

    page = report_queries.with_token(token)
    assert page.report.withdrawn_at == make.NOW
    assert page.case.status is CaseStatus.WITHDRAWN
    assert page.report.quote == make.PASSAGE


def test_a_report_is_taken_back_once() -> None:
    token = make.token()
    private_links.withdraw(token, at=make.NOW)

    with pytest.raises(Conflict, match="withdrawn"):
        private_links.withdraw(token, at=make.NOW)

    assert db.session.scalar(select(func.count(CaseEvent.id))) == 1


def test_taking_a_report_back_lets_go_of_the_case() -> None:
    token = make.token()
    case = make.case_with(token, CaseStatus.IN_REVIEW)

    private_links.withdraw(token, at=make.NOW)

    assert case.status is CaseStatus.WITHDRAWN
    assert (case.claimed_by_id, case.claimed_until) == (None, None)


@pytest.mark.parametrize("status", [CaseStatus.CORRECTED, CaseStatus.DECLINED, CaseStatus.AGREED])
def test_what_is_decided_cannot_be_taken_back(status: CaseStatus) -> None:
    token = make.token()
    case = make.case_with(token, status)

    with pytest.raises(Conflict):
        private_links.withdraw(token, at=make.NOW)

    assert case.status is status
    assert make.report_with(token).withdrawn_at is None


def test_an_answer_that_nobody_asked_for_is_refused() -> None:
    token = make.token()

    with pytest.raises(Conflict, match="no open question"):
        private_links.answer(token, at=make.NOW, text="By the way.")


@pytest.mark.parametrize("act", [private_links.answer, private_links.appeal])
def test_a_made_up_link_is_refused(act: object) -> None:
    make.token()

    with pytest.raises(NotFound):
        act("0" * 26, at=make.NOW, text="Let me in.")  # type: ignore[operator] # both alike


# --- saying the same, and being set aside -----------------------------------------------


def test_who_says_the_same_joins_the_case() -> None:
    article = make.article()
    case = make.case(CaseStatus.IN_REVIEW, on=article)

    report = make.report(article, same_as=case.reference)

    assert report.case_id == case.id
    assert report.is_seconding
    assert (_count(Report), _count(Case)) == (2, 1)


def test_who_says_the_same_as_a_merged_case_joins_its_root() -> None:
    merged = make.case(CaseStatus.MERGED)
    article = db.session.get_one(Article, merged.article_id)

    report = make.report(article, same_as=merged.reference)

    assert report.case_id == merged.merged_into_id


@pytest.mark.parametrize(
    "status",
    [CaseStatus.DECLINED, CaseStatus.CORRECTED, CaseStatus.WITHDRAWN, CaseStatus.QUARANTINED],
)
def test_nobody_joins_a_case_that_nobody_will_decide_any_more(status: CaseStatus) -> None:
    article = make.article()
    case = make.case(status, on=article, passage="")

    with pytest.raises(Conflict):
        make.token(article, same_as=case.reference, passage="")

    assert _count(Report) == 1


@pytest.mark.parametrize("same_as", ["C-9999", "C-", "nothing"])
def test_nobody_joins_a_case_that_there_is_not(same_as: str) -> None:
    with pytest.raises(NotFound):
        make.token(same_as=same_as)

    assert _count(Report) == 0


def test_nobody_joins_a_case_of_another_article() -> None:
    elsewhere = make.case().reference

    with pytest.raises(NotFound):
        make.token(make.article(), same_as=elsewhere)

    assert _count(Report) == 1


def test_what_looks_like_abuse_is_set_aside_with_the_reason_and_not_lost() -> None:
    token = make.token(is_quarantined=True, suspicion=("sent within a second", "a hidden field"))

    page = report_queries.with_token(token)

    assert page.case.status is CaseStatus.QUARANTINED
    assert page.report.suspicion == ["sent within a second", "a hidden field"]
    assert page.report.problem == "The harbour opened in 1965."
    (event,) = page.events
    assert event.reason == "sent within a second; a hidden field"


def test_a_selected_passage_counts_where_it_was_selected() -> None:
    article = make.article(body="One berth. Two berths. One berth.", key_points=(), standfirst="")
    text = "A harbour and its town\n\nOne berth. Two berths. One berth."
    second = text.rindex("One berth")

    report = make.report(article, passage="One berth", start=second)

    assert (report.start, report.end) == (second, second + len("One berth"))
    assert report.prefix.endswith("Two berths. ")


def test_a_place_at_which_something_else_stands_is_passed_over() -> None:
    article = make.article(body="One berth. Two berths.", key_points=(), standfirst="")

    report = make.report(article, passage="One berth", start=3)

    assert report.quote == "One berth"
    assert report.suffix.startswith(". Two")


def test_a_passage_can_be_checked_before_anything_is_stored() -> None:
    make.article()

    found = reports.check_passage(replace(_DRAFT, passage=make.PASSAGE))

    assert found is not None
    assert found.quote == make.PASSAGE
    assert _count(Report) == 0


def test_it_is_known_whether_a_report_was_sent_before() -> None:
    make.article()
    token = reports.token_for(_DRAFT, "one")
    before = reports.is_stored(token)

    sent = reports.submit(_DRAFT, browser="one", at=make.NOW)

    assert not before
    assert sent == token
    assert reports.is_stored(token)


def test_accepted_reports_count_against_a_limit_and_refused_ones_do_not() -> None:
    make.article()
    limits = [("1 per hour", "reports", "a browser")]
    with pytest.raises(InvalidInput):
        reports.submit(
            replace(_DRAFT, passage="not there at all, this one"),
            browser="one",
            at=make.NOW,
            limits=limits,
        )
    token = reports.submit(_DRAFT, browser="one", at=make.NOW, limits=limits)
    again = reports.submit(_DRAFT, browser="one", at=make.NOW, limits=limits)

    with pytest.raises(TooMany):
        reports.submit(replace(_DRAFT, name=""), browser="one", at=make.NOW, limits=limits)

    assert token == again
    assert (_count(Report), _count(Case)) == (1, 1)
