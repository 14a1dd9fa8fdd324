"""Runs every check of ``make check``, shows what failed, and counts failures instead of stopping at one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from goldenthread.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One question about the tree, and the command that answers it."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    check: Check
    passed: bool
    seconds: float
    output: str


# The slowest first: two run at a time.
CHECKS = (
    Check("types", ("mypy",)),
    Check("imports between rooms", ("lint-imports",)),
    Check(
        "safety",
        ("bandit", "--quiet", "-ll", "--configfile", "pyproject.toml", "--recursive", "goldenthread"),
    ),
    Check("style", ("ruff", "check", ".")),
    Check("layout", ("ruff", "format", "--check", ".")),
    Check("migrations match the models", ("django-admin", "makemigrations", "--check", "--dry-run")),
    Check("settings", ("django-admin", "check", "--deploy", "--fail-level", "WARNING")),
    Check("templates", ("djlint", "--lint", "--quiet", "goldenthread")),
)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="goldenthread-check-") as home, ThreadPoolExecutor(2) as pool:
        Workspace(Path(home)).create()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "goldenthread.config.settings",
            "GOLDENTHREAD_HOME": home,
        }
        environment.pop("DATABASE_URL", None)
        failures = 0
        for answer in pool.map(lambda check: ask(check, environment), CHECKS):
            verdict = "ok    " if answer.passed else "FAILED"
            print(f"{verdict} {answer.check.name} ({answer.seconds:.1f} s)", flush=True)
            if not answer.passed:
                failures += 1
                print(answer.output)
    print(f"{len(CHECKS) - failures} checks passed, {failures} failed")
    return 1 if failures else 0


def ask(check: Check, environment: dict[str, str]) -> Answer:
    program, *arguments = check.command
    start = time.monotonic()
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Answer(check, done.returncode == 0, time.monotonic() - start, done.stdout)


if __name__ == "__main__":
    sys.exit(main())
