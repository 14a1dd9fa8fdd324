"""Who reads while others load, correct and take back is given what stood before or what stands after."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.county import write_definitions, write_extract
from tests.faults.killing import Operations, operations_on

READERS = 2
NUMBERS = 5
"""What a reader reads each time: the facts, and two measures by months and by years."""
Seen = dict[str, str]


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[list[Operations]]:
    """A county with an extract; one program for who writes, the others for who reads."""
    folder = tmp_path_factory.mktemp("readers")
    definitions = write_definitions(folder / "definitions")
    first = write_extract(folder / "one.csv", seed=31)
    with ExitStack() as stack:
        programs = [stack.enter_context(operations_on(folder / "home")) for _ in range(1 + READERS)]
        programs[0].seen_after("init", f"load={definitions}", f"import={first}")
        yield programs


def changes(writer: Operations, folder: Path) -> Iterator[str]:
    """Steps without end: an extract, its correction, and both taken back, the later first."""
    seed = 100
    while True:
        seed += 1
        given = write_extract(folder / f"{seed}.csv", seed=seed)
        corrected = write_extract(folder / f"{seed}-corrected.csv", seed=seed, longer=25)
        yield f"import={given}"
        yield f"import={corrected}"
        (look,) = writer.seen_after("look")
        *_, first, second = look["loaded"]
        yield f"undo={second}"
        yield f"undo={first}"


def assert_in_order(read: list[Seen], stood: list[Seen]) -> None:
    """Each number was, whenever it was read, one of those that stood, none earlier than the last one read."""
    for what in stood[0]:
        place = 0
        for number, one in enumerate(read):
            later = (at for at in range(place, len(stood)) if stood[at][what] == one[what])
            place = next(later, -1)
            assert place >= 0, f"{what}, read number {number}, is none of what stood then or came later"


@pytest.mark.parametrize(
    "reads", [pytest.param(300, id="some"), pytest.param(10_000, id="many", marks=pytest.mark.long)]
)
def test_no_reader_sees_part_of_a_batch(programs: list[Operations], tmp_path: Path, reads: int) -> None:
    writer, *readers = programs
    stood = writer.seen_after("numbers")
    steps = changes(writer, tmp_path)
    with ThreadPoolExecutor(READERS) as at_once:
        watch = f"watch={-(-reads // (NUMBERS * READERS))}"
        watching = [at_once.submit(one.run, watch) for one in readers]
        while not all(one.done() for one in watching):
            stood += writer.seen_after(next(steps), "numbers")
    assert len({tuple(one.values()) for one in stood}) > 1
    for one in watching:
        outcome = one.result()
        assert outcome.status == 0
        (read,) = outcome.said
        assert_in_order(read, stood)
