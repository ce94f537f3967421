"""What a version says besides its running text: who wrote it, where it is from, its picture."""

from __future__ import annotations

from dataclasses import dataclass

from app.rules.marks import N_
from app.rules.texts import VersionText


@dataclass(frozen=True, slots=True)
class DetailChange:
    """One of these details as it was and as it is; empty where it was not there."""

    label: str
    was: str
    now: str


_LABELS = {
    "byline": N_("Byline"),
    "section": N_("Section"),
    "tags": N_("Tags"),
    "source_name": N_("Name of the source"),
    "source_url": N_("Address of the source"),
    "ai_disclosure": N_("How AI was used"),
    "language": N_("Language"),
    "image_url": N_("Picture"),
    "image_alt": N_("Description of the picture"),
}


def changed_details(before: VersionText, after: VersionText) -> tuple[DetailChange, ...]:
    """Return the details in which two versions differ, in the order in which pages show them."""
    pairs = (
        (label, _line(getattr(before, name)), _line(getattr(after, name)))
        for name, label in _LABELS.items()
    )
    return tuple(DetailChange(label, was, now) for label, was, now in pairs if was != now)


def _line(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)
