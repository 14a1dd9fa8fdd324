"""Contenders timed in turns."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from types import ModuleType

Seconds = list[float]


def interleaved(rounds: int, contenders: Mapping[str, Callable[[], float]]) -> dict[str, Seconds]:
    """What each contender said it took, round by round; the order turns from round to round."""
    taken: dict[str, Seconds] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            taken[name].append(contenders[name]())
            say(f"  round {number + 1} of {rounds}: {name} {taken[name][-1]:.2f} s")
    return taken


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """The work as a contender."""

    def contender() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return contender


def ratio(ours: Sequence[float], limit: Sequence[float]) -> float:
    """The median over rounds of ours to the limit's."""
    return median(one / other for one, other in zip(ours, limit, strict=True))


def against(ours: Sequence[float], limit: Sequence[float]) -> str:
    """Both sides in seconds, as the detail of a ratio."""
    return f"{median(ours):.2f} s to {median(limit):.2f} s, medians of {len(ours)}"


@contextmanager
def watched(module: ModuleType, name: str) -> Iterator[Seconds]:
    """Collects how long each call of a function takes that others call by ``module.name``."""
    taken: Seconds = []
    plain = getattr(module, name)

    def watching(*args: object, **kwargs: object) -> object:
        started = time.perf_counter()
        try:
            return plain(*args, **kwargs)
        finally:
            taken.append(time.perf_counter() - started)

    setattr(module, name, watching)
    try:
        yield taken
    finally:
        setattr(module, name, plain)


def say(sentence: str) -> None:
    """Progress, beside the figures."""
    print(sentence, file=sys.stderr, flush=True)
