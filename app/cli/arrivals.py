"""Articles on their way in: a hundred at a time, told of in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

from app.cli.article_summary import Summary
from app.clock import now
from app.importers import ImportProblem
from app.rules.errors import DeskError
from app.services import articles as article_services
from app.services.articles import Arrival

TOGETHER = 100
"""How many articles share a transaction, and a checkpoint of the transparency log."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article that was read, where it stood, and what there is to say of it once it is in."""

    arrival: Arrival
    place: str
    line: int | None
    remarks: Iterable[ImportProblem]
    undeclared: int


class Arrivals:
    """Gathers articles and brings them in together; what is left comes in at the end."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.waiting: list[_Waiting] = []

    def __enter__(self) -> Arrivals:
        """Begin to gather."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _where: TracebackType | None
    ) -> None:
        """Bring in what is left, unless something went wrong."""
        if kind is None:
            self.bring_in()

    def add(
        self,
        arrival: Arrival,
        place: str,
        line: int | None = None,
        *,
        remarks: Iterable[ImportProblem] = (),
        undeclared: int = 0,
    ) -> None:
        """Take an article, found at a place, whose remarks count once it is in."""
        self.waiting.append(_Waiting(arrival, place, line, remarks, undeclared))
        if len(self.waiting) >= TOGETHER:
            self.bring_in()

    def note(self, problem: ImportProblem) -> None:
        """Note what is no article, after those that came before it."""
        self.bring_in()
        self.summary.note(problem)

    def bring_in(self) -> None:
        """Bring in what was gathered, and count what became of it."""
        arrivals = [each.arrival for each in self.waiting]
        outcomes = article_services.bring_in_all(arrivals, at=now()) if arrivals else []
        for each, outcome in zip(self.waiting, outcomes, strict=True):
            if isinstance(outcome, DeskError):
                self.summary.note(ImportProblem(each.place, each.line, outcome.message))
            else:
                self.summary.count(outcome, each.remarks)
                self.summary.undeclared += each.undeclared
        self.waiting.clear()
