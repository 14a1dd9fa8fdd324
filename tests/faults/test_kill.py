"""kill -9 in the middle: nothing half visible, nothing doubled, nothing acknowledged lost.

strace counts the system calls by which something reaches the disk and kills the process at one of them.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import operations
from tests.results.counties import SHOWN, calls, write_definitions

REACHING_THE_DISK = "fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,pwrite64,ftruncate"
POINTS = 3

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def run(*words, strace=()):
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.run(
        [*strace, sys.executable, operations.__file__, *map(str, words)],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def done(*words):
    result = run(*words)
    assert result.returncode == 0, result.stderr
    return result.stdout


def look(home):
    return json.loads(done("look", home, "-"))


def points(home, log, *words):
    """Evenly spread numbers of system calls, out of as many as the operation makes."""
    result = run(
        *words[:1],
        home,
        *words[1:],
        strace=("strace", "-f", "-qq", "-e", f"trace={REACHING_THE_DISK}", "-o", log),
    )
    assert result.returncode == 0, result.stderr
    by_process: dict[str, int] = {}
    for line in Path(log).read_text().splitlines():
        process = re.split(r"\s", line, maxsplit=1)[0]
        by_process[process] = by_process.get(process, 0) + 1
    most = max(by_process.values())
    return sorted({1 + number * (most - 1) // (POINTS - 1) for number in range(POINTS)})


def killed_at(point, home, *words):
    inject = f"inject={REACHING_THE_DISK}:signal=KILL:when={point}"
    result = run(
        *words[:1], home, *words[1:], strace=("strace", "-f", "-qq", "-o", "/dev/null", "-e", inject)
    )
    return result.returncode != 0, "acknowledged" in result.stdout


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A workspace with one batch loaded, and files for what comes next."""
    folder = tmp_path_factory.mktemp("faults")
    home = folder / "home"
    environment = {**os.environ, "GOLDENTHREAD_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    subprocess.run(
        [sys.executable, "-m", "goldenthread", "init"], env=environment, check=True, capture_output=True
    )
    done("load", home, write_definitions(folder / "definitions"))
    for number, seed in (("one", 31), ("two", 32)):
        with (folder / f"{number}.csv").open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["call", "agent", "day", "wait", "outcome"])
            for each in calls(120, seed=seed):
                writer.writerow([each.call, each.agent, each.day, each.wait, each.outcome])
    done("import", home, folder / "one.csv")
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


def test_import(county, tmp_path):
    before = look(copy_of(county, "before"))
    home = copy_of(county, "after")
    at = points(home, tmp_path / "log", "import", county / "two.csv")
    after = look(home)
    assert after["rows"] == 240
    kills = 0
    for point in at:
        home = copy_of(county, "killed")
        was_killed, acknowledged = killed_at(point, home, "import", county / "two.csv")
        kills += was_killed
        done("heal", home, "-")
        seen = look(home)
        assert_whole(seen)
        assert seen["rows"] in (before["rows"], after["rows"]), point
        assert not acknowledged or seen["rows"] == after["rows"], point
        done("import", home, county / "two.csv")
        again = look(home)
        assert_whole(again)
        assert (again["rows"], again["observations"]) == (after["rows"], after["observations"]), point
    assert kills >= len(at) // 2


@pytest.mark.parametrize("operation", ["load", "compute", "undo"])
def test_other_operations(county, tmp_path, operation):
    argument = {"load": county / "changed", "compute": "-", "undo": "1"}[operation]
    changed = write_definitions(county / "changed")
    for key in SHOWN:
        file = changed / "measures" / f"{key}.yaml"
        file.write_text(file.read_text().replace("frequency: month", "frequency: quarter"))
    before = look(copy_of(county, "before"))
    home = copy_of(county, "after")
    at = points(home, tmp_path / "log", operation, argument)
    after = look(home)
    for point in at:
        home = copy_of(county, "killed")
        _, acknowledged = killed_at(point, home, operation, argument)
        done("heal", home, "-")
        seen = look(home)
        assert_whole(seen)
        assert seen["observations"] in (before["observations"], after["observations"]), point
        assert not acknowledged or seen["observations"] == after["observations"], point
