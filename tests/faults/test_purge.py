"""What is purged is on the disk no more, in no file, page or log; and a killed purge goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.county import write_definitions, write_extract
from tests.faults.killing import Operations, operations_on

CANARY, WORKER = b"canary-7f3a", b"canary-a61d"
ON_THE_DAY, THE_DAY_BEFORE = "2026-07-19", "2026-05-19"
"""Files came on April 20, 2026; refused rows are kept for 30 days, files as received for 90."""
YEARS_LATER = "2028-02-01"
"""25 months after December 2025, in which the last row of the worker is."""


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Iterator[Operations]:
    """A workspace with a batch whose refused row says what no other does, and a worker who is in no other."""
    folder = tmp_path_factory.mktemp("purge")
    definitions = write_definitions(folder / "definitions")
    extract = write_extract(folder / "one.csv", seed=31)
    with extract.open("ab") as file:
        file.write(b"x1,w1,2026-02-30," + CANARY + b",answered\n")
        file.write(b"x2," + WORKER + b",2025-07-05,20,answered\nx3," + WORKER + b",2025-12-31,20,answered\n")
    with operations_on(folder / "home") as county:
        county.seen_after("init", f"load={definitions}", f"import={extract}")
        county.keep()
        yield county


def holding(home: Path, word: bytes = CANARY) -> list[str]:
    """The files in which the canary stands."""
    files = [file for file in sorted(home.rglob("*")) if file.is_file()]
    return [str(file.relative_to(home)) for file in files if word in file.read_bytes()]


def test_nothing_is_left_of_what_was_due(county: Operations) -> None:
    county.go_back()
    (before,) = county.seen_after("look")
    assert len(holding(county.home)) >= 3, "the file, the refused rows and the records"
    county.seen_after(f"purge={THE_DAY_BEFORE}")
    assert len(holding(county.home)) >= 3
    after, log = county.seen_after(f"purge={ON_THE_DAY}", "look", "chain")
    assert holding(county.home) == []
    assert (after, log["broken"]) == (before, "")


def test_rows_of_workers_go_and_values_stand(county: Operations) -> None:
    county.go_back()
    (before,) = county.seen_after("look")
    county.seen_after(f"purge={ON_THE_DAY}")
    places = {Path(name).parent for name in holding(county.home, WORKER)}
    assert places == {Path("store/calls"), Path("store/_tallies/calls~day")}
    after, anew, log = county.seen_after(f"purge={YEARS_LATER}", "look", "compute", "look", "chain")
    assert holding(county.home, WORKER) == []
    assert anew == after
    assert (after["observations"], log["broken"]) == (before["observations"], "")
    assert 0 < after["rows"] < before["rows"]


@pytest.mark.parametrize(
    ("day", "keeps"),
    [
        pytest.param(ON_THE_DAY, "rows", id="files"),
        pytest.param(YEARS_LATER, "observations", id="everything"),
    ],
)
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    "count", [pytest.param(5, id="some"), pytest.param(100, id="many", marks=pytest.mark.long)]
)
def test_a_killed_purge_goes_on(county: Operations, tmp_path: Path, day: str, keeps: str, count: int) -> None:
    county.go_back()
    (before,) = county.seen_after("look")
    for point in county.points(f"purge={day}", tmp_path / "log", count=count):
        county.go_back()
        county.run(f"purge={day}", strace=point.kill)
        after, anew, log = county.seen_after(f"purge={day}", "look", "compute", "look", "chain")
        assert holding(county.home) == []
        assert (holding(county.home, WORKER) == []) is (day == YEARS_LATER)
        assert (after[keeps], after["observations"]) == (before[keeps], before["observations"])
        assert (anew, log["broken"]) == (after, "")
