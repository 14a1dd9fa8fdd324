"""What a killed process was doing, and what it left: run as a program, in a process of its own.

    python operations.py HOME import=FILE look heal ...

does one thing after the other: import=FILE, undo=BATCH, load=FOLDER, compute, heal. Each says
"acknowledged" when it is done; look prints what anybody could see, as one line of JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)


def main(home: str, *steps: str) -> None:
    os.environ["GOLDENTHREAD_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "goldenthread.config.settings"
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    for step in steps:
        operation, _, argument = step.partition("=")
        if operation == "look":
            print(json.dumps(look()))
        else:
            do(operation, argument)
            print("acknowledged")


def do(operation: str, argument: str) -> None:
    from goldenthread.jobs import computing, importing
    from goldenthread.jobs.loading import load_folder
    from goldenthread.record.audit.actor import Actor

    by = Actor("operator:test")
    if operation == "import":
        received = importing.bring_in("calls", Path(argument), by=by, now=NOW)
        if received.batch.state == "waiting":
            importing.load(received.batch, by=by, now=NOW)
    elif operation == "undo":
        importing.undo(importing.find_batch(int(argument)), by=by, now=NOW)
    elif operation == "load":
        load_folder(Path(argument), by=by, now=NOW)
    elif operation == "compute":
        computing.compute_everything(by=by, now=NOW)
    elif operation == "heal":
        importing.heal(now=NOW)


def look() -> dict[str, object]:
    """Loads that count, rows in the store, definitions, observations, and what is still outdated."""
    from goldenthread.record.measures.models import Measure, Observation, Outdated
    from goldenthread.record.orgs.models import Unit
    from goldenthread.record.sources.models import Batch
    from goldenthread.results.facts import engine, table_of

    table = table_of("calls")
    rows = 0
    if table.exists:
        with engine().session() as session:
            found = session.execute(table.rows(session).select("call", "_batch"))
        rows = found.num_rows
        assert len(set(found["call"].to_pylist())) == rows, "a fact stands twice"
    values = Observation.objects.order_by("measure__key", "unit__key", "grain", "tree", "period_start")
    digest = hashlib.sha256(
        json.dumps(
            list(
                values.values_list(
                    "measure__key", "unit__key", "grain", "tree", "period_start", "numerator", "value"
                )
            ),
            default=str,
        ).encode()
    )
    return {
        "loaded": sorted(Batch.objects.filter(state="loaded").values_list("pk", flat=True)),
        "in_store": sorted(table.live_batches()),
        "half_way": list(Batch.objects.filter(state__in=["loading", "reading"]).values_list("pk", flat=True)),
        "rows": rows,
        "units": Unit.objects.count(),
        "measures": Measure.objects.count(),
        "outdated": Outdated.objects.count(),
        "observations": digest.hexdigest(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
