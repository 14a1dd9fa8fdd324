"""Files that somebody means harm with, each made by a function, and what becomes of it.

They are extracts for the source ``calls`` of ``tests.results.counties``: call, agent, day, wait, outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HEADER = "call,agent,day,wait,outcome"
ROW = "c1,w1,2026-03-02,5,answered"
PLAIN = f"{HEADER}\n{ROW}\n".encode()


@dataclass(frozen=True)
class Hostile:
    """``says`` is the telling part of the sentence that refuses the file; None: it is read, and ``rows`` of
    it are accepted. ``heavy``: it may be read in a limited process alone."""

    content: Callable[[], bytes]
    says: str | None = None
    rows: int = 0
    heavy: bool = False
