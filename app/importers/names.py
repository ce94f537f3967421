"""Names of people as other systems keep them, made fit to be read."""

from __future__ import annotations

import re

_HANDLE = re.compile(r"[a-z]+(-[a-z]+)*", re.A)


def presentable(name: str) -> str:
    """Return a name as readers should see it.

    What is plainly a handle, lower-case ASCII words joined by hyphens, gets spaces and
    capitals; everything else stays exactly as it was typed.
    """
    shown = " ".join(name.split())
    return shown.replace("-", " ").title() if _HANDLE.fullmatch(shown) else shown
