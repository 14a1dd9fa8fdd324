"""Where words stand so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_GAP = 15.0
CHARACTER = 6.7
"""A character of 13-pixel Source Sans, on the safe side: text is not measured on the server."""


def width_of(text: str) -> float:
    """About how many pixels a 13-pixel label takes."""
    return len(text) * CHARACTER


def spread(wanted: Sequence[float], *, top: float, bottom: float, gap: float = LEAST_GAP) -> list[float]:
    """Each wanted height, moved as little as its neighbors allow so that all lie at least `gap` apart.

    Order is kept: labels that touch become a block, centered on the mean of what its members wanted. Where
    all together need more room than there is from `top` to `bottom`, they start at `top` and run over.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    blocks: list[_Block] = []
    for index in order:
        blocks.append(_Block([index], [wanted[index]]))
        while len(blocks) > 1 and blocks[-2].end(gap, top, bottom) + gap > blocks[-1].start(gap, top, bottom):
            last = blocks.pop()
            blocks[-1] = _Block(blocks[-1].members + last.members, blocks[-1].wanted + last.wanted)
    placed = [0.0] * len(wanted)
    for block in blocks:
        for place, index in enumerate(block.members):
            placed[index] = block.start(gap, top, bottom) + place * gap
    return placed


@dataclass(frozen=True)
class _Block:
    members: list[int]
    wanted: list[float]

    def start(self, gap: float, top: float, bottom: float) -> float:
        length = (len(self.members) - 1) * gap
        middle = sum(self.wanted) / len(self.wanted)
        return max(top, min(middle - length / 2, bottom - length))

    def end(self, gap: float, top: float, bottom: float) -> float:
        return self.start(gap, top, bottom) + (len(self.members) - 1) * gap


@dataclass(frozen=True)
class Box:
    """A rectangle of the page, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )
