"""What a child process does: one task from standard input, one JSON message a line to standard output."""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.sources import SourceDefinition

MEGABYTE = 1 << 20
READ, PROPOSE = "read", "propose"
Tell = Callable[..., None]


def main() -> None:
    """Do the task within its limits; what it came to is the last message."""
    # Libraries may print to standard output; the parent must hear nothing on it but messages.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    task = json.loads(sys.stdin.readline())
    # Standard input stays open as long as the parent lives: whoever reads a file for nobody would write into
    # the folder of the one that reads it again.
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    # Not RLIMIT_AS: that also counts the libraries' own files, which take 400 MB and no memory to speak of.
    _limit(resource.RLIMIT_DATA, task["memory"])
    _limit(resource.RLIMIT_CPU, task["processor_seconds"])
    _limit(resource.RLIMIT_CORE, 0)
    # What it writes is for whoever runs it alone.
    os.umask(0o077)

    import duckdb
    import pyarrow as pa

    def tell(**message: object) -> None:
        print(json.dumps(message), file=channel, flush=True)

    try:
        {READ: _read, PROPOSE: _propose}[task["errand"]](task, tell)
    except Unreadable as error:
        tell(unreadable=str(error), drift=error.drift.as_dict())
    except (MemoryError, duckdb.OutOfMemoryException, pa.ArrowMemoryError):
        tell(unreadable=too_much_memory(task["memory"]))


def too_much_memory(memory: int) -> str:
    """The sentence for a file that needs more than ``memory`` bytes."""
    return (
        f"Reading the file takes more than the {memory // MEGABYTE:,} MB of memory it may use. "
        "Split it, or send it as CSV."
    )


def _read(task: dict[str, Any], tell: Tell) -> None:
    from goldenthread.facts.intake.reading import read

    report = read(
        Path(task["file"]),
        SourceDefinition.model_validate(task["definition"]),
        out=Path(task["out"]),
        timezone=task["timezone"],
        batch=task["batch"],
        memory=f"{task['memory'] // MEGABYTE * 2 // 5}MB",
        progress=lambda rows: tell(rows=rows),
        received=datetime.fromisoformat(task["received"]) if task["received"] else None,
        unused=task["unused"],
        most_rows=task["most_rows"],
    )
    tell(done=report.as_dict())


def _propose(task: dict[str, Any], tell: Tell) -> None:
    from goldenthread.facts.intake.propose import propose

    found = propose(Path(task["file"]))
    tell(done={"definition": found.definition, "notes": found.notes})


def _end_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def _limit(what: int, amount: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
