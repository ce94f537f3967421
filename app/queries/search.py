"""Searching the articles as they read now, and the entries of the log: one way on both databases.

Both look up the same words (``rules/search_words.py``), so both find the same; only the order is
each database's own: BM25 on SQLite, ``ts_rank`` on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Article, Correction, Findable, Version, search_index
from app.rules.kinds import CorrectionKind
from app.rules.marks import N_
from app.rules.search_marks import Piece, around, marked
from app.rules.search_words import Query, Term, searchable

_words = table(search_index.NAME, column("rowid"), column("words"))
_INDEX: ColumnElement[str] = literal_column(search_index.NAME)
_amender = aliased(Correction)

# Written once, while there is one thread; see app/models/__init__.py.
_RETRACTIONS = (
    select(Correction.article_id, Correction.notice)
    .where(
        Correction.kind == CorrectionKind.RETRACTION,
        ~exists().where(_amender.amends_id == Correction.id),
    )
    .order_by(Correction.number)
)

_HEADLINE, _TEXT = 8.0, 1.0
"""How much a word weighs in a headline, and in a text."""


class Kind(StrEnum):
    """What is searched for."""

    ARTICLES = "articles"
    CORRECTIONS = "corrections"

    @property
    def label(self) -> str:
        """The kind as the page offers it."""
        return _LABELS[self]


_LABELS = {Kind.ARTICLES: N_("Articles"), Kind.CORRECTIONS: N_("Corrections")}


@dataclass(frozen=True, slots=True)
class Found:
    """An article or an entry (``number`` and ``correction`` say which), with the words marked."""

    slug: str
    headline: Sequence[Piece]
    text: Sequence[Piece]
    section: str
    language: str
    at: datetime
    number: int | None = None
    correction: CorrectionKind | None = None
    is_withdrawn: bool = False


def page(
    query: Query, language: str, limit: int, *, after: int = 0, kind: Kind | None = None
) -> list[Found]:
    """Return what fits a query, the best first; ``after`` says how many were shown before."""
    if not query.wanted:
        return []
    rows = db.session.scalars(
        select(Findable)
        .join(_words, _words.c.rowid == Findable.id)
        .where(_fits(query), *_of_kind(kind))
        .order_by(_rank(query), Findable.at.desc(), Findable.id.desc())
        .limit(limit)
        .offset(after)
    ).all()
    return _shown(rows, query, language)


def articles_with(row: Term, limit: int) -> Sequence[int]:
    """Return the ids of articles that hold words in a row, as they are looked up; newest first."""
    if not row:
        return []
    return db.session.scalars(
        select(Findable.article_id)
        .join(_words, _words.c.rowid == Findable.id)
        .where(_fits(Query((row,))), Findable.correction_id.is_(None))
        .order_by(Findable.id.desc())
        .limit(limit)
    ).all()


def counts(query: Query) -> dict[Kind, int]:
    """Return how many articles and how many entries fit a query."""
    if not query.wanted:
        return dict.fromkeys(Kind, 0)
    is_article = Findable.correction_id.is_(None)
    row = db.session.execute(
        select(func.count().filter(is_article), func.count().filter(~is_article))
        .select_from(Findable)
        .join(_words, _words.c.rowid == Findable.id)
        .where(_fits(query))
    ).one()
    return dict(zip(Kind, row, strict=True))


def withdrawals(article_ids: Sequence[int]) -> dict[int, str]:
    """Return the reasons for which articles are retracted, by the articles' ids.

    A retraction that was amended does not stand any more.
    """
    rows = db.session.execute(_RETRACTIONS.where(Correction.article_id.in_(article_ids)))
    return {row[0]: row[1] for row in rows}


def _of_kind(kind: Kind | None) -> list[ColumnElement[bool]]:
    if kind is None:
        return []
    is_article = Findable.correction_id.is_(None)
    return [is_article if kind is Kind.ARTICLES else ~is_article]


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def _fits(query: Query) -> ColumnElement[bool]:
    if _is_postgresql():
        return _words.c.words.op("@@", is_comparison=True)(cast(_as_tsquery(query), TSQUERY))
    return _INDEX.op("MATCH", is_comparison=True)(_as_fts5(query))


def _rank(query: Query) -> ColumnElement[float]:
    """Return what puts the best first; BM25 is the lower, the better."""
    if _is_postgresql():
        by_length = 1
        found = func.ts_rank(_words.c.words, cast(_as_tsquery(query), TSQUERY), by_length)
        return found.desc()
    return func.bm25(_INDEX, _HEADLINE, _TEXT)


def _as_fts5(query: Query) -> str:
    """Write a query for FTS5; words hold no quotation mark."""
    wanted = " AND ".join(f'"{" ".join(term)}"' for term in query.wanted)
    unwanted = " OR ".join(f'"{" ".join(term)}"' for term in query.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _as_tsquery(query: Query) -> str:
    """Write a query for PostgreSQL; words hold no quotation mark and no backslash."""
    parts = [_in_a_row(term) for term in query.wanted]
    return " & ".join(parts + [f"!{_in_a_row(term)}" for term in query.unwanted])


def _in_a_row(term: Term) -> str:
    quoted = (f"'{key}'" for key in term)
    return f"({' <-> '.join(quoted)})"


def _shown(rows: Sequence[Findable], query: Query, language: str) -> list[Found]:
    articles = _articles([row.article_id for row in rows])
    entries = _entries([row.correction_id for row in rows if row.correction_id is not None])
    reasons = withdrawals(list(articles))
    found = []
    for row in rows:
        article, version = articles[row.article_id]
        entry = entries.get(row.correction_id or 0)
        reason = reasons.get(article.id)
        text = searchable(version.text, reason).text if entry is None else entry.notice
        found.append(
            Found(
                slug=article.slug,
                headline=marked(version.headline, query, language),
                text=around(text, query, language),
                section=version.section,
                language=version.language,
                at=row.at,
                number=entry.number if entry else None,
                correction=entry.kind if entry else None,
                is_withdrawn=entry is None and reason is not None,
            )
        )
    return found


def _articles(ids: Sequence[int]) -> Mapping[int, tuple[Article, Version]]:
    rows: Select[Article, Version] = (
        select(Article, Version)
        .join(
            Version,
            and_(Version.article_id == Article.id, Version.number == Article.latest_number),
        )
        .where(Article.id.in_(ids))
    )
    return {article.id: (article, version) for article, version in db.session.execute(rows)}


def _entries(ids: Sequence[int]) -> Mapping[int, Correction]:
    rows = db.session.scalars(select(Correction).where(Correction.id.in_(ids)))
    return {correction.id: correction for correction in rows}
