"""What is already known of a passage: entries of the log, and cases that are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Article, Case, Report, Version
from app.queries.articles import texts
from app.queries.corrections import Entry, of_article
from app.rules.anchoring import Fate, trace
from app.rules.passages import Passage, Span, overlap, version_text
from app.rules.texts import VersionText
from app.rules.workflow import OPEN, CaseStatus


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
    rows = db.session.execute(
        select(Report, Case)
        .join(Case, Case.id == Report.case_id)
        .where(Case.article_id == article.id, Report.withdrawn_at.is_(None))
        .order_by(Report.id)
    ).all()
    roots = {case.id: case for _, case in rows}
    grouped: dict[int, list[Report]] = {}
    for report, case in rows:
        grouped.setdefault(case.merged_into_id or case.id, []).append(report)
    for case_id, reports in grouped.items():
        root = roots.get(case_id) or db.session.get_one(Case, case_id)
        status = root.settled_status(at)
        if status in OPEN:
            spans = [span for r in reports if (span := span_in(r, number, all_texts))]
            since = reports[0].received_at
            yield OpenCase(root.reference, status, since, len(reports)), spans


def span_in(report: Report, number: int, all_texts: dict[int, VersionText]) -> Span | None:
    """Return where a report's passage stands in another version, if it stands there at all."""
    passage = report.passage
    if passage is None:
        return None
    if report.version_number == number:
        return passage.start, passage.end
    before = version_text(all_texts[report.version_number])
    traced = trace(passage, before, version_text(all_texts[number]))
    return None if traced.fate is Fate.GONE else (traced.start, traced.end)
