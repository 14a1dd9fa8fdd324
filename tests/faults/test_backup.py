"""Backups under load and under kill -9, and the way back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands.shell import Shell
from tests.faults.county import write_definitions, write_extract
from tests.faults.killing import Operations, operations_on
from tests.faults.test_kill import COUNTS

BACKUPS = [pytest.param(1, id="some"), pytest.param(10, id="many", marks=pytest.mark.long)]
MUCH = 128 << 20
killing = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Iterator[Operations]:
    """A workspace with one batch loaded and a second one on which nothing was computed."""
    folder = tmp_path_factory.mktemp("backups")
    definitions = write_definitions(folder / "definitions")
    first, second = (write_extract(folder / f"{seed}.csv", seed=seed) for seed in (31, 32))
    with operations_on(folder / "home") as county:
        county.seen_after("init", f"load={definitions}", "hand_in=40", f"import={first}", f"commit={second}")
        county.keep()
        yield county


def seen_in(home: Path) -> list[dict[str, Any]]:
    """What stands in a workspace: as it is, once a worker has started, and once everything was computed from
    its facts; and its audit log."""
    with operations_on(home) as restored:
        return restored.seen_after("look", "start", "look", "compute", "look", "chain")


@pytest.mark.parametrize("count", BACKUPS)
def test_what_is_backed_up_under_load_is_one_moment(tmp_path: Path, count: int) -> None:
    home, loads, meanwhile = tmp_path / "home", 1, 0
    with operations_on(home) as county:
        first = write_extract(tmp_path / "first.csv", seed=loads)
        county.seen_after("init", f"load={write_definitions(tmp_path / 'definitions')}", f"import={first}")
        keep_much(home)
        for number in range(count):
            backing_up = Shell(home).start("backup", tmp_path / f"{number}.tar.gz")
            while backing_up.poll() is None:
                loads += 1
                extract = write_extract(tmp_path / "next.csv", seed=loads)
                county.seen_after(f"import={extract}", "note=8")
                meanwhile += backing_up.poll() is None
            _said, complaint = backing_up.communicate()
            assert backing_up.returncode == 0, complaint
    for number in range(count):
        file = tmp_path / f"{number}.tar.gz"
        restored = Shell(tmp_path / f"restored-{number}")
        assert "Proved equal" in restored("restore", file, "--verify")
        _held, healed, computed, log = seen_in(restored.home)
        assert healed["loaded"] == healed["in_store"]
        assert not healed["outdated"]
        assert healed["observations"] == computed["observations"], "values that do not follow from the facts"
        assert log["broken"] == ""
        file.unlink()
        shutil.rmtree(restored.home)
    assert meanwhile >= 2 * count, "too little was going on while a backup was made"


def keep_much(home: Path) -> None:
    """Bytes that no compression makes fewer, among those of a batch: a backup of them takes several loads."""
    (folder,) = (home / "uploads").iterdir()
    (folder / "much").write_bytes(os.urandom(MUCH))


@killing
@pytest.mark.parametrize("count", COUNTS)
def test_a_killed_backup_leaves_none(county: Operations, tmp_path: Path, count: int) -> None:
    county.go_back()
    (before,) = county.seen_after("look")
    file = tmp_path / "backup.tar.gz"
    points = county.points(f"backup={file}", tmp_path / "log", count=count)
    whole = len(subprocess.check_output(["tar", "-tzf", file]).splitlines())
    killed = 0
    for point in points:
        file.unlink(missing_ok=True)
        outcome = county.run(f"backup={file}", strace=point.kill)
        killed += outcome.status != 0
        assert file.exists() or not outcome.said
        if file.exists():
            # Killed after it had its name, or not at all.
            assert len(subprocess.check_output(["tar", "-tzf", file]).splitlines()) == whole
    assert killed > 0.8 * count
    file.unlink(missing_ok=True)
    (after,) = county.seen_after(f"backup={file}", "look")
    assert (before, [file.name]) == (after, [one.name for one in tmp_path.iterdir() if one.name != "log"])
    assert not (county.home / "backing-up").exists()


@killing
@pytest.mark.parametrize("count", COUNTS)
def test_a_killed_restore_leaves_nothing_that_looks_whole(
    county: Operations, tmp_path: Path, count: int
) -> None:
    county.go_back()
    file, home = tmp_path / "backup.tar.gz", tmp_path / "restored"
    county.seen_after(f"backup={file}")
    (wanted,) = county.seen_after("look")
    killed = completed = 0
    with operations_on(home / "restoring") as restored:
        restored.run()
        points = restored.points(f"restore={file}", tmp_path / "log", count=count)
        for point in points:
            start_over(home)
            outcome = restored.run(f"restore={file}", strace=point.kill)
            killed += outcome.status != 0
            if (home / "store").exists() and not (home / "restoring" / "store").exists():
                completed += 1
                assert seen_as_it_is(home) == wanted
            else:
                assert not outcome.said
        assert killed > 0.8 * count
        assert completed < 0.5 * count, "most kills came too late to tell anything"
        # What is left of one that was killed at its first lasting step is no obstacle.
        start_over(home)
        assert restored.run(f"restore={file}", strace=points[0].kill).status != 0
        restored.seen_after(f"restore={file}")
    assert seen_as_it_is(home) == wanted


def start_over(home: Path) -> None:
    shutil.rmtree(home)
    (home / "restoring").mkdir(parents=True)


def seen_as_it_is(home: Path) -> dict[str, Any]:
    with operations_on(home) as made:
        (seen,) = made.seen_after("look")
    return seen
