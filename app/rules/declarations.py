"""What is declared of a change of a public text: there is no change without it."""

from __future__ import annotations

from dataclasses import dataclass

from app.rules.kinds import CorrectionKind

LONGEST_NOTICE = 2000
"""The most characters that a notice has, wherever it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """An entry of the correction log as its author means it.

    ``amends`` is the number of the entry that this one puts right. ``withholds`` says that a
    retraction takes the earlier versions from public view, too.
    """

    kind: CorrectionKind
    notice: str
    credit: str = ""
    amends: int | None = None
    withholds: bool = False
