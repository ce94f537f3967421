"""Words that have to go are found wherever they stand, and said where they cannot be."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.extensions import WRITE, db
from app.models import Explanation
from app.queries import articles as article_queries
from app.queries import redactable, redactions
from app.queries.redactable import STAYS, Private, Public, holding
from app.rules.permissions import Role
from app.rules.texts import VersionText
from app.rules.transparency.redactions import RedactionReason
from app.rules.workflow import CaseStatus
from app.services import cases, log, private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

NAME = "Noël Ångström"
LISTS = {"key_points", "byline", "tags"}


def found(words: str) -> list[Public]:
    """Return what is public or was, and holds words."""
    return [each for article in holding(words).articles for each in article.found]


@pytest.mark.parametrize("words", ["noël ångström", "NOËL ÅNGSTRÖM", "Noël"])
@pytest.mark.parametrize(
    "part", [field.name for field in fields(VersionText) if field.name not in STAYS]
)
def test_words_are_found_in_every_part_of_a_version(part: str, words: str) -> None:
    words_there: dict[str, Any] = {part: (NAME,) if part in LISTS else NAME}
    make.article(**words_there)
    make.article()

    (only,) = found(words)

    assert (only.version, only.leaf, only.is_current) == (1, 0, True)
    assert only.held.number == 1
    assert not only.is_redactable


def test_versions_and_entries_come_by_article_in_their_order() -> None:
    first, second = make.article(headline="Harbour of Noor"), make.article()
    make.correction(first, text=make.edited(first, "town", "city"), notice="Noor said so.")
    make.correction(second, credit="a friend of Noor")

    listed = [
        (article.headline, [(each.version, each.entry, each.leaf) for each in article.found])
        for article in holding("noor").articles
    ]

    assert sorted(listed) == [
        ("A harbour and its town", [(1, None, 1), (2, None, 4), (None, 2, 5)]),
        ("Harbour of Noor", [(1, None, 0), (2, None, 2), (None, 1, 3)]),
    ]


def test_a_line_that_breaks_between_the_words_hides_nothing() -> None:
    make.article(body="It was Noor\nAngstrom.")

    (only,) = found("noor angstrom")

    assert only.held.number == 1


@pytest.mark.parametrize("words", ["100%", "a_b", "back\\slash", "/", "“quoted”", '"straight"'])
def test_signs_that_mean_something_to_a_database_are_found_as_they_are(words: str) -> None:
    make.article("one", body=f"It says {words} here.", tags=(f"tag {words}",), byline=())
    make.article("other", body="It says 100 aXb backslash here.", source_url="", byline=())

    articles = holding(words).articles

    assert [article.slug for article in articles] == ["one"]


def test_what_is_redacted_is_not_listed_any_more() -> None:
    article = make.article(body="It was Noor Angstrom.")
    make.correction(
        article, text=make.edited(article, "Noor Angstrom", "somebody"), notice="Not Angstrom."
    )
    before = holding("angstrom").leaves
    log.redact(before, reason=RedactionReason.SAFETY, by=None)

    after = found("angstrom")

    assert before == [0, 2]
    assert after == []


def test_what_is_not_in_the_log_says_so() -> None:
    article = make.article(body="It was Noor Angstrom.")
    make.correction(article, text=make.edited(article, "Noor Angstrom", "somebody"))
    db.session.rollback()
    with db.engine.execution_options(**WRITE).begin() as connection:
        for table in ("log_salts", "log_leaves"):
            if connection.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names

    (only,) = found("angstrom")

    assert only.leaf is None
    assert not only.is_redactable


def test_private_records_are_counted_by_what_becomes_of_them() -> None:
    by, article = make.staff(Role.EDITOR), make.article()
    link = make.token(article, passage=make.PASSAGE, problem="Ask Angstrom.", name="A. Angstrom")
    case = make.case_with(link, CaseStatus.WAITING_READER, by=by)
    private_links.answer(link, at=make.NOW, text="I am Angstrom.")
    cases.note(case.id, by=by, at=make.NOW, text="Angstrom again.")
    cases.note(case.id, by=by, at=make.NOW, text="And Angstrom.")
    other = make.case(on=article, passage=make.PASSAGE, problem="Nothing of it.")
    db.session.add(Explanation(title="On Angstrom", text="He.", edited_at=make.NOW))
    db.session.commit()

    all_of_it = holding("angstrom")
    quoted = holding(make.PASSAGE)

    assert [(kept.kind, kept.number, kept.cases) for kept in all_of_it.kept] == [
        (Private.REPORT, 1, (case.reference,)),
        (Private.MESSAGE, 1, (case.reference,)),
        (Private.NOTE, 2, (case.reference,)),
    ]
    assert all_of_it.canned == ["On Angstrom"]
    assert [(kept.kind, kept.number, set(kept.cases)) for kept in quoted.kept] == [
        (Private.QUOTE, 2, {case.reference, other.reference})
    ]


def test_an_explanation_of_a_decision_is_found() -> None:
    case = make.case(CaseStatus.DECLINED)

    (kept,) = holding("we looked it up, and the year").kept

    assert (kept.kind, kept.number, kept.cases) == (Private.DECISION, 1, (case.reference,))


def test_an_address_that_holds_the_words_is_named() -> None:
    make.article("what-noel-angstrom-said")

    assert holding(NAME).addresses == ["what-noel-angstrom-said"]


def test_of_very_much_the_first_is_shown_and_that_there_is_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redactable, "MOST", 2)
    for _ in range(3):
        make.article(body="Angstrom")

    some = holding("angstrom")
    none = holding("no such words")

    assert (len(some.articles), some.has_more) == (2, True)
    assert (none.articles, none.kept, none.addresses, none.has_more) == ([], [], [], False)


def test_redactions_are_listed_in_pages_the_newest_first() -> None:
    article = make.article()
    for number in range(3):
        text_now = make.edited(article, "harbour", f"harbour {number}")
        make.correction(article, text=text_now, at=make.NOW + timedelta(days=number))
    log.redact([0, 1, 2, 4], reason=RedactionReason.LEGAL, by=None)

    first = redactions.page(3)
    rest = redactions.page(3, below=first[-1].redacted.leaf)

    named = [(taken.version, taken.correction, taken.target, taken.by) for taken in first + rest]
    assert named == [(None, 2, 4, None), (None, 1, 2, None), (2, None, 1, None), (1, None, 0, None)]
    assert {taken.slug for taken in first} == {article.slug}
    assert article_queries.page(article.slug).updated_at >= first[0].redacted.at
