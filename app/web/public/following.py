"""A report as its reader sees it, on the private page and through the API alike."""

from __future__ import annotations

from app.clock import now
from app.queries import reports as report_queries
from app.queries.reports import ReportPage
from app.services import private_links


def shown_to_reader(token: str) -> ReportPage:
    """Return a report as it is shown to its reader; what a reader has seen, no desk can undo.

    So a page that shows a step which could still be undone says so first, and then reads anew.
    """
    found = report_queries.with_token(token)
    if found.case.undoable_at(now()) is None:
        return found
    private_links.seen(token)
    return report_queries.with_token(token)
