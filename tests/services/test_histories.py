"""Articles come in with their past: dated, declared, never put before what is public."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Correction, Version
from app.queries import articles as article_queries
from app.queries import corrections as correction_queries
from app.rules.declarations import Declaration
from app.rules.errors import InvalidInput
from app.rules.histories import NOTICES, ArticleHistory, PastVersion
from app.rules.kinds import CorrectionKind, VersionReason
from app.rules.texts import ArticleDraft, VersionText
from app.services import articles
from app.services.articles import AnotherPast, Outcome
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

PUBLISHED = make.NOW - timedelta(days=3000)
UPDATE = Declaration(kind=CorrectionKind.UPDATE, notice="")
MINOR = Declaration(kind=CorrectionKind.MINOR, notice="")
CORRECTED = Declaration(kind=CorrectionKind.CORRECTION, notice="It opened in 1963, not 1962.")


def _day(number: int) -> datetime:
    return PUBLISHED + timedelta(days=number)


def _text(year: int) -> VersionText:
    return VersionText(headline="A harbour", body=f"It opened in {year}.")


def _history(*declared: Declaration) -> ArticleHistory:
    """Return a history whose versions say 1961, 1962, …, each a day after the one before."""
    versions = [PastVersion(_text(1961), _day(1))]
    versions += [
        PastVersion(_text(1961 + number), _day(number + 1), declaration)
        for number, declaration in enumerate(declared, start=1)
    ]
    return ArticleHistory("a-harbour", PUBLISHED, tuple(versions))


def _bring(history: ArticleHistory, origin: str | None = "harbour.md") -> Outcome:
    return articles.bring_in_history(history, origin=origin)


def _count(of: type[Version] | type[Correction] | type[Article]) -> int:
    return db.session.scalar(select(func.count(of.id))) or 0


def test_a_history_becomes_versions_with_their_times_and_reasons() -> None:
    outcome = _bring(_history(UPDATE, MINOR))

    page = article_queries.page("a-harbour")
    assert outcome is Outcome.CREATED
    assert page.article.published_at == PUBLISHED
    assert page.version.text == _text(1963)
    assert [(line.number, line.reason, line.created_at) for line in page.history] == [
        (3, VersionReason.MINOR, _day(3)),
        (2, VersionReason.UPDATE, _day(2)),
        (1, VersionReason.IMPORTED, _day(1)),
    ]


def test_what_happened_elsewhere_is_in_the_log_where_it_says_so() -> None:
    _bring(_history(UPDATE, CORRECTED))

    entry = correction_queries.numbered(1)
    assert _count(Correction) == 1
    assert (entry.notice, entry.from_version, entry.to_version) == (CORRECTED.notice, 2, 3)
    assert entry.published_at == _day(3)
    assert article_queries.page("a-harbour").history[0].reason is VersionReason.CORRECTION


def test_a_correction_without_a_notice_is_refused_whole() -> None:
    with pytest.raises(InvalidInput):
        _bring(_history(replace(CORRECTED, notice="")))

    assert (_count(Article), _count(Version)) == (0, 0)


def test_the_same_history_changes_nothing() -> None:
    _bring(_history(UPDATE, CORRECTED))

    outcome = _bring(_history(UPDATE, CORRECTED))

    assert outcome is Outcome.UNCHANGED
    assert (_count(Article), _count(Version), _count(Correction)) == (1, 3, 1)


def test_a_history_that_went_on_continues_the_article_and_the_log_says_so() -> None:
    _bring(_history(UPDATE))

    outcome = _bring(_history(UPDATE, MINOR, CORRECTED))

    page = article_queries.page("a-harbour")
    notices = [entry.notice for entry in reversed(page.entries)]
    assert outcome is Outcome.REVISED
    assert [line.created_at for line in page.history] == [_day(4), _day(3), _day(2), _day(1)]
    assert notices == [NOTICES[CorrectionKind.MINOR], CORRECTED.notice]


def test_a_version_that_continues_is_never_dated_before_the_one_it_follows() -> None:
    _bring(_history(UPDATE))
    late = PastVersion(_text(1963), _day(1), MINOR)

    _bring(replace(_history(UPDATE), versions=(*_history(UPDATE).versions, late)))

    assert article_queries.page("a-harbour").history[0].created_at == _day(2)


def test_a_past_is_not_put_before_what_is_public() -> None:
    articles.bring_in(
        ArticleDraft("a-harbour", _text(1963), PUBLISHED), origin="harbour.md", at=make.NOW
    )

    with pytest.raises(AnotherPast, match="version 1 reads otherwise"):
        _bring(_history(UPDATE, MINOR))

    assert _count(Version) == 1


def test_an_older_export_of_a_history_takes_nothing_back() -> None:
    _bring(_history(UPDATE, MINOR))

    assert _bring(_history(UPDATE)) is Outcome.UNCHANGED
    assert article_queries.page("a-harbour").version.text == _text(1963)


def test_after_its_history_an_article_is_known_by_its_file() -> None:
    _bring(_history(UPDATE))
    draft = ArticleDraft("a-harbour", _text(1962), PUBLISHED)

    assert articles.bring_in(draft, origin="harbour.md", at=make.NOW) is Outcome.UNCHANGED


def test_without_an_origin_an_article_is_known_by_its_address() -> None:
    articles.publish(ArticleDraft("a-harbour", _text(1961), PUBLISHED), at=make.NOW)
    draft = ArticleDraft("a-harbour", _text(1961), PUBLISHED)

    assert articles.bring_in(draft, origin=None, at=make.NOW) is Outcome.UNCHANGED
    assert _bring(_history(UPDATE), origin=None) is Outcome.REVISED
    assert _count(Article) == 1


def test_another_article_at_the_address_leaves_it_its_address() -> None:
    articles.publish(ArticleDraft("a-harbour", _text(1900), PUBLISHED), at=make.NOW)

    _bring(_history(UPDATE))

    slugs = db.session.scalars(select(Article.slug).order_by(Article.id)).all()
    assert slugs == ["a-harbour", "a-harbour-2"]
