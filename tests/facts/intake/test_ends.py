"""How a reading ends when a process is killed: the child never outlives its parent, and nobody is told lies.

The file is a pipe that nobody writes to, so that the child waits for as long as the test looks at it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPT = """
import sys
from pathlib import Path
from goldenthread.facts.intake.child import propose_limited
from goldenthread.facts.intake.errors import Unreadable
try:
    propose_limited(Path(sys.argv[1]))
except Unreadable as error:
    print(error)
"""
PATIENCE = 60


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    os.mkfifo(tmp_path / "pipe")
    arguments = [sys.executable, "-c", SCRIPT, str(tmp_path / "pipe")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def child_of(process: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(PATIENCE * 20):
        if found := children.read_text().split():
            return int(found[0])
        time.sleep(0.05)
    raise AssertionError("no child was started")


def test_a_child_ends_with_its_parent(parent: subprocess.Popen[str]) -> None:
    child = Path(f"/proc/{child_of(parent)}")
    parent.kill()
    parent.wait()
    for _ in range(PATIENCE * 20):
        if not child.exists():
            return
        time.sleep(0.05)
    raise AssertionError("the child goes on alone")


def test_a_child_that_the_system_kills_is_not_said_to_be_slow(parent: subprocess.Popen[str]) -> None:
    os.kill(child_of(parent), signal.SIGKILL)
    said, _ = parent.communicate(timeout=PATIENCE)
    assert said.startswith(
        "The system stopped the reading, most likely because the machine ran out of memory."
    )
