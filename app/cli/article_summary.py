"""What became of the articles that a command brought in or took out, told at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

import click

from app.importers import ImportProblem, Severity


class Summary:
    """What became of each article, and every remark on it; ``words`` are what is counted."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.counts: Counter[str] = Counter()
        self.problems: list[ImportProblem] = []
        self.sentences: list[str] = []
        self.undeclared = 0

    def note(self, problem: ImportProblem) -> None:
        """Keep a remark; one about a whole article counts as what became of it."""
        self.problems.append(problem)
        if problem.severity is not Severity.CHANGED:
            self.counts[problem.severity.value] += problem.number

    def count(self, outcome: StrEnum, remarks: Iterable[ImportProblem]) -> None:
        """Count an article as what became of it, and keep the remarks on it."""
        self.counts[outcome.value] += 1
        for remark in remarks:
            self.note(remark)

    def say(self, sentence: str) -> None:
        """Keep a sentence about them all."""
        self.sentences.append(sentence)

    def show(self) -> None:
        """Print every remark on a line of its own, then the numbers; exit with 1 if any failed."""
        for problem in self.problems:
            click.echo(f"{problem.severity.value}: {problem}")
        for sentence in self.sentences:
            click.echo(sentence)
        click.echo(", ".join(f"{self.counts[word]} {word}" for word in self.words))
        if self.counts["failed"]:
            raise SystemExit(1)
