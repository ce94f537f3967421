"""Marks the English of the rules for translation without knowing who translates it."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - gettext's own name, which extraction looks for
    """Return ``message`` as it stands; the web layer translates it when it is shown."""
    return message
