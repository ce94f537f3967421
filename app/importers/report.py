"""What an importer has to say about a file: what failed, what was skipped, what was changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.rules.texts import ArticleDraft


class Severity(StrEnum):
    """How bad it is: no article came of it, a file was passed over, or a part was changed."""

    FAILED = "failed"
    SKIPPED = "skipped"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One line of an import's report; ``line`` counts from 1 in the file as it is on the disk.

    ``number`` is of how many files, items or revisions it speaks.
    """

    path: str
    line: int | None
    message: str
    severity: Severity = Severity.FAILED
    number: int = 1

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{_printable(place)}: {_printable(self.message)}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article that could be read, and what its reading changed or left out.

    ``names_itself`` says that the file tells which article it is, whatever the file is called:
    the one that came from ``origin``, or, where that is ``None``, the one at the draft's address.
    """

    draft: ArticleDraft
    remarks: tuple[ImportProblem, ...] = ()
    names_itself: bool = False
    origin: str | None = None


class UnreadableArticle(Exception):
    """A file of which no article can be made; ``problem`` says why and on which line."""

    def __init__(self, problem: ImportProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    @classmethod
    def at(cls, path: str, line: int | None, message: str) -> UnreadableArticle:
        """Return the error for one place of a file."""
        return cls(ImportProblem(path, line, message))


def _printable(text: str) -> str:
    """Return text on one line, fit for a terminal whatever a file's name or words hold."""
    return "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}" for character in text
    )
