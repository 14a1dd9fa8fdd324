"""What is wrong with a definition, in the words its writer needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to correct: where it stands, what was found there, what was wanted."""

    file: str
    line: int | None
    where: str
    found: str
    wanted: str

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.file, f"line {self.line}" if self.line else "", self.where) if part
        )
        sentence = f"found {self.found}, wanted {self.wanted}"
        return f"{place}: {sentence}" if place else sentence[0].upper() + sentence[1:]


class DefinitionError(Exception):
    """A definition that cannot be used; ``problems`` holds every fault found, in reading order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
