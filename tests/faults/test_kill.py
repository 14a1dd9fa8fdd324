"""kill -9 in the middle: nothing half visible, nothing doubled, nothing acknowledged lost.

strace counts the system calls by which something reaches the disk and kills the process at one of them.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults import operations
from tests.results.counties import SHOWN, calls, write_definitions

REACHING_THE_DISK = "fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,pwrite64,ftruncate"

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

# How many points of each operation: a few in every run, many in the long one.
EACH = [pytest.param(3, id="few"), pytest.param(50, id="many", marks=pytest.mark.long)]


def run(home, *steps, strace=()):
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.run(
        [*strace, sys.executable, operations.__file__, str(home), *steps],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def seen_after(home, *steps):
    """What each ``look`` among the steps saw."""
    result = run(home, *steps)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def points(home, log, step, *, count):
    """Evenly spread numbers of system calls, out of as many as the operation makes."""
    watching = ("strace", "-f", "-qq", "-e", f"trace={REACHING_THE_DISK}", "-o", str(log))
    result = run(home, step, strace=watching)
    assert result.returncode == 0, result.stderr
    calls_by_process = Counter(line.split(maxsplit=1)[0] for line in log.read_text().splitlines())
    most = max(calls_by_process.values())
    return sorted({1 + number * (most - 1) // (count - 1) for number in range(count)})


def killed_at(point, home, step):
    """Whether the process was killed, and whether it had said that it was done."""
    inject = f"inject={REACHING_THE_DISK}:signal=KILL:when={point}"
    result = run(home, step, strace=("strace", "-f", "-qq", "-o", "/dev/null", "-e", inject))
    return result.returncode != 0, "acknowledged" in result.stdout


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A workspace with one batch loaded, and files for what comes next."""
    folder = tmp_path_factory.mktemp("faults")
    environment = {**os.environ, "GOLDENTHREAD_HOME": str(folder / "home")}
    environment.pop("DATABASE_URL", None)
    init = [sys.executable, "-m", "goldenthread", "init"]
    subprocess.run(init, env=environment, check=True, capture_output=True)
    for name, seed in (("one", 31), ("two", 32)):
        with (folder / f"{name}.csv").open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["call", "agent", "day", "wait", "outcome"])
            for each in calls(120, seed=seed):
                writer.writerow([each.call, each.agent, each.day, each.wait, each.outcome])
    definitions = write_definitions(folder / "definitions")
    seen_after(folder / "home", f"load={definitions}", f"import={folder / 'one.csv'}")
    return folder


def copy_of(county, name):
    place = county / name
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(county / "home", place)
    return place


def assert_whole(seen):
    assert seen["loaded"] == seen["in_store"]
    assert not seen["half_way"]
    assert not seen["outdated"]


def before_and_after(county, tmp_path, step, count):
    (before,) = seen_after(copy_of(county, "before"), "look")
    home = copy_of(county, "after")
    at = points(home, tmp_path / "log", step, count=count)
    (after,) = seen_after(home, "look")
    return before, after, at


@pytest.mark.parametrize("count", EACH)
def test_an_import_is_there_or_not_and_can_be_done_again(county, tmp_path, count):
    step = f"import={county / 'two.csv'}"
    before, after, at = before_and_after(county, tmp_path, step, count)
    assert (before["rows"], after["rows"]) == (120, 240)
    kills = 0
    for point in at:
        home = copy_of(county, "killed")
        was_killed, acknowledged = killed_at(point, home, step)
        kills += was_killed
        healed, again = seen_after(home, "heal", "look", step, "look")
        assert_whole(healed)
        assert healed["rows"] in (before["rows"], after["rows"]), point
        assert not acknowledged or healed["rows"] == after["rows"], point
        assert_whole(again)
        assert (again["rows"], again["observations"]) == (after["rows"], after["observations"]), point
    assert kills


@pytest.mark.parametrize("count", EACH)
@pytest.mark.parametrize("operation", ["load", "compute", "undo"])
def test_other_operations_happen_or_do_not(county, tmp_path, operation, count):
    changed = write_definitions(county / "changed")
    for key in SHOWN:
        file = changed / "measures" / f"{key}.yaml"
        file.write_text(file.read_text().replace("frequency: month", "frequency: quarter"))
    step = {"load": f"load={changed}", "compute": "compute", "undo": "undo=1"}[operation]
    before, after, at = before_and_after(county, tmp_path, step, count)
    for point in at:
        home = copy_of(county, "killed")
        _, acknowledged = killed_at(point, home, step)
        (healed,) = seen_after(home, "heal", "look")
        assert_whole(healed)
        assert healed["observations"] in (before["observations"], after["observations"]), point
        assert not acknowledged or healed["observations"] == after["observations"], point
