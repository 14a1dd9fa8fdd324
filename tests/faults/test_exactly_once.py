"""Whatever comes again, by whichever way, counts once: any schedule of files equals a plain fold of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from goldenthread.facts.store.log import Mode
from tests.faults.county import write_definitions
from tests.faults.killing import Operations, operations_on
from tests.faults.operations import REFUSED

Row = tuple[str, date, int]
FIRST = date(2025, 7, 1)
FILES: dict[str, list[Row]] = {
    name: [(f"c{n}", FIRST + timedelta(days=n), wait) for n in calls]
    for name, calls, wait in [
        ("early", range(6), 10),
        ("middle", range(4, 9), 20),
        ("late", range(20, 24), 30),
    ]
}
"""Two of them share calls and days, so that the later one counts."""
SAME_BYTES = ("as it was", "renamed", "saved again")
OTHER_BYTES = ("other line ends", "rows turned around")


@dataclass(frozen=True)
class Bring:
    """A file comes, saved in this way; ``another``: by a colleague."""

    name: str
    saved: str
    another: bool

    @property
    def bytes(self) -> bytes:
        rows = FILES[self.name]
        lines = [f"{call},w1,{day},{wait},answered" for call, day, wait in rows]
        if self.saved == "rows turned around":
            lines.reverse()
        end = "\r\n" if self.saved == "other line ends" else "\n"
        return end.join(["call,agent,day,wait,outcome", *lines, ""]).encode()

    def write(self, folder: Path) -> str:
        """Save the file in an empty folder; the step that brings it."""
        file = folder / ("renamed.csv" if self.saved == "renamed" else f"{self.name}.csv")
        file.write_bytes(self.bytes)
        if self.saved == "saved again":
            os.utime(file, (0, 0))
        return f"bring{'_as_another' if self.another else ''}={file}"


@dataclass(frozen=True)
class Undo:
    """One of the batches that count is taken back."""

    which: int


@dataclass(frozen=True)
class AtOnce:
    """Two processes, each with one of these."""

    first: Bring
    second: Bring | Undo


@dataclass(frozen=True)
class Loaded:
    """A batch that counts, and what it brought."""

    number: int
    file: Bring


Act = Bring | int
"""A file that comes, or the number of a batch that is taken back."""
History = tuple[Loaded, ...]


def schedules(mode: Mode) -> st.SearchStrategy[list[Bring | Undo | AtOnce]]:
    """To a source that appends, other bytes are other facts; the others know a row that they had."""
    saved = SAME_BYTES if mode is Mode.APPEND else SAME_BYTES + OTHER_BYTES
    bring = st.builds(Bring, st.sampled_from(sorted(FILES)), st.sampled_from(saved), st.booleans())
    undo = st.builds(Undo, st.integers(0, 3))
    again = bring.map(lambda one: AtOnce(one, Bring(one.name, "renamed", not one.another)))
    at_once = again | st.builds(AtOnce, bring, bring | undo)
    return st.lists(bring | undo | at_once, min_size=2, max_size=4)


def after(history: History, act: Act, told: dict[str, Any]) -> History | None:
    """What counts after it; None when its sender could not have been told so."""
    if isinstance(act, int):
        return tuple(one for one in history if one.number != act)
    if told["said"].startswith(REFUSED):
        return history
    same = [one.number for one in history if one.file.bytes == act.bytes]
    if told["came"]:
        return None if same else (*history, Loaded(told["batch"], act))
    again = same == [told["batch"]] and f"already loaded as batch {told['batch']}." in told["said"]
    return history if again else None


def fold(history: History, mode: Mode) -> list[list[object]]:
    """The facts that stand, as one would find them by hand."""
    state: list[tuple[int, Row]] = []
    for batch in history:
        rows = FILES[batch.file.name]
        calls, days = {row[0] for row in rows}, [row[1] for row in rows]
        if mode is Mode.UPSERT:
            state = [one for one in state if one[1][0] not in calls]
        if mode is Mode.REPLACE_PERIOD:
            state = [one for one in state if not min(days) <= one[1][1] <= max(days)]
        state += [(batch.number, row) for row in rows]
    return sorted([number, call, str(day), float(wait)] for number, (call, day, wait) in state)


class Workers:
    """Two programs on one workspace, and the orders of what was loaded that explain all that they said."""

    def __init__(self, one: Operations, other: Operations, mode: Mode, folder: Path) -> None:
        self._both = (one, other)
        self._mode = mode
        self._folder = folder
        # Asked by both threads, which a generator would refuse.
        self._numbers = count()

    def begin(self) -> None:
        self._both[0].go_back()
        self._histories: list[History] = [()]

    def do(self, step: Bring | Undo | AtOnce) -> None:
        wanted = [step.first, step.second] if isinstance(step, AtOnce) else [step]
        live = sorted(one.number for one in self._histories[0])
        acts = [
            one if isinstance(one, Bring) else live[one.which % len(live)]
            for one in wanted
            if live or isinstance(one, Bring)
        ]
        with ThreadPoolExecutor(2) as at_once:
            told = list(at_once.map(self._do, self._both, acts))
        if any(one["said"].startswith(REFUSED) for one in told):
            assert len({act.bytes for act in acts if isinstance(act, Bring)}) < len(acts), told
            assert not all(one["said"].startswith(REFUSED) for one in told), told
        orders = list(permutations(zip(acts, told, strict=True)))
        explained = {_after_all(history, order) for history in self._histories for order in orders}
        self._histories = [one for one in explained if one is not None]
        assert self._histories, f"no order explains {told}"

    def _do(self, operations: Operations, act: Act) -> dict[str, Any]:
        if isinstance(act, Bring):
            folder = self._folder / str(next(self._numbers))
            folder.mkdir()
            outcome = operations.run(act.write(folder))
        else:
            outcome = operations.run(f"take_back={act}")
        assert outcome.status == 0, f"{act} broke"
        (said,) = outcome.said
        return said if isinstance(said, dict) else {"said": said}

    def check(self) -> None:
        """What counts is what one of the orders comes to."""
        (found,) = self._both[0].run("facts").said
        self._histories = [one for one in self._histories if fold(one, self._mode) == sorted(found)]
        assert self._histories, f"nothing explains {found}"


def _after_all(history: History | None, order: Iterable[tuple[Act, dict[str, Any]]]) -> History | None:
    for act, told in order:
        history = None if history is None else after(history, act, told)
    return history


@pytest.fixture(scope="module")
def two_programs(tmp_path_factory) -> Iterator[tuple[Operations, Operations]]:
    home = tmp_path_factory.mktemp("exactly-once") / "home"
    with operations_on(home) as one, operations_on(home) as other:
        one.seen_after("init")
        one.keep()
        yield one, other


@pytest.mark.parametrize(
    "count", [pytest.param(3, id="some"), pytest.param(167, id="many", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("mode", list(Mode))
def test_any_schedule_equals_the_plain_fold(
    two_programs: tuple[Operations, Operations], tmp_path: Path, mode: Mode, count: int
) -> None:
    definitions = write_definitions(tmp_path / "definitions")
    source = definitions / "sources" / "calls.yaml"
    source.write_text(source.read_text().replace("load: upsert", f"load: {mode}"))
    one, other = two_programs
    one.go_back()
    one.seen_after(f"load={definitions}")
    with one.kept_as_it_is():
        both = Workers(one, other, mode, tmp_path)

        # Making a failing schedule shorter would take minutes.
        @settings(max_examples=count, derandomize=count < 100, phases=[Phase.explicit, Phase.generate])
        @given(schedules(mode))
        @example([AtOnce(Bring("early", "as it was", False), Bring("early", "renamed", True)), Undo(0)])
        def check(schedule: list[Bring | Undo | AtOnce]) -> None:
            both.begin()
            for step in schedule:
                both.do(step)
            both.check()

        check()
