"""What is public of a redaction: that words are gone, since when, and why."""

from __future__ import annotations

from typing import TypedDict

from flask_babel import gettext as _

from app.queries.redactions import Redacted
from app.web.filters import iso


class PublicRedaction(TypedDict):
    """That words were taken away; ``leaf`` is the leaf of the transparency log that says so."""

    reason: str
    label: str
    redacted_at: str
    leaf: int


def redaction(gone: Redacted | None) -> PublicRedaction | None:
    """Present a redaction, where there is one."""
    if gone is None:
        return None
    return {
        "reason": gone.reason.value,
        "label": _(gone.reason.label),
        "redacted_at": iso(gone.at),
        "leaf": gone.leaf,
    }
