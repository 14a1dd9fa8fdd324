"""Runs the command line as a script does: in a process of its own, without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def outside() -> dict[str, str]:
    """The environment without what this run of tests has set for itself."""
    own = ("DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")
    return {key: value for key, value in os.environ.items() if key not in own}


class Shell:
    """Runs ``goldenthread`` in one workspace, without a terminal."""

    def __init__(self, home: Path, **settings: str) -> None:
        """``settings``: further variables of the environment."""
        self.home = home
        self.settings = settings

    def __call__(self, *words, code=0):
        process = self.start(*words)
        out, err = process.communicate()
        assert process.returncode == code, out + err
        return out if code == 0 else out + err

    def start(self, *words, to=None):
        """The same without waiting for its end; ``to``: the open file for all that it says."""
        return subprocess.Popen(
            [sys.executable, "-m", "goldenthread", *map(str, words)],
            env={**outside(), "GOLDENTHREAD_HOME": str(self.home), "COLUMNS": "200", **self.settings},
            stdin=subprocess.DEVNULL,
            stdout=to or subprocess.PIPE,
            stderr=to or subprocess.PIPE,
            text=True,
        )
