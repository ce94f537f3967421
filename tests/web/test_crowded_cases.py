"""A case that very many readers report: its page stays short, and everything is reached."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Article, Report
from app.queries import case_reports
from app.web.desk import grouping
from tests import make
from tests.pages import Browser, Page
from tests.web.cast import case
from tests.web.test_case_page import section, words


@pytest.fixture
def slug(app: Flask) -> str:
    """Return the address of an article."""
    with app.app_context():
        return make.article("harbour").slug


def crowded(app: Flask, slug: str, number: int) -> tuple[str, list[str]]:
    """Make a case that ``number`` readers reported; return its reference, and theirs in order."""
    reference = case(app, on=slug)
    with app.app_context():
        on = db.session.scalars(select(Article).where(Article.slug == slug)).one()
        first = db.session.scalars(select(Report)).one().reference
        later = [make.report(on, same_as=reference).reference for _ in range(number - 1)]
    return reference, [first, *later]


def test_very_many_reports_are_folded_and_all_are_reached(
    app: Flask, triager: Browser, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_reports, "FEW", 3)
    monkeypatch.setattr(grouping, "REPORTS", 4)
    reference, sent = crowded(app, slug, 7)

    page = triager.open(f"/desk/cases/{reference}")
    listed = page.follow("4 more reports, and all in the order in which they came")
    later = listed.follow("Later reports")

    def shown(on: Page) -> list[str]:
        return [each for each in sent if each in words(on.html.xpath("//main//ol")[0])]

    reports = section(page, "reports")
    assert words(reports).startswith("7 reports")
    assert [each for each in sent if each in words(reports)] == [sent[0], *sent[-2:]]
    assert (shown(listed), shown(later)) == (sent[:4], sent[4:])
    assert later.follow("The first reports").heading == f"7 reports on {reference}"


def test_each_of_very_many_reports_can_be_split_off(
    app: Flask, triager: Browser, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_reports, "FEW", 2)
    reference, sent = crowded(app, slug, 4)

    alone = triager.open(f"/desk/cases/{reference}/reports").press(
        f"Make it a case of its own {sent[1]}"
    )

    assert sent[1] in words(section(alone, "reports"))
    assert words(section(triager.open(f"/desk/cases/{reference}"), "reports")).startswith("3 ")


def test_a_page_past_the_last_report_is_empty(app: Flask, triager: Browser, slug: str) -> None:
    reference, _sent = crowded(app, slug, 2)

    page = triager.open(f"/desk/cases/{reference}/reports?after=999999999")

    assert page.status == 200
    assert page.follow("The first reports").status == 200
