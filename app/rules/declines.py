"""How a decision to decline is written down: its reason, and what has to be stated with it."""

from __future__ import annotations

from dataclasses import dataclass

from app.rules.kinds import DeclineReason

_GAP = ": "


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a report is declined; ``detail`` is what the reason requires, where it requires any."""

    reason: DeclineReason
    detail: str = ""

    @property
    def entry(self) -> int | None:
        """The number of the entry that corrected it already, where that is the reason."""
        is_number = self.detail.isascii() and self.detail.isdecimal()
        is_entry = is_number and self.reason is DeclineReason.ALREADY_CORRECTED
        return int(self.detail) if is_entry else None


def written(grounds: Grounds) -> str:
    """Write grounds as the history keeps them."""
    return _GAP.join(filter(None, (grounds.reason.value, grounds.detail)))


def read(text: str) -> Grounds | None:
    """Read grounds that the history keeps; ``None`` for the reason of another step."""
    code, _gap, detail = text.partition(_GAP)
    return Grounds(DeclineReason(code), detail) if code in list(DeclineReason) else None
