"""Finding words that have to go: wherever they were published, and in what is private."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.extensions import db
from app.models import (
    Article,
    CaseEvent,
    Correction,
    Explanation,
    LogLeaf,
    Message,
    Note,
    Redaction,
    Report,
    Version,
)
from app.queries.redactions import is_current
from app.rules.occurrences import Occurrences, occurrences, spellings
from app.rules.references import case_reference
from app.rules.slugs import slugify
from app.rules.texts import VersionText

MOST = 100
"""How many versions and how many entries are shown at once."""

MOST_CASES = 12
"""How many cases are named whose private records hold the words."""

STAYS = frozenset({"section", "language"})
"""The parts of a text that a redaction leaves: what is in them is nobody's."""

_PARTS = tuple(field.name for field in fields(VersionText) if field.name not in STAYS)
_dated = aliased(Version)

_Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Public:
    """A version, or the entry ``entry``, that holds the words.

    ``leaf`` is where it stands in the log, if it does; readers see the current version now.
    """

    leaf: int | None
    version: int | None
    entry: int | None
    at: datetime
    held: Occurrences
    is_current: bool = False

    @property
    def is_redactable(self) -> bool:
        """Whether its words can be taken away as things are."""
        return self.leaf is not None and not self.is_current


@dataclass(frozen=True, slots=True)
class Holding:
    """An article with all that holds the words, entries and versions in the order they came."""

    slug: str
    headline: str
    found: Sequence[Public]


class Private(StrEnum):
    """What is not public, and may hold the words."""

    QUOTE = "quote"
    REPORT = "report"
    MESSAGE = "message"
    NOTE = "note"
    DECISION = "decision"


_PRIVATE: dict[Private, tuple[_Column, list[_Column]]] = {
    Private.QUOTE: (Report.case_id, [Report.quote, Report.prefix, Report.suffix]),
    Private.REPORT: (
        Report.case_id,
        [Report.problem, Report.suggestion, Report.evidence, Report.reporter_name],
    ),
    Private.MESSAGE: (Report.case_id, [Message.text]),
    Private.NOTE: (Note.case_id, [Note.text]),
    Private.DECISION: (CaseEvent.case_id, [CaseEvent.explanation, CaseEvent.reason]),
}
"""Where each kind stands: on which case, and in which columns."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where else the words stand: in how many places of a kind, and on which cases."""

    kind: Private
    number: int
    cases: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """All that holds some words; ``has_more`` where it is too much for one page.

    ``addresses`` are the articles whose address holds them, and ``canned`` the explanations.
    """

    articles: Sequence[Holding]
    kept: Sequence[Kept]
    addresses: Sequence[str]
    canned: Sequence[str]
    has_more: bool

    @property
    def leaves(self) -> list[int]:
        """The leaves whose bodies can be taken away."""
        each = (one for holding in self.articles for one in holding.found)
        return [one.leaf for one in each if one.leaf is not None and one.is_redactable]


def holding(words: str) -> Found:
    """Return all that holds words, whatever their case as far as the database knows it."""
    versions, entries = _versions(words), _entries(words)
    rows = sorted(versions[:MOST] + entries[:MOST], key=lambda row: (row[0], row[2].at))
    return Found(
        articles=[
            Holding(slug, headline, [one for *_named, one in group])
            for (slug, headline), group in groupby(rows, key=lambda row: (row[0], row[1]))
        ],
        kept=_kept(words),
        addresses=_addresses(words),
        canned=_canned(words),
        has_more=max(len(versions), len(entries)) > MOST,
    )


_Row = tuple[str, str, Public]


def _versions(words: str) -> list[_Row]:
    rows = (
        select(_dated, LogLeaf.index, Article.slug, Version.headline, Version.number)
        .join(Article, Article.id == _dated.article_id)
        .join(Version, is_current())
        .outerjoin(LogLeaf, LogLeaf.version_id == _dated.id)
        .outerjoin(Redaction, Redaction.target == LogLeaf.index)
        .where(
            Redaction.target.is_(None),
            _hold([getattr(_dated, name) for name in _PARTS], words),
        )
        .order_by(_dated.article_id, _dated.number)
        .limit(MOST + 1)
    )
    return [
        (
            slug,
            headline,
            Public(
                leaf=leaf,
                version=found.number,
                entry=None,
                at=found.created_at,
                held=occurrences(_texts(found.text), words),
                is_current=found.number == current,
            ),
        )
        for found, leaf, slug, headline, current in db.session.execute(rows)
    ]


def _texts(text: VersionText) -> list[str]:
    parts = (getattr(text, name) for name in _PARTS)
    return [one for part in parts for one in ([part] if isinstance(part, str) else part)]


def _entries(words: str) -> list[_Row]:
    rows = (
        select(Correction, LogLeaf.index, Article.slug, Version.headline)
        .join(Article, Article.id == Correction.article_id)
        .join(Version, is_current())
        .outerjoin(LogLeaf, LogLeaf.correction_id == Correction.id)
        .outerjoin(Redaction, Redaction.target == LogLeaf.index)
        .where(
            Redaction.target.is_(None),
            _hold([Correction.notice, Correction.credit], words),
        )
        .order_by(Correction.article_id, Correction.number)
        .limit(MOST + 1)
    )
    return [
        (
            slug,
            headline,
            Public(
                leaf=leaf,
                version=None,
                entry=found.number,
                at=found.published_at,
                held=occurrences([found.notice, found.credit], words),
            ),
        )
        for found, leaf, slug, headline in db.session.execute(rows)
    ]


def _hold(columns: Sequence[_Column], words: str) -> ColumnElement[bool]:
    """Keep what holds words in one of some columns, be it text or a list kept as JSON.

    A line that was broken between the words is no other text.
    """
    return or_(
        *(
            cast(column, Text).icontains(json.dumps(each)[1:-1], autoescape=True)
            if isinstance(column.type, JSON)
            else func.replace(column, "\n", " ").icontains(each, autoescape=True)
            for column in columns
            for each in spellings(words)
        )
    )


def _kept(words: str) -> list[Kept]:
    """Return the private records that hold words, by their kind, with the newest cases of each."""
    each = union_all(*(_private(kind, words).subquery().select() for kind in Private)).subquery()
    rows = db.session.execute(select(each).order_by(each.c.kind, each.c.case_id.desc())).all()
    found: dict[Private, Kept] = {}
    for kind, case_id, number in rows:
        known = found.get(Private(kind), Kept(Private(kind), int(number), ()))
        found[known.kind] = replace(known, cases=(*known.cases, case_reference(case_id)))
    return [found[kind] for kind in Private if kind in found]


def _private(kind: Private, words: str) -> Select[str, int, int]:
    """Select the newest cases on which records of a kind hold words, and how many records do."""
    case_id, columns = _PRIVATE[kind]
    total = func.sum(func.count()).over()
    rows = select(
        literal(kind.value).label("kind"), case_id.label("case_id"), total.label("number")
    )
    if kind is Private.MESSAGE:
        rows = rows.join(Message, Message.report_id == Report.id)
    found = rows.where(_hold(columns, words)).group_by(case_id)
    return found.order_by(case_id.desc()).limit(MOST_CASES)


def _addresses(words: str) -> Sequence[str]:
    """Return the addresses of articles that hold words as an address writes them."""
    rows = select(Article.slug).where(Article.slug.contains(slugify(words), autoescape=True))
    return db.session.scalars(rows.order_by(Article.id).limit(MOST)).all()


def _canned(words: str) -> Sequence[str]:
    """Return the names of the canned explanations that hold words."""
    rows = select(Explanation.title).where(_hold([Explanation.title, Explanation.text], words))
    return db.session.scalars(rows.order_by(Explanation.id).limit(MOST)).all()
