"""Operations in processes of their own: a program that has everything imported, and forks one for each.

    python forks.py HOME

reads requests from standard input and answers on standard output, one JSON value a line. A request is
``{"steps": [...], "strace": [...]}``; its steps, an operation or OPERATION=ARGUMENT each, are done one after
the other in one forked process. The answer holds what each step said, and whether the process ended by
itself. ``strace`` are the arguments of a strace that watches or kills it. A fork costs milliseconds, a new
interpreter seconds.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import IO

from tests.faults.operations import OPERATIONS

PR_SET_PTRACER, PR_SET_PTRACER_ANY = 0x59616D61, 2**64 - 1
"""Of prctl(2)."""


def main(home: str) -> None:
    os.environ["GOLDENTHREAD_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "goldenthread.config.settings"
    os.environ["GOLDENTHREAD_PLAIN_HTTP"] = "1"
    os.environ.pop("DATABASE_URL", None)
    from goldenthread.workspace import Workspace

    Workspace(Path(home)).create()
    import django

    django.setup()
    import_everything()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(run(request["steps"], request.get("strace", []))), flush=True)


def import_everything() -> None:
    """What the operations import when they need it. It opens no database and no store: neither an SQLite
    connection nor the threads of the store may be taken into a fork."""
    for name in (
        "django.core.management.commands.migrate",
        "django.db.backends.sqlite3.base",
        "django.test.client",
        "django_tasks_db.management.commands.db_worker",
        "goldenthread.config.urls",
        "goldenthread.jobs.backups.making",
        "goldenthread.jobs.backups.restoring",
        "goldenthread.jobs.loading",
        "goldenthread.jobs.retention.purging",
        "goldenthread.jobs.tasks",
        "ibis.backends.duckdb",
    ):
        importlib.import_module(name)
    # It tries out where it may write, and leaves what it cannot remove.
    tempfile.gettempdir()


def run(steps: list[str], strace: list[str]) -> dict[str, object]:
    """Do the steps in a forked process: what they said, and whether it ended by itself."""
    hears, says = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(hears)
        code = 1
        try:
            if strace:
                # Where only a parent may trace (Yama), this lets its other child do so too.
                ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(PR_SET_PTRACER_ANY), 0, 0, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
            with os.fdopen(says, "w") as out:
                for step in steps:
                    do(step, out)
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    os.close(says)
    tracer = attached(process, strace) if strace else None
    with os.fdopen(hears) as heard:
        said = [json.loads(line) for line in heard]
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if tracer is not None:
        tracer.wait()
    return {"said": said, "status": status}


def attached(process: int, strace: list[str]) -> subprocess.Popen[bytes]:
    """A strace around a process that waits for it."""
    os.waitpid(process, os.WUNTRACED)
    tracer = subprocess.Popen(["strace", "-f", "-qq", *strace, "-p", str(process)])
    while "TracerPid:\t0\n" in Path(f"/proc/{process}/status").read_text():
        assert tracer.poll() is None, "strace may not attach to a process here"
        time.sleep(0.002)
    os.kill(process, signal.SIGCONT)
    return tracer


def do(step: str, out: IO[str]) -> None:
    operation, _, argument = step.partition("=")
    said = OPERATIONS[operation](argument) if argument else OPERATIONS[operation]()
    print(json.dumps(f"{operation} done" if said is None else said, default=str), file=out, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
