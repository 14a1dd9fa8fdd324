"""Rows that do not fit into memory go with their engine, with its process, or after a kill with the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.engines.spill import SpillFolder

ROWS = "rows of people"
WITH_AN_ENGINE = f"""
import sys, time
from pathlib import Path
from goldenthread.facts.engines.embedded import EmbeddedEngine
engine = EmbeddedEngine([])
folder, = Path(sys.argv[1]).iterdir()
(folder / "spilled").write_text({ROWS!r})
print(folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def another(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process with an engine that has spilled a minute ago, and where."""
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_AN_ENGINE, str(folder)],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    spill = Path(process.stdout.readline().strip())
    os.utime(spill, (0, 0))
    return process, spill


def test_it_goes_with_its_engine_and_closing_twice_does_no_harm(folder: Path) -> None:
    engine = EmbeddedEngine([])
    assert len(list(folder.iterdir())) == 1
    engine.close()
    assert list(folder.iterdir()) == []
    engine.close()


def test_it_goes_with_its_process(folder: Path) -> None:
    process, spill = another(folder)
    process.communicate("")
    assert process.returncode == 0
    assert not spill.exists()


def test_what_a_killed_one_left_goes_with_the_next(folder: Path) -> None:
    process, spill = another(folder)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (spill / "spilled").read_text() == ROWS
    SpillFolder().remove()
    assert list(folder.iterdir()) == []


def test_what_is_in_use_stays_and_so_does_what_just_began(folder: Path) -> None:
    process, spill = another(folder)
    begun = folder / "goldenthread-spill-begun"
    begun.mkdir()
    SpillFolder().remove()
    assert (spill / "spilled").exists()
    assert begun.exists()
    process.communicate("")
