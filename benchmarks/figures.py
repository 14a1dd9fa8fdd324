"""What a section found, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One number of one section. ``unit`` is ``x`` for a ratio; ``detail`` says what it is made of."""

    section: str
    what: str
    value: float
    unit: str
    detail: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether it reaches what was wanted; None when nothing was."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    @property
    def row(self) -> tuple[str, ...]:
        """The figure as cells of text: section, what, figure, wanted, reached, detail."""
        wanted = f"<= {self.at_most:g}" if self.at_most is not None else ""
        wanted = f">= {self.at_least:g}" if self.at_least is not None else wanted
        verdict = {True: "yes", False: "short", None: ""}[self.reached]
        return (self.section, self.what, f"{_number(self.value)} {self.unit}", wanted, verdict, self.detail)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "reached": self.reached}


def as_table(figures: Sequence[Figure]) -> str:
    """A Markdown table, as performance.md holds it."""
    head = ("section", "what", "figure", "wanted", "reached", "made of")
    rows = [head, *(figure.row for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
