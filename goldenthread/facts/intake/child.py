"""Reads a file in a child process that cannot take more memory or time than it was given."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import goldenthread
from goldenthread.facts.drift import Drift
from goldenthread.facts.intake.errand import MEGABYTE, PROPOSE, READ, too_much_memory
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.files import is_workbook
from goldenthread.facts.intake.propose import Proposal
from goldenthread.facts.intake.report import ACCEPTED, PLACES, REJECTS, Report
from goldenthread.facts.sources import SourceDefinition


@dataclass(frozen=True)
class Limits:
    """What one reading may take: memory of its own in bytes, processor seconds, seconds on the clock."""

    memory: int
    processor_seconds: int
    seconds: int


# A scan streams, so its needs do not grow with the file; a spreadsheet has to be unpacked whole.
FOR_SCANS = Limits(memory=1536 * MEGABYTE, processor_seconds=3600, seconds=7200)
# Many times what real extracts take. A small file that is made to be slow is stopped after a minute.
_SECONDS_FOR_ANY_SCAN, _SECONDS_A_MEGABYTE = 60, 4
FOR_WORKBOOKS = Limits(memory=1200 * MEGABYTE, processor_seconds=60, seconds=120)
_SCRATCH = "scratch-*"
_OUT_OF_MEMORY = (
    *("MemoryError", "OutOfMemory", "Out of Memory", "bad_alloc"),
    *("Cannot allocate memory", "memory allocation"),
    # A thread needs a stack.
    *("can't start new thread", "Failed to launch worker thread"),
)


def read_limited(
    file: Path,
    definition: SourceDefinition,
    *,
    out: Path,
    timezone: str,
    batch: int,
    limits: Limits | None = None,
    progress: Callable[[int], None] | None = None,
    received: datetime | None = None,
    unused: Collection[str] = (),
    most_rows: int | None = None,
) -> Report:
    """``read`` in a child process. The child writes inside ``out`` only; what it leaves half done is removed.

    Raises Unreadable with a sentence when the file cannot be loaded, or takes more than ``limits`` allow (by
    default, limits that fit the kind of file).
    """
    limits = limits or _fitting(file)
    out.mkdir(parents=True, exist_ok=True)
    task = {
        "errand": READ,
        "file": str(file.resolve()),
        "definition": definition.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "out": str(out.resolve()),
        "timezone": timezone,
        "batch": batch,
        "received": received.isoformat() if received else None,
        "unused": list(unused),
        "most_rows": most_rows,
    }
    try:
        return Report.from_dict(_outcome(task, limits, progress))
    except BaseException:
        for left in (ACCEPTED, REJECTS, PLACES):
            (out / left).unlink(missing_ok=True)
        raise
    finally:
        for scratch in out.glob(_SCRATCH):
            shutil.rmtree(scratch, ignore_errors=True)


def _fitting(file: Path) -> Limits:
    if is_workbook(file):
        return FOR_WORKBOOKS
    wanted = _SECONDS_FOR_ANY_SCAN + _SECONDS_A_MEGABYTE * (file.stat().st_size // MEGABYTE)
    return replace(FOR_SCANS, processor_seconds=min(wanted, FOR_SCANS.processor_seconds))


def propose_limited(file: Path) -> Proposal:
    """``propose`` in a child process. Raises Unreadable as ``read_limited`` does."""
    found = _outcome({"errand": PROPOSE, "file": str(file.resolve())}, FOR_WORKBOOKS, None)
    return Proposal(found["definition"], tuple(found["notes"]))


def _outcome(
    task: Mapping[str, object], limits: Limits, progress: Callable[[int], None] | None
) -> dict[str, Any]:
    """What the task came to, as the child tells it in its last message."""
    bounds = {"memory": limits.memory, "processor_seconds": limits.processor_seconds}
    child = _started()
    too_late = threading.Event()

    def stop() -> None:
        too_late.set()
        child.kill()

    timer = threading.Timer(limits.seconds, stop)
    timer.start()
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        # A child that is gone before it could hear says by its end why.
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps({**task, **bounds}) + "\n")
            child.stdin.flush()
        for line in child.stdout:
            message = json.loads(line)
            if "unreadable" in message:
                raise Unreadable(message["unreadable"], Drift.from_dict(message.get("drift", {})))
            if "done" in message:
                done: dict[str, Any] = message["done"]
                return done
            if progress:
                progress(message["rows"])
        complaint = child.stderr.read()
        child.wait()
    finally:
        timer.cancel()
        # Only a child that has said its last word, or whose listener has failed, is still alive here.
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
    raise Unreadable(_ended(child.returncode, complaint, limits, too_late=too_late.is_set()))


# What reads a stranger's file is not handed the environment, which may hold secrets.
_HANDED_DOWN = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TZ",
    "TZDIR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
)


def _started() -> subprocess.Popen[str]:
    handed_down = {name: os.environ[name] for name in _HANDED_DOWN if name in os.environ}
    root = str(Path(goldenthread.__file__).parents[1])
    modest = {
        "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")])),
        # Allocators that reserve memory ahead, or keep what was freed, would meet the limit before the file
        # does: ten million rows, 0.6 GB in use, took up to 1.5 GB of addresses, and now take half of it.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
        "DUCKDB_JE_MALLOC_CONF": "retain:false",
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from goldenthread.facts.intake.errand import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**handed_down, **modest},
    )


def _ended(code: int, complaint: str, limits: Limits, *, too_late: bool) -> str:
    if code == -signal.SIGXCPU or too_late:
        return (
            "Reading the file took longer than it may "
            f"({limits.processor_seconds} seconds of processor time). Split it, or send it as CSV."
        )
    if any(sign in complaint for sign in _OUT_OF_MEMORY) or code in (-signal.SIGABRT, -signal.SIGSEGV):
        return too_much_memory(limits.memory)
    if code == -signal.SIGKILL:
        return (
            "The system stopped the reading, most likely because the machine ran out of memory. "
            "Try again when less is going on, or split the file."
        )
    raise RuntimeError(f"The reader stopped with code {code}: {complaint[-2000:]}")
