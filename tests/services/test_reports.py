"""Readers' reports: stored once, found again by their link, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Report
from app.queries import reports as report_queries
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.workflow import CaseStatus
from app.services import reports
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def test_a_report_is_stored_with_its_passage_and_a_case() -> None:
    article = make.article()

    page = report_queries.with_token(make.token(article))

    assert page.report.quote == make.PASSAGE
    assert page.report.prefix.endswith("older than the town. ")
    assert page.case.status is CaseStatus.RECEIVED
    assert page.case.due_at == make.NOW + timedelta(days=3)


def test_the_same_words_from_the_same_browser_are_one_report() -> None:
    article = make.article()

    first = make.token(article, browser="one")
    second = make.token(article, browser="one", at=make.NOW + timedelta(minutes=5))

    assert first == second
    assert db.session.scalar(select(func.count(Report.id))) == 1
