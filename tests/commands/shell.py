"""Runs the command line as a script does: in a process of its own, without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Shell:
    """Runs ``goldenthread`` in one workspace, without a terminal."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words, code=0):
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        done = subprocess.run(
            [sys.executable, "-m", "goldenthread", *map(str, words)],
            env={**environment, "GOLDENTHREAD_HOME": str(self.home), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr
