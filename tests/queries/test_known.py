"""Reading what is known of a passage, and which cases may be about the same error."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db
from app.models import Article, Case, Report
from app.queries import articles, duplicates, known
from app.rules.passages import select, version_text
from app.rules.workflow import CaseStatus
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


LATER = make.NOW + timedelta(hours=1)
"""When nothing can be undone any more."""


def about(on: Article, number: int = 1, words: str = make.PASSAGE) -> known.Known:
    """Return what is known of words in a version of an article."""
    version = articles.version(db.session.get_one(Article, on.id), number)
    text = version_text(version.text)
    start = text.index(words)
    passage = select(text, start, start + len(words))
    return known.about(on, version, passage, LATER)


def test_readers_are_counted_once_each_with_those_of_merged_cases() -> None:
    on = make.article()
    case = make.case(on=on)
    make.report(on, same_as=case.reference)
    merged = make.case(CaseStatus.MERGED, on=on)
    root = db.session.get_one(Case, merged.merged_into_id)
    make.report(on, passage="", same_as=root.reference)

    found = about(on).cases

    assert [(each.reference, each.readers) for each in found] == [
        (case.reference, 2),
        (root.reference, 3),
    ]
    assert {each.since for each in found} == {make.NOW}


def test_what_is_decided_or_set_aside_or_elsewhere_is_not_known() -> None:
    on = make.article()
    for status in (CaseStatus.DECLINED, CaseStatus.QUARANTINED):
        make.case(status, on=on)
    make.case(on=on, passage="nobody expected more")
    make.case(on=on, passage="")

    assert about(on).cases == ()


def test_a_passage_is_followed_into_the_version_that_a_reader_has() -> None:
    on = make.article()
    case = make.case(on=on)
    make.correction(on, text=make.edited(on, "nobody", "no one"))

    assert [each.reference for each in about(on, 2).cases] == [case.reference]


def test_of_very_many_passages_those_of_the_readers_version_are_looked_for_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "_LOOKED_FOR", 1)
    on = make.article()
    old = make.case(on=on)
    make.correction(on, text=make.edited(on, "nobody", "no one"))
    new = make.case(on=on)

    assert [each.reference for each in about(on, 1).cases] == [old.reference]
    assert [each.reference for each in about(on, 2).cases] == [new.reference]


def like(case: Case) -> list[duplicates.Likeness]:
    """Return the cases that are like one, the likest first."""
    report = db.session.query(Report).filter_by(case_id=case.id).first()
    assert report is not None
    return duplicates.like(case, report)


def test_cases_are_alike_by_passage_and_by_words() -> None:
    on = make.article()
    same = make.case(on=on, problem="One thing.")
    overlapping = make.case(on=on, passage="twelve berths", problem="Two things.")
    alike = make.case(on=on, passage="", problem="The year of the opening is not right at all.")
    make.case(on=on, passage="", problem="Quite something else.")
    case = make.case(on=on, problem="The year of the opening is not right.")

    found = like(case)

    assert [each.case.id for each in found] == [same.id, overlapping.id, alike.id]
    assert [each.is_same_passage for each in found] == [True, False, False]
    assert found[2].shared_wording > 80


def test_of_very_many_reports_the_nearest_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "_COMPARED", 2)
    on = make.article()
    near = [
        make.case(on=on, problem="This."),
        make.case(on=on, passage="twelve berths", problem="That."),
    ]
    far = [make.case(on=on, passage="", problem="Quite another thing.") for _ in range(3)]
    for _ in range(3):
        make.report(on, same_as=far[0].reference)

    found = like(make.case(on=on, problem="1964 is false."))

    assert {each.case.id for each in found} == {case.id for case in near}
