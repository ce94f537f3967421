"""Reports that may be about the same error: suggested to staff with the reasons, never merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.extensions import db
from app.models import Article, Case, Report, Version
from app.queries import search
from app.queries.articles import texts
from app.queries.known import span_in
from app.rules.passages import overlap
from app.rules.search_words import Term, words
from app.rules.texts import VersionText
from app.rules.workflow import OPEN, CaseStatus

_ALIKE = 80
"""From here on, in per cent, two readers say much the same (rapidfuzz's token set ratio)."""

_SHORTEST = 15
"""A passage shorter than this, in characters, stands in many articles by chance."""

_COMPARED = 500
"""How many reports are compared, word by word and passage by passage."""

_MOST = 10
_LOOKED_AT = 50
_NOT_SUGGESTED = (CaseStatus.MERGED, CaseStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another case of the same article, and why it may be the same error."""

    case: Case
    is_same_passage: bool
    is_overlapping: bool
    shared_wording: int
    """How alike the readers' words are, in per cent; 0 where they are not."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another article in which the passage's words stand too."""

    slug: str
    headline: str


def like(case: Case, report: Report) -> list[Likeness]:
    """Return the ten cases of the same article that are likest to be about the same error.

    Of an article that very many report, the reports are compared that come nearest to ``report``
    as far as the database can tell.
    """
    rows = db.session.execute(
        select(Case, Report)
        .join(Report, Report.case_id == Case.id)
        .where(
            Case.article_id == case.article_id,
            Case.id != case.id,
            Case.status.not_in(_NOT_SUGGESTED),
            Report.withdrawn_at.is_(None),
        )
        .order_by(*_nearest_first(report))
        .limit(_COMPARED)
    ).all()
    versions = texts(case.article_id)
    best: dict[int, Likeness] = {}
    for found in _compared(report, [(row[0], row[1]) for row in rows], versions):
        known = best.get(found.case.id)
        if known is None or _rank(found) > _rank(known):
            best[found.case.id] = found
    return sorted(best.values(), key=_rank, reverse=True)[:_MOST]


def _nearest_first(report: Report) -> Iterator[ColumnElement[Any]]:
    """Order reports: those that speak for a case of their own, and then by their passages.

    Who says “mine is the same” adds a reader to a case and seldom a passage.
    """
    yield Report.is_seconding.asc()
    if report.start is not None and report.end is not None:
        is_here = Report.version_number == report.version_number
        is_on_it = and_(is_here, Report.start < report.end, Report.end > report.start)
        yield or_(Report.quote == report.quote, func.coalesce(is_on_it, false())).desc()
    yield Case.status.in_(OPEN).desc()
    yield Report.id.desc()


def _compared(
    report: Report, others: Sequence[tuple[Case, Report]], versions: dict[int, VersionText]
) -> Iterator[Likeness]:
    own = span_in(report, report.version_number, versions)
    for case, other in others:
        span = span_in(other, report.version_number, versions)
        wording = round(fuzz.token_set_ratio(report.problem, other.problem))
        found = Likeness(
            case,
            own is not None and own == span,
            own is not None and span is not None and overlap(own, span),
            wording if wording >= _ALIKE and report.problem and other.problem else 0,
        )
        if found.is_overlapping or found.shared_wording:
            yield found


def _rank(found: Likeness) -> tuple[bool, bool, int, int]:
    return found.is_same_passage, found.is_overlapping, found.shared_wording, -found.case.id


def elsewhere(report: Report, language: str) -> list[Elsewhere]:
    """Return other articles in whose present text the passage's words stand too, ten at most.

    The index of the search says which articles to look at: to look at all takes long.
    ``language`` is the one that the index reads words in.
    """
    if len(report.quote) < _SHORTEST:
        return []
    rows = db.session.execute(
        select(Article.slug, Version.headline)
        .join(
            Version,
            and_(Version.article_id == Article.id, Version.number == Article.latest_number),
        )
        .where(
            Article.id.in_(search.articles_with(_row(report.quote, language), _LOOKED_AT)),
            Article.id != report.article_id,
            or_(
                Version.body.contains(report.quote, autoescape=True),
                Version.headline.contains(report.quote, autoescape=True),
                Version.standfirst.contains(report.quote, autoescape=True),
            ),
        )
        .order_by(Article.published_at.desc(), Article.id)
        .limit(_MOST)
    )
    return [Elsewhere(row[0], row[1]) for row in rows]


def _row(quote: str, language: str) -> Term:
    """Return a passage's words in a row; the first and the last may be parts of words."""
    found = [word.key for word in words(quote, language)]
    return tuple(found[1:-1] or found)
