"""Reads a file in a child process that cannot take more memory or time than it was given."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import goldenthread
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.files import is_workbook
from goldenthread.facts.intake.report import ACCEPTED, PLACES, REJECTS, Report
from goldenthread.facts.sources import SourceDefinition

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one reading may take: memory of its own in bytes, processor seconds, seconds on the clock."""

    memory: int
    processor_seconds: int
    seconds: int


# A scan streams, so its needs do not grow with the file; a spreadsheet has to be unpacked whole.
FOR_SCANS = Limits(memory=1536 * MEGABYTE, processor_seconds=3600, seconds=7200)
FOR_WORKBOOKS = Limits(memory=1200 * MEGABYTE, processor_seconds=60, seconds=120)
_SCRATCH = "scratch-*"


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
) -> Report:
    """``read`` in a child process. The child writes inside ``out`` only; what it leaves half done is removed.

    Raises Unreadable with a sentence when the file cannot be loaded, or takes more than ``limits`` allow (by
    default, limits that fit the kind of file).
    """
    limits = limits or (FOR_WORKBOOKS if is_workbook(file) else FOR_SCANS)
    out.mkdir(parents=True, exist_ok=True)
    task = {
        "file": str(file.resolve()),
        "definition": definition.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "out": str(out.resolve()),
        "timezone": timezone,
        "batch": batch,
        "received": received.isoformat() if received else None,
        "memory": limits.memory,
        "processor_seconds": limits.processor_seconds,
    }
    try:
        return _outcome(task, limits, progress)
    except BaseException:
        for left in (ACCEPTED, REJECTS, PLACES):
            (out / left).unlink(missing_ok=True)
        raise
    finally:
        for scratch in out.glob(_SCRATCH):
            shutil.rmtree(scratch, ignore_errors=True)


def _outcome(task: dict[str, object], limits: Limits, progress: Callable[[int], None] | None) -> Report:
    root = str(Path(goldenthread.__file__).parents[1])
    modest = {
        "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")])),
        # Allocators that reserve memory ahead would meet the limit before the file does.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
    }
    child = subprocess.Popen(
        [sys.executable, "-c", "from goldenthread.facts.intake.child import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **modest},
    )
    timer = threading.Timer(limits.seconds, child.kill)
    timer.start()
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(json.dumps(task))
        child.stdin.close()
        for line in child.stdout:
            message = json.loads(line)
            if "rows" in message:
                if progress:
                    progress(message["rows"])
            elif "unreadable" in message:
                raise Unreadable(message["unreadable"])
            elif "report" in message:
                return Report.from_dict(message["report"])
        complaint = child.stderr.read()
        child.wait()
    finally:
        timer.cancel()
        # Only a child that has said its last word, or whose listener has failed, is still alive here.
        child.kill()
        child.wait()
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()
    raise Unreadable(_ended(child.returncode, complaint, limits))


def _ended(code: int, complaint: str, limits: Limits) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return (
            "Reading the file took longer than it may "
            f"({limits.processor_seconds} seconds of processor time). Split it, or send it as CSV."
        )
    if any(sign in complaint for sign in _OUT_OF_MEMORY) or code in (-signal.SIGABRT, -signal.SIGSEGV):
        return _too_much_memory(limits.memory)
    raise RuntimeError(f"The reader stopped with code {code}: {complaint[-2000:]}")


_OUT_OF_MEMORY = ("MemoryError", "OutOfMemory", "bad_alloc", "Cannot allocate memory", "memory allocation")


def _too_much_memory(memory: int) -> str:
    return (
        f"Reading the file takes more than the {memory // MEGABYTE:,} MB of memory it may use. "
        "Split it, or send it as CSV."
    )


def main() -> None:
    """What the child runs: one task from standard input, one JSON message a line to standard output."""
    # Libraries may print to standard output; the parent must hear nothing on it but messages.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    task = json.load(sys.stdin)
    # Not RLIMIT_AS: that also counts the libraries' own files, which take 400 MB and no memory to speak of.
    _limit(resource.RLIMIT_DATA, task["memory"])
    _limit(resource.RLIMIT_CPU, task["processor_seconds"])
    _limit(resource.RLIMIT_CORE, 0)

    import duckdb
    import pyarrow as pa

    from goldenthread.facts.intake.reading import read

    def tell(**message: object) -> None:
        print(json.dumps(message), file=channel, flush=True)

    try:
        report = read(
            Path(task["file"]),
            SourceDefinition.model_validate(task["definition"]),
            out=Path(task["out"]),
            timezone=task["timezone"],
            batch=task["batch"],
            memory=f"{task['memory'] // MEGABYTE * 2 // 5}MB",
            progress=lambda rows: tell(rows=rows),
            received=datetime.fromisoformat(task["received"]) if task["received"] else None,
        )
    except Unreadable as error:
        tell(unreadable=str(error))
    except (MemoryError, duckdb.OutOfMemoryException, pa.ArrowMemoryError):
        tell(unreadable=_too_much_memory(task["memory"]))
    else:
        tell(report=report.as_dict())


def _limit(what: int, amount: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
