"""Any sequence of loads and undos equals folding the live batches in order, one row at a time."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.store.log import Mode
from goldenthread.facts.store.table import FactTable
from tests.facts.store.batches import row, stager


@dataclass(frozen=True)
class Batch:
    mode: Mode
    rows: tuple[tuple[str, int | None, float], ...]


rows = st.lists(
    st.tuples(st.sampled_from("abcde"), st.none() | st.integers(1, 6), st.sampled_from([1.0, 2.0])),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one[0],
)
steps = st.lists(
    st.builds(Batch, st.sampled_from(Mode), rows.map(tuple)) | st.integers(0, 5), min_size=2, max_size=7
)


def plain(live: dict[int, Batch]) -> list[tuple[int, str, int | None, float]]:
    """The fold, as one would do it by hand."""
    state: list[tuple[int, str, int | None, float]] = []
    for number, batch in live.items():
        if batch.mode is Mode.UPSERT:
            keys = {key for key, _, _ in batch.rows}
            state = [one for one in state if one[1] not in keys]
        days = [day for _, day, _ in batch.rows if day is not None]
        if batch.mode is Mode.REPLACE_PERIOD and days:
            state = [one for one in state if one[2] is None or not min(days) <= one[2] <= max(days)]
        state += [(number, *one) for one in batch.rows]
    return sorted(state, key=repr)


def changed(before: list[Any], after: list[Any]) -> set[int]:
    return {one[2] for one in set(before) ^ set(after) if one[2] is not None}


@settings(max_examples=settings.default.max_examples * 3 // 5)
@given(steps)
def test_any_sequence_equals_the_plain_fold(steps: list[Batch | int]) -> None:
    live: dict[int, Batch] = {}
    with tempfile.TemporaryDirectory() as name, EmbeddedEngine([Path(name)]) as engine:
        stage, table = stager(Path(name)), FactTable(Path(name) / "facts", engine)
        for number, step in enumerate(steps, 1):
            before = plain(live)
            if isinstance(step, Batch):
                live[number] = step
                staged = stage(number, [row(*one) for one in step.rows])
                commit = table.commit([staged], batch=number, mode=step.mode, key=["id"], time="on")
            elif live:
                undone = list(live)[step % len(live)]
                del live[undone]
                commit = table.undo(undone)
            else:
                continue
            with engine.session() as session:
                held = session.execute(table.rows(session)).to_pylist()
            found = [(one["_batch"], one["id"], one["on"] and one["on"].day, one["value"]) for one in held]
            assert sorted(found, key=repr) == plain(live)
            assert {day.day for day in commit.touched["on"]} == changed(before, plain(live))
            assert table.live_batches() == tuple(live)
