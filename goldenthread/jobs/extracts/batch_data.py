"""A batch as data, for scripts that ask on a command line or by a token."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from goldenthread.jobs.extracts.drifting import message_of, proposed
from goldenthread.jobs.tasks import FAILED
from goldenthread.record.sources.models import Batch


def proposal_data(batch: Batch) -> dict[str, Any] | None:
    """The changes of the definition that would fit a file which differs from it, and what else differs."""
    found = proposed(batch)
    if found is None:
        return None
    return {
        "changes": [asdict(line) for line in found.lines],
        "also": list(found.told),
        "definition": found.text if found.lines else None,
    }


def batch_data(batch: Batch, *, already_loaded: bool = False) -> dict[str, Any]:
    """What a script wants to know. ``period`` is the first and the last day its rows cover, both inside."""
    last = batch.period_end - timedelta(days=1) if batch.period_end else None
    return {
        "batch": batch.pk,
        "source": batch.source.key,
        "state": batch.state,
        "file": batch.file_name,
        "rows": batch.rows,
        "accepted": batch.accepted,
        "rejected": batch.rejected,
        "period": [batch.period_start, last],
        "already_loaded": already_loaded,
        "proposed": proposal_data(batch),
        "message": message_of(batch) or batch.progress.get(FAILED, ""),
    }
