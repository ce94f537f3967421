"""How to sign in to the demo: kept in the instance folder, for this user's eyes only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

_NAME = "demo-sign-in.txt"


def keep_sign_in(
    instance: Path, people: Sequence[tuple[str, str]], password: str, links: Sequence[str]
) -> None:
    """Keep the demo's addresses with their roles, its password, and some private links."""
    lines = ["Sign in at /desk with one of these addresses:"]
    lines += [f"  {email}  ({role})" for email, role in people]
    lines += [f"Password: {password}", "Private pages of reports to look at:"]
    lines += [f"  {link}" for link in links]
    path = instance / _NAME
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def sign_in_text(instance: Path) -> str:
    """Return what was kept, or nothing where there is no demo."""
    path = instance / _NAME
    return path.read_text(encoding="utf-8") if path.exists() else ""
