"""Killing an operation at a chosen point, again and again, on a copy of one workspace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from tests.faults import forks

LASTING = (
    *("link", "linkat"),
    *("rename", "renameat", "renameat2"),
    *("unlink", "unlinkat"),
    *("fsync", "fdatasync", "ftruncate"),
)
"""The calls by which something appears under a name, goes, or becomes lasting; few, and the most telling."""
WRITING = "pwrite64"
"""The call by which the bytes of a database or a table change; hundreds in between."""
READING = ("pread64", "read")
"""The calls by which bytes come in: thousands, for many points where even writes are too few."""


@dataclass(frozen=True)
class Point:
    """The ``number``-th of this system call in any one thread; ``strace`` counts each kind for itself."""

    call: str
    number: int

    @property
    def kill(self) -> list[str]:
        return ["-o", "/dev/null", "-e", f"inject={self.call}:signal=KILL:when={self.number}"]

    def fail(self, error: str) -> list[str]:
        """It and all that follow it fail, as on a disk that stays bad."""
        return ["-o", "/dev/null", "-e", f"inject={self.call}:error={error}:when={self.number}+"]


@dataclass(frozen=True)
class Outcome:
    """What the steps said, each; ``status`` is the exit code, or minus the signal that ended them."""

    said: list[Any]
    status: int


class Operations:
    """The program of ``forks.py`` on the workspace ``home``, and a kept copy of it to go back to."""

    def __init__(self, process: subprocess.Popen[str], home: Path) -> None:
        self._process = process
        self.home = home
        self._kept = home.with_name(f"{home.name}-kept")

    def keep(self) -> None:
        """Remember the workspace as it is now."""
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self.home, self._kept)

    def go_back(self) -> None:
        """Make the workspace what it was when it was kept. What is in a file stays its own: a killed process
        may have children that still write."""
        shutil.rmtree(self.home)
        shutil.copytree(self._kept, self.home)

    @contextmanager
    def kept_as_it_is(self) -> Iterator[None]:
        """Go back to the workspace as it is now, until the block ends."""
        before = self._kept
        self._kept = before.with_name(f"{before.name}-again")
        self.keep()
        yield
        self._kept = before

    def run(self, *steps: str, strace: Sequence[str] = ()) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"steps": steps, "strace": strace}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return Outcome(answer["said"], answer["status"])

    def seen_after(self, *steps: str) -> list[dict[str, Any]]:
        """What each ``look`` among the steps saw; all of them must succeed."""
        outcome = self.run(*steps)
        assert outcome.status == 0, f"{steps} ended with {outcome.status}"
        return [said for said in outcome.said if isinstance(said, dict)]

    def points(self, step: str, log: Path, *, count: int) -> list[Point]:
        """``count`` points of an operation: half at what becomes lasting, as far as it has so many, and the
        rest at writes in between, and at reads when there are not enough of those."""
        chosen: list[Point] = []
        for call, most in self._calls_of(step, log).items():
            share = count // 2 if call in LASTING else count
            chosen += [Point(call, number) for number in spread(most, share - len(chosen))]
        return chosen

    def points_of_each(self, step: str, log: Path, *, count: int) -> list[Point]:
        """``count`` points of an operation, by turns one of each call by which something changes."""
        calls = self._calls_of(step, log)
        changing = {call: calls[call] for call in (*LASTING, WRITING) if calls[call]}
        enough = (n for n in range(1, count) if sum(min(n, most) for most in changing.values()) >= count)
        share = next(enough, count)
        of_each = [[Point(call, number) for number in spread(most, share)] for call, most in changing.items()]
        by_turns = (point for turn in zip_longest(*of_each) for point in turn if point is not None)
        return list(islice(by_turns, count))

    def _calls_of(self, step: str, log: Path) -> dict[str, int]:
        """How often the step calls each of those watched, in the thread that does so most."""
        watched = [*LASTING, WRITING, *READING]
        assert self.run(step, strace=["-o", str(log), "-e", f"trace={','.join(watched)}"]).status == 0
        threads: dict[str, Counter[str]] = {call: Counter() for call in watched}
        for line in log.read_text().splitlines():
            thread, said = line.split(maxsplit=1)
            call = said.partition("(")[0]
            if call in threads:
                threads[call][thread] += 1
        return {call: max(counted.values(), default=0) for call, counted in threads.items()}


def spread(most: int, count: int) -> list[int]:
    """Up to ``count`` different numbers from 1 to ``most``, each in the middle of its share of them."""
    count = min(count, most)
    return sorted({1 + (2 * number + 1) * most // (2 * count) for number in range(count)})


@contextmanager
def operations_on(home: Path) -> Iterator[Operations]:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    with subprocess.Popen(
        [sys.executable, forks.__file__, str(home)],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Operations(process, home)
        assert process.stdin is not None
        process.stdin.close()
