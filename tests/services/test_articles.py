"""Articles come in: published, or imported, and never silently edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Correction, Version
from app.queries import articles as article_queries
from app.queries import corrections as correction_queries
from app.rules.errors import InvalidInput
from app.rules.kinds import CorrectionKind, VersionReason
from app.rules.texts import ArticleDraft, VersionText
from app.services import articles
from app.services.articles import Outcome, UndeclaredChange
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

TEXT = VersionText(
    headline="A harbour and its town",
    standfirst="How a small port grew.",
    body="It opened in 1964.",
    key_points=("It opened in 1964.",),
    byline=("Noor Salleh", "Tan Wei"),
    section="Ports",
    tags=("sea",),
    source_name="The yearbook",
    source_url="https://example.org/yearbook",
    ai_disclosure="None was used.",
    language="en",
    image_url="/harbour.jpg",
    image_alt="A quay.",
    image_caption="The quay.",
)
DRAFT = ArticleDraft("a-harbour", TEXT, make.NOW - timedelta(days=400))
CHANGED = replace(DRAFT, text=replace(TEXT, body="It opened in 1965."))


def _bring(draft: ArticleDraft, origin: str = "harbour.md", **declared: object) -> Outcome:
    return articles.bring_in(draft, origin=origin, at=make.NOW, **declared)  # type: ignore[arg-type] # as the command does


def _count(of: type[Version] | type[Correction] | type[Article]) -> int:
    return db.session.scalar(select(func.count(of.id))) or 0


def test_a_published_article_says_all_that_its_author_wrote() -> None:
    articles.publish(DRAFT, at=make.NOW)

    page = article_queries.page("a-harbour")
    assert page.version.text == TEXT
    assert page.article.published_at == DRAFT.published_at
    assert [line.reason for line in page.history] == [VersionReason.PUBLISHED]
    assert _count(Correction) == 0


def test_an_article_without_a_date_is_published_now() -> None:
    articles.publish(replace(DRAFT, published_at=None), at=make.NOW)

    assert article_queries.with_slug("a-harbour").published_at == make.NOW


def test_a_new_file_becomes_an_article() -> None:
    outcome = _bring(DRAFT)

    page = article_queries.page("a-harbour")
    assert outcome is Outcome.CREATED
    assert page.article.origin == "harbour.md"
    assert [line.reason for line in page.history] == [VersionReason.IMPORTED]


def test_the_same_file_changes_nothing() -> None:
    _bring(DRAFT)

    outcome = _bring(DRAFT)

    assert outcome is Outcome.UNCHANGED
    assert (_count(Article), _count(Version), _count(Correction)) == (1, 1, 0)


def test_changed_text_without_a_declaration_is_refused() -> None:
    _bring(DRAFT)

    with pytest.raises(UndeclaredChange, match="--reason"):
        _bring(CHANGED)

    assert _count(Version) == 1
    assert article_queries.page("a-harbour").version.body == "It opened in 1964."


@pytest.mark.parametrize(
    "part", [name for name in VersionText.__slots__ if name not in ("headline", "body")]
)
def test_a_change_of_any_part_is_a_change(part: str) -> None:
    _bring(DRAFT)
    other: object = () if isinstance(getattr(TEXT, part), tuple) else "another"
    changed = replace(DRAFT, text=replace(TEXT, **{part: other}))  # type: ignore[arg-type] # ditto

    with pytest.raises(UndeclaredChange):
        _bring(changed)


@pytest.mark.parametrize("kind", [CorrectionKind.CORRECTION, CorrectionKind.UPDATE])
def test_declared_changes_become_a_version_and_an_entry(kind: CorrectionKind) -> None:
    _bring(DRAFT)

    outcome = _bring(CHANGED, declared=kind, notice="The harbour opened in 1965.")

    entry = correction_queries.numbered(1)
    assert outcome is Outcome.REVISED
    assert article_queries.page("a-harbour").version.body == "It opened in 1965."
    assert (entry.kind, entry.notice) == (kind, "The harbour opened in 1965.")
    assert (entry.from_version, entry.to_version) == (1, 2)


def test_a_declaration_of_nothing_leaves_no_entry() -> None:
    _bring(DRAFT)

    outcome = _bring(DRAFT, declared=CorrectionKind.UPDATE, notice="Nothing happened.")

    assert outcome is Outcome.UNCHANGED
    assert _count(Correction) == 0


def test_another_file_of_the_same_name_gets_an_address_of_its_own() -> None:
    _bring(DRAFT, "one.md")
    _bring(DRAFT, "two.md")

    _bring(DRAFT, "three.md")

    slugs = db.session.scalars(select(Article.slug).order_by(Article.id)).all()
    assert slugs == ["a-harbour", "a-harbour-2", "a-harbour-3"]


def test_an_imported_article_keeps_its_address_when_its_headline_changes() -> None:
    _bring(DRAFT)
    moved = replace(CHANGED, slug="quite-another")

    _bring(moved, declared=CorrectionKind.MINOR, notice="The headline was misspelt.")

    assert db.session.scalars(select(Article.slug)).all() == ["a-harbour"]


def test_a_change_is_compared_with_what_is_public_now_not_with_what_came_first() -> None:
    _bring(DRAFT)
    _bring(CHANGED, declared=CorrectionKind.MINOR, notice="A slip.")

    with pytest.raises(UndeclaredChange):
        _bring(DRAFT)


def test_a_text_without_a_headline_is_still_whole_or_nothing() -> None:
    before = _count(Article)

    with pytest.raises((InvalidInput, ValueError, TypeError, AttributeError)):
        articles.publish(replace(DRAFT, text=None), at=make.NOW)  # type: ignore[arg-type] # broken

    db.session.rollback()
    assert _count(Article) == before
