"""Why a letter could not be delivered."""

from __future__ import annotations


class Undeliverable(Exception):
    """A letter did not go out; ``problem`` says why, without an address or a word of it.

    ``is_final`` says that trying again would not help.
    """

    def __init__(self, problem: str, *, is_final: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.is_final = is_final
