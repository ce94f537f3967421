"""A text in the making: parts are cut from it, and every line keeps its number in the file.

Whatever is cut leaves a mark behind and as many line ends as it had, so that later passes
still report true lines. Code is set aside behind a mark of its own, where no pass sees it.
The marks are control characters, which ``without_controls`` has kept out of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.importers.report import ImportProblem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

CUT = "\x00"
"""Stands where something was cut."""

_ASIDE = re.compile("\x02(\\d+)\x03")
_FILL = "\x04"
_LISTED = 12


@dataclass(slots=True)
class WorkingText:
    """The text of one file from ``first_line`` on, and what was noted while working on it."""

    name: str
    text: str
    first_line: int
    aside: list[str] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)

    def replace(
        self, pattern: re.Pattern[str], put: Callable[[re.Match[str]], str], until: str = ""
    ) -> None:
        """Put something else for every match; lines that went missing are made up for.

        Behind the last tag that begins with ``until`` nothing is replaced: what needs an end
        finds none there, and must not look for it from every beginning.
        """

        def keep_lines(match: re.Match[str]) -> str:
            new = put(match)
            missing = match[0].count("\n") - new.count("\n")
            return new + f"\n{CUT}" * missing

        end = len(self.text)
        if until:
            ends = re.finditer(re.escape(until) + "[^>]*>?", self.text, re.I)
            end = max((match.end() for match in ends), default=0)
        self.text = pattern.sub(keep_lines, self.text[:end]) + self.text[end:]

    def note(self, message: str, match: re.Match[str]) -> None:
        """Note what happened at a match; the same message is reported once, with its lines."""
        line = self.first_line + match.string.count("\n", 0, match.start())
        self.notes.setdefault(message, []).append(line)

    def set_aside(self, code: str) -> str:
        """Keep code as it is; return the mark that stands for it, over as many lines."""
        self.aside.append(code)
        return f"\x02{len(self.aside) - 1}\x03" + f"\n{_FILL}" * code.count("\n")

    def finished(self) -> str:
        """Return the text without marks, with what was set aside back in its place."""
        lines = [line for line in self.text.split("\n") if line != _FILL]
        shown = [line.replace(CUT, "") if line.strip(f"{CUT} \t") else "" for line in lines]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(shown).replace(_FILL, ""))
        while _ASIDE.search(text):
            text = _ASIDE.sub(lambda match: self.aside[int(match[1])], text)
        return text.strip("\n")

    def remarks(self) -> tuple[ImportProblem, ...]:
        """Return what was noted, in the order of its first lines."""
        problems = [
            ImportProblem(self.name, lines[0], message + _also(lines), Severity.CHANGED)
            for message, lines in self.notes.items()
        ]
        return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _also(lines: list[int]) -> str:
    further = sorted(set(lines))[1:]
    if not further:
        return ""
    named = ", ".join(map(str, further[:_LISTED]))
    more = f" and {len(further) - _LISTED} more" if len(further) > _LISTED else ""
    return (
        f" Also on line {named}{more}." if len(further) == 1 else f" Also on lines {named}{more}."
    )
