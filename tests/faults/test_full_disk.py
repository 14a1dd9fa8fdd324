"""A full disk: a sentence, a workspace that is whole, and a second try that succeeds once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.faults.county import ROWS, write_definitions, write_extract

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None, reason="only root can mount a small disk"
)
SENTENCE = "There is no room left on the disk"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Shell]:
    """A workspace with its definitions on a disk of 40 MB."""
    home = tmp_path / "home"
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(home)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        shell = Shell(home)
        shell("init")
        shell("load", write_definitions(tmp_path / "definitions"))
        yield shell
    finally:
        subprocess.run(["umount", "--lazy", str(home)], check=True)


def fill(home: Path, *, leaving: int) -> Path:
    """Take all room but ``leaving`` bytes."""
    filler = home / "filler"
    free = shutil.disk_usage(home).free
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - leaving)
    return filler


# Nothing at all; and enough to read the file, but not to load it.
@pytest.mark.parametrize("leaving", [0, 160 << 10])
def test_an_import_without_room_changes_nothing_and_can_be_done_again(
    small: Shell, tmp_path: Path, leaving: int
) -> None:
    extract = write_extract(tmp_path / "one.csv", seed=31)
    filler = fill(small.home, leaving=leaving)
    assert SENTENCE in small("import", "calls", extract, "--yes", code=1)
    filler.unlink()
    assert '"state": "loaded"' in small("import", "calls", extract, "--yes", "--json")
    assert f'"denominator": {ROWS}' in small("series", "in_time", "--by", "year", "--format", "json")


def test_a_backup_and_a_restore_without_room_leave_nothing_and_can_be_done_again(
    small: Shell, tmp_path: Path
) -> None:
    small("import", "calls", write_extract(tmp_path / "one.csv", seed=31), "--yes")
    backup = tmp_path / "backup.tar.gz"
    # Two copies of the records are made on the disk of the workspace.
    filler = fill(small.home, leaving=500 << 10)
    assert f"{SENTENCE} of {small.home}" in small("backup", backup, code=1)
    assert list(tmp_path.glob("backup*")) == []
    filler.unlink()
    small("backup", backup)

    filler = fill(small.home, leaving=100 << 10)
    again = Shell(small.home / "again")
    assert f"{SENTENCE} of {again.home}" in again("restore", backup, "--verify", code=1)
    filler.unlink()
    assert "Proved equal" in again("restore", backup, "--verify")
