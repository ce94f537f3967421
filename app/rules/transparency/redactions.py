"""Redactions: what stands where words were taken away for good, and why they were."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from app.rules.marks import N_
from app.rules.texts import VersionText


class RedactionReason(StrEnum):
    """Why a body was taken away."""

    PERSONAL_DATA = "personal-data"
    LEGAL = "legal"
    SAFETY = "safety"

    @property
    def label(self) -> str:
        """The reason in a reader's words."""
        return _LABELS[self]

    @property
    def tombstone(self) -> str:
        """What stands, in every face of the record, where the words stood."""
        return _TOMBSTONES[self]


_LABELS = {
    RedactionReason.PERSONAL_DATA: N_("It held personal data"),
    RedactionReason.LEGAL: N_("A court or the law required it"),
    RedactionReason.SAFETY: N_("It put somebody in danger"),
}

# Part of the record, like the words that they stand for: in one language, and never reworded.
_TOMBSTONES = {
    RedactionReason.PERSONAL_DATA: "[Redacted: it held personal data.]",
    RedactionReason.LEGAL: "[Redacted: a court or the law required it.]",
    RedactionReason.SAFETY: "[Redacted: it put somebody in danger.]",
}

HEADLINE = "[Redacted]"
"""The headline of a version whose text was taken away."""

TOMBSTONES = frozenset(_TOMBSTONES.values())


def without_words(text: VersionText, reason: RedactionReason) -> VersionText:
    """Return what is left of a version's text: a tombstone, its section and its language."""
    blank = VersionText(headline=HEADLINE, body=reason.tombstone)
    return replace(blank, section=text.section, language=text.language)


def is_tombstone(text: VersionText) -> bool:
    """Say whether a version's text was taken away."""
    return text.headline == HEADLINE and text.body in TOMBSTONES
