"""What may stand in a mail's header: one line, in one direction, of a length that fits."""

from __future__ import annotations

import unicodedata
from email import policy
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import Policy

_LONGEST = 150
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Characters that turn the direction of what follows, and so could dress up one text as another."""


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Return a text without line breaks, control characters and turns of direction."""
    kept = (" " if _is_control(character) else character for character in text)
    line = " ".join("".join(c for c in kept if c not in _TURNS).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


class _WholeHeader(UnstructuredHeader, BaseHeader):
    """A header that stays on one line: programs that look for its address do not unfold it."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent."""
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
for _name in ("list-unsubscribe", "message-id"):
    _headers.map_to_type(_name, _WholeHeader)

PLAIN = policy.SMTP.clone(header_factory=_headers)
"""How a message to an address in ASCII is written."""

WIDE = policy.SMTPUTF8.clone(header_factory=_headers)
"""How a message to an address with other letters is written (RFC 6531)."""
