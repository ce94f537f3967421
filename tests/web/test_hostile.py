"""What only somebody hostile sends: every answer is a page, and nothing is walked round."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Article, Case
from app.rules.errors import NotAllowed
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases, private_links
from tests import make
from tests.pages import Browser


@pytest.mark.parametrize("field", ["problem", "version", "email", "start"])
def test_a_file_where_a_text_belongs_is_no_text(app: Flask, browser: Browser, field: str) -> None:
    with app.app_context():
        make.article("harbour")
    data = {"kind": "factual", field: (BytesIO(b"text"), "a.txt")}

    response = browser.client.post("/articles/harbour/report", data=data)

    assert response.status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/corrections?time=1",
        "/corrections?time=0001-01",
        "/corrections?time=9999",
        "/?before=1.3000000000",
    ],
)
def test_numbers_that_no_calendar_or_database_holds_narrow_nothing(
    browser: Browser, address: str
) -> None:
    assert browser.open(address).status == 200


@pytest.mark.parametrize("name", ["articles", "corrections"])
def test_a_part_of_the_map_that_no_database_can_count_to_is_none(
    browser: Browser, name: str
) -> None:
    assert browser.client.get(f"/sitemap-{name}-999999999.xml").status_code == 404


@pytest.mark.parametrize("address", ["/", "/corrections.csv", "/static/favicon.svg"])
def test_a_time_of_a_year_that_no_number_holds_is_none(browser: Browser, address: str) -> None:
    odd = {"If-Modified-Since": "Mon, 23 Nov 9999999999 02:00:00 GMT"}

    response = browser.client.get(address, headers=odd, buffered=True)

    assert response.status_code == 200


def test_another_host_gets_a_plain_answer(app: Flask, browser: Browser) -> None:
    app.config["TRUSTED_HOSTS"] = ["ledger.example"]

    response = browser.client.get("/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil" not in response.get_data(as_text=True)


def test_what_looks_like_abuse_never_joins_a_case(app: Flask, browser: Browser) -> None:
    with app.app_context():
        make.token(make.article("harbour"))
    form = browser.open("/articles/harbour/report")
    values = dict(form.html.xpath("//form[@method='post']")[0].form_values())

    spam = {"kind": "typo", "problem": "SPAM", "website": "https://shop.example"}
    browser.send("/articles/harbour/report", {**values, **spam, "same_as": "C-0001"})

    with app.app_context():
        statuses = list(db.session.scalars(select(Case.status).order_by(Case.id)))
    assert statuses == [CaseStatus.RECEIVED, CaseStatus.QUARANTINED]


def test_who_decided_first_cannot_merge_the_appeal_away(app: Flask) -> None:
    with app.app_context():
        judge = make.staff(Role.EDITOR)
        article = make.article()
        token = make.token(article)
        case = make.case_with(token, CaseStatus.DECLINED, by=judge)
        private_links.appeal(token, at=make.NOW, text="The yearbook says 1965.")
        decoy = make.case(on=db.session.get_one(Article, article.id))
        seen = db.session.get_one(Case, case.id, populate_existing=True).version

        with pytest.raises(NotAllowed):
            cases.merge(case.id, seen=seen, by=judge, at=make.NOW, into=decoy.reference)


@pytest.mark.parametrize("act", ["reopen", "restore", "unmerge"])
def test_the_author_undoes_no_decision_of_a_colleague(app: Flask, act: str) -> None:
    status = {
        "reopen": CaseStatus.DECLINED,
        "restore": CaseStatus.QUARANTINED,
        "unmerge": CaseStatus.MERGED,
    }[act]
    with app.app_context():
        author = make.staff(Role.EDITOR, name="Noor Salleh")
        case = make.case(status)
        more = {"reason": "It was my text."} if act == "reopen" else {}

        with pytest.raises(NotAllowed):
            getattr(cases, act)(case.id, seen=case.version, by=author, at=make.NOW, **more)
