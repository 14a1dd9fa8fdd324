"""Processes that write into one log at the same time, for test_at_once.

    python -m tests.record.audit.writers write WRITERS ROWS
    python -m tests.record.audit.writers kill WRITERS

The first starts as many processes, each of which writes ROWS rows; the second kills as many, each in the
middle of a row. Each row's thing is printed once it is acknowledged. Rows come as they do in the product: a
look of its own, a row of a longer write, and one that is taken back. Writers are forked, for a new
interpreter takes seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from itertools import count, islice

import django


def main(task: str, writers: int, rows: int = 0) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "goldenthread.config.settings"
    django.setup()
    if task == "write":
        processes = [start(f"writer-{one}", rows) for one in range(writers)]
        sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in processes))
    for one in range(writers):
        kill_one(f"killed-{one}", after=1 + one % 7)


def start(name: str, rows: int) -> int:
    """Fork a writer; its process."""
    process = os.fork()
    if process == 0:
        for done in islice(write(name), rows):
            os.write(sys.stdout.fileno(), f"{done}\n".encode())
        os._exit(0)
    return process


def write(name: str) -> Iterator[str]:
    """Write row after row; yields what each was about once it is acknowledged."""
    from django.db import transaction
    from django.utils import timezone

    from goldenthread.record.audit.actions import record_event, record_look
    from goldenthread.record.audit.actor import Actor
    from goldenthread.record.audit.enums import Action

    by = Actor.job(name)
    for number in count():
        thing = f"{name}-{number}"
        if number % 2:
            record_look(by=by, action=Action.VIEWED, kind="person", object_id=thing, now=timezone.now())
        else:
            with transaction.atomic():
                record_event(by=by, action=Action.CHANGED, kind="person", object_id=thing, now=timezone.now())
                time.sleep(0.002 * (number % 3))
        yield thing
        if number % 5 == 0:
            with transaction.atomic():
                record_event(
                    by=by, action=Action.CHANGED, kind="person", object_id="taken back", now=timezone.now()
                )
                transaction.set_rollback(True)


def kill_one(name: str, *, after: int) -> None:
    """Start a writer, and kill it as soon as it has acknowledged ``after`` rows; prints those."""
    hears, says = os.pipe()
    process = os.fork()
    if process == 0:
        for done in write(name):
            os.write(says, f"{done}\n".encode())
    os.close(says)
    with os.fdopen(hears) as heard:
        for line in islice(heard, after):
            print(line, end="", flush=True)
        os.kill(process, signal.SIGKILL)
        # What it said while it was being killed is acknowledged too.
        print(heard.read(), end="", flush=True)
    os.waitpid(process, 0)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
