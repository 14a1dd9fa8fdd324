"""kill -9 in the middle: nothing half visible, nothing doubled, nothing acknowledged lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.county import ROWS, write_definitions, write_extract
from tests.faults.killing import Operations, operations_on
from tests.faults.operations import REFUSED

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

# How many points of each operation: some in every run, many in the long one.
COUNTS = [pytest.param(25, id="some"), pytest.param(200, id="many", marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Iterator[Operations]:
    """A workspace with one batch loaded."""
    folder = tmp_path_factory.mktemp("faults")
    definitions = write_definitions(folder / "definitions")
    write_definitions(folder / "changed", frequency="quarter")
    first = write_extract(folder / "one.csv", seed=31)
    write_extract(folder / "two.csv", seed=32)
    with operations_on(folder / "home") as county:
        county.seen_after("init", f"load={definitions}", f"import={first}")
        county.keep()
        yield county


@pytest.fixture
def computable(prepared: Operations) -> Iterator[Operations]:
    """The same with a second batch, on which nothing was computed yet; afterwards as it was."""
    prepared.go_back()
    prepared.seen_after(f"commit={prepared.home.parent / 'two.csv'}")
    with prepared.kept_as_it_is():
        yield prepared


@dataclass(frozen=True)
class Kill:
    """What anybody could see: before the step, after it when nobody kills it, right after the kill, and once
    a worker has started; ``acknowledged``: the step had said that it was done; ``refusal``: why it said that
    the file was not taken."""

    before: dict[str, Any]
    after: dict[str, Any]
    struck: dict[str, Any]
    healed: dict[str, Any]
    acknowledged: bool
    refusal: str


def kills(county: Operations, step: str, log: Path, count: int) -> Iterator[Kill]:
    """Kill ``step`` at ``count`` points, each on the same workspace."""
    (before,) = county.seen_after("look")
    points = county.points(step, log, count=count)
    (after,) = county.seen_after("look")
    assert before != after, "a step that changes nothing shows nothing"
    assert len(points) == count
    killed = 0
    for point in points:
        county.go_back()
        outcome = county.run(step, strace=point.kill)
        killed += outcome.status != 0
        struck, healed = county.seen_after("look", "start", "look")
        done = f"{step.partition('=')[0]} done" in outcome.said
        refusal = next((said for said in outcome.said if said.startswith(REFUSED)), "")
        kill = Kill(before, after, struck, healed, done, refusal)
        assert_nothing_half(kill)
        yield kill
    # Which thread makes a call is not the same in every run, so that some have no call of that number.
    assert killed > 0.8 * count


def assert_nothing_half(kill: Kill) -> None:
    assert kill.struck["rows"] in (kill.before["rows"], kill.after["rows"])
    for measure, digest in kill.struck["observations"].items():
        assert digest in (kill.before["observations"][measure], kill.after["observations"][measure])
    assert kill.healed["loaded"] == kill.healed["in_store"]
    assert kill.struck["typed"]["table"] in (kill.before["typed"]["table"], kill.after["typed"]["table"])
    assert kill.healed["typed"]["table"] == kill.healed["typed"]["record"]
    assert not kill.healed["outdated"]


@pytest.mark.parametrize("count", COUNTS)
def test_an_import_is_there_or_not_and_can_be_done_again(
    prepared: Operations, tmp_path: Path, count: int
) -> None:
    prepared.go_back()
    step = f"import={prepared.home.parent / 'two.csv'}"
    for kill in kills(prepared, step, tmp_path / "log", count):
        assert (kill.before["rows"], kill.after["rows"]) == (ROWS, 2 * ROWS)
        if kill.refusal:
            assert_the_reader_died(prepared, kill, step)
            continue
        came = kill.healed["rows"] == 2 * ROWS
        assert came or not kill.acknowledged
        assert kill.healed["observations"] == (kill.after if came else kill.before)["observations"]
        assert set(kill.healed["on_the_way"]) <= {"waiting"}
        (again,) = prepared.seen_after(step, "look")
        assert again == kill.after


def assert_the_reader_died(prepared: Operations, kill: Kill, step: str) -> None:
    """What was killed was the limited child that reads the file: it is refused, and can be sent again."""
    assert kill.refusal.startswith(f"{REFUSED} The system stopped the reading")
    assert kill.struck == kill.healed == {**kill.before, "on_the_way": ["refused"]}
    (again,) = prepared.seen_after(step, "look")
    assert (again["rows"], again["observations"]) == (kill.after["rows"], kill.after["observations"])


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("operation", ["load", "undo"])
def test_a_load_and_an_undo_happen_or_do_not(
    prepared: Operations, tmp_path: Path, operation: str, count: int
) -> None:
    prepared.go_back()
    changed = prepared.home.parent / "changed"
    step = {"load": f"load={changed}", "undo": "undo=1"}[operation]
    for kill in kills(prepared, step, tmp_path / "log", count):
        assert kill.healed == kill.after or (kill.healed == kill.before and not kill.acknowledged)


@pytest.mark.parametrize("count", COUNTS)
def test_a_typed_value_counts_in_every_place_or_in_none(
    prepared: Operations, tmp_path: Path, count: int
) -> None:
    prepared.go_back()
    prepared.seen_after("hand_in=40")
    with prepared.kept_as_it_is():
        for kill in kills(prepared, "hand_in=41", tmp_path / "log", count):
            assert (kill.before["typed"]["record"], kill.after["typed"]["record"]) == ([40], [41])
            came = kill.healed["typed"]["record"] == [41]
            assert came or not kill.acknowledged
            if came:
                assert kill.healed["observations"] == kill.after["observations"]


@pytest.mark.parametrize("count", COUNTS)
def test_a_computation_is_finished_by_the_next_start(
    computable: Operations, tmp_path: Path, count: int
) -> None:
    for kill in kills(computable, "compute", tmp_path / "log", count):
        assert kill.healed == kill.after


@pytest.mark.parametrize("count", COUNTS)
def test_the_audit_log_stays_one_chain_and_keeps_what_it_acknowledged(
    prepared: Operations, tmp_path: Path, count: int
) -> None:
    prepared.go_back()
    step = "note=16"
    (before,) = prepared.seen_after("chain")
    killed = 0
    for point in prepared.points(step, tmp_path / "log", count=count):
        prepared.go_back()
        killed += prepared.run(step, strace=point.kill).status != 0
        (seen,) = prepared.seen_after("chain")
        told = seen["told"][len(before["told"]) :]
        assert seen["broken"] == ""
        assert told[: len(seen["acknowledged"])] == seen["acknowledged"]
        assert len(told) <= len(seen["acknowledged"]) + 1, "more than the row that was being written"
    assert killed > 0.8 * count


@pytest.mark.parametrize(
    "count", [pytest.param(5, id="some"), pytest.param(50, id="many", marks=pytest.mark.long)]
)
def test_a_database_that_was_being_made_can_be_made_again(tmp_path: Path, count: int) -> None:
    definitions = write_definitions(tmp_path / "definitions")
    with operations_on(tmp_path / "home") as county:
        county.run()
        county.keep()
        for point in county.points("init", tmp_path / "log", count=count):
            county.go_back()
            county.run("init", strace=point.kill)
            (made,) = county.seen_after("init", f"load={definitions}", "look")
            assert made["frequencies"] == ["month"]
