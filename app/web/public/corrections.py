"""The correction log: of the whole publication, of one article, and one entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.queries import articles, corrections
from app.queries import log as log_queries
from app.queries.articles import ArticlePage
from app.queries.corrections import Entry, Filter
from app.rules.differences import Change, Row
from app.rules.kinds import CorrectionKind
from app.rules.passages import text_blocks
from app.rules.structure_changes import compare_versions
from app.rules.texts import VersionText
from app.safekeeping import signer
from app.web.access import public
from app.web.filters import month
from app.web.pagination import whole_number
from app.web.public import public_pages
from app.web.public.narrowing import choices, log_url, wanted_entries

PAGE = 30


@public_pages.get("/corrections", endpoint="corrections")
@public
def log() -> ResponseReturnValue:
    """Show the log, newest first, narrowed by kind, section and time."""
    wanted, first = wanted_entries(), corrections.first_published_at()
    found = corrections.page(wanted, PAGE + 1, whole_number(request.args.get("below")))
    shown = found[:PAGE]
    return render_template(
        "public/corrections.html",
        months=_by_month(shown),
        older=log_url(below=str(shown[-1].number)) if len(found) > PAGE else None,
        newest=log_url() if request.args.get("below") else None,
        since=first,
        choices=choices(wanted, first),
        is_narrowed=wanted != Filter(),
    )


@public_pages.get("/articles/<slug>/corrections")
@public
def article_corrections(slug: str) -> ResponseReturnValue:
    """Show the log of one article."""
    return render_template("public/article_corrections.html", page=articles.page(slug))


@public_pages.get("/corrections/<number:number>")
@public
def correction(number: int) -> ResponseReturnValue:
    """Show one entry, on the page that others cite."""
    entry = corrections.numbered(number)
    page = articles.page(entry.slug)
    texts = articles.texts(entry.article_id)
    before, after = texts[entry.from_version], texts[entry.to_version]
    is_shown = not page.is_withheld and entry.lost_text is None
    rows = compare_versions(before, after) if is_shown else []
    leaf = log_queries.leaf_of_correction(entry.id)
    return render_template(
        "public/correction.html",
        entry=entry,
        page=page,
        rows=rows,
        is_shown=is_shown,
        leaf=leaf,
        proof=log_queries.offline_proof(leaf.index) if leaf else None,
        vkey=str(signer().verifier),
        reported=corrections.reports_behind(entry.id),
        wrong_for=_wrong_for(entry, page, rows, texts),
    )


def _wrong_for(
    entry: Entry, page: ArticlePage, rows: Sequence[Row], texts: dict[int, VersionText]
) -> timedelta | None:
    """Say how long the words that a correction replaced had stood there."""
    change = next((row for row in rows if isinstance(row, Change) and row.was), None)
    if entry.kind is not CorrectionKind.CORRECTION or change is None:
        return None
    first = min(number for number, text in texts.items() if change.was in text_blocks(text))
    if any(line.redacted for line in page.history if line.number < first):
        return None  # they may have stood there, too
    since = {line.number: line.created_at for line in page.history}
    return entry.published_at - (page.article.published_at if first == 1 else since[first])


def _by_month(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Group entries under the month of their publication, in the publication's zone."""
    return [
        (name, list(group)) for name, group in groupby(entries, lambda e: month(e.published_at))
    ]
