"""What is already known of a passage: entries of the log, and cases that are open."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Article, Case, Report, Version
from app.queries.articles import texts
from app.queries.corrections import Entry, of_article
from app.rules.anchoring import Fate, trace
from app.rules.passages import Passage, Span, overlap, version_text
from app.rules.texts import VersionText
from app.rules.workflow import OPEN, CaseStatus

_LOOKED_FOR = 500
"""How many passages are looked for in the version that a reader has before them."""

_root = aliased(Case)
_is_root = _root.id == func.coalesce(Case.merged_into_id, Case.id)
_may_be_open = or_(_root.status.in_(OPEN), _root.before.is_not(None))
"""That a case is open, or can be made open again by undoing its latest step."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case about the same passage: how many readers told us, and how far it is."""

    reference: str
    status: CaseStatus
    since: datetime
    readers: int


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a passage, without anybody's words."""

    entries: tuple[Entry, ...] = ()
    cases: tuple[OpenCase, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """A name for each thing that is known, so that a form can say what it has shown."""
        return frozenset(
            [f"entry-{entry.number}" for entry in self.entries]
            + [case.reference for case in self.cases]
        )


def about(article: Article, version: Version, passage: Passage | None, at: datetime) -> Known:
    """Return what is known of a passage of a version that a reader has before them.

    What the desk can still undo at ``at`` is not known yet.
    """
    if passage is None:
        return Known()
    all_texts = texts(article.id)
    own = (passage.start, passage.end)
    entries = [
        entry
        for entry in of_article(article.id)
        if _concerns(entry, passage, version.number, all_texts)
    ]
    cases = [
        case
        for case, spans in _open_cases(article, version.number, all_texts, at)
        if any(overlap(own, span) for span in spans)
    ]
    return Known(tuple(entries), tuple(cases))


def _concerns(
    entry: Entry, passage: Passage, number: int, all_texts: dict[int, VersionText]
) -> bool:
    """Say whether an entry changed the words of a passage: it reads as here on one side only."""
    if entry.lost_text:
        return False  # nobody can tell any more what it changed

    def reads_alike(other: int) -> bool:
        if other == number:
            return True
        before, after = version_text(all_texts[number]), version_text(all_texts[other])
        return trace(passage, before, after).fate is Fate.UNCHANGED

    return reads_alike(entry.from_version) != reads_alike(entry.to_version)


def _open_cases(
    article: Article, number: int, all_texts: dict[int, VersionText], at: datetime
) -> Iterator[tuple[OpenCase, list[Span]]]:
    """Yield the open cases of an article, with where their passages stand in a version."""
    told = {row[0].id: row for row in db.session.execute(_told(article))}
    is_open = [key for key, row in told.items() if row[0].settled_status(at) in OPEN]
    spans: dict[int, list[Span]] = {key: [] for key in is_open}
    for key, *place in db.session.execute(_passages(is_open, number)):
        span = _traced(Passage(*place[1:]), place[0], number, all_texts)
        if span:
            spans[key].append(span)
    for key in sorted(is_open):
        root, readers, since = told[key]
        yield OpenCase(root.reference, root.settled_status(at), since, readers), spans[key]


def _told(article: Article) -> Select[Case, int, datetime]:
    """Select the cases that may be open, with how many readers told us, and since when."""
    return (
        select(_root, func.count(Report.id), func.min(Report.received_at))
        .join(Case, _is_root)
        .join(Report, Report.case_id == Case.id)
        .where(
            Case.article_id == article.id,
            Report.withdrawn_at.is_(None),
            _may_be_open,
        )
        .group_by(_root.id)
    )


def _passages(roots: Collection[int], number: int) -> Select[*tuple[Any, ...]]:
    """Select what was reported on cases: each passage once, however many readers saw it.

    Passages of other versions have to be looked for, so of very many the newest have to do.
    """
    place = Report.version_number, Report.quote, Report.prefix, Report.suffix
    whole = _root.id, *place, Report.start, Report.end
    return (
        select(*whole)
        .join(Case, _is_root)
        .join(Report, Report.case_id == Case.id)
        .where(_root.id.in_(roots), Report.withdrawn_at.is_(None), Report.start.is_not(None))
        .group_by(*whole)
        .order_by((Report.version_number == number).desc(), func.max(Report.id).desc())
        .limit(_LOOKED_FOR)
    )


def span_in(report: Report, number: int, all_texts: dict[int, VersionText]) -> Span | None:
    """Return where a report's passage stands in another version, if it stands there at all."""
    if report.passage is None:
        return None
    return _traced(report.passage, report.version_number, number, all_texts)


def _traced(
    passage: Passage, seen: int, number: int, all_texts: dict[int, VersionText]
) -> Span | None:
    if seen == number:
        return passage.start, passage.end
    traced = trace(passage, version_text(all_texts[seen]), version_text(all_texts[number]))
    return None if traced.fate is Fate.GONE else (traced.start, traced.end)
