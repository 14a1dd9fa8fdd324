"""A batch in words, for the commands that show one."""

from __future__ import annotations

from datetime import timedelta

from goldenthread.jobs.extracts.drifting import message_of
from goldenthread.record.sources.models import Batch


def as_text(batch: Batch, *, already_loaded: bool = False) -> str:
    """What a person wants to know, in a few lines."""
    if already_loaded:
        return f"{batch.file_name}: already loaded as batch {batch.pk}. Nothing to do."
    if batch.state == "refused":
        return f"{batch.file_name} was refused: {message_of(batch)}"
    lines = [f"{batch.file_name}: {_counts(batch)}"]
    if batch.period_start and batch.period_end:
        lines.append(f"  from {batch.period_start} to {batch.period_end - timedelta(days=1)}")
        held_from = batch.source.facts_held_from
        if held_from and batch.period_start < held_from:
            lines.append(f"  Rows from before {held_from} change nothing: values of those days stand.")
    if missing := batch.report.get("missing_columns"):
        lines.append(f"  The file has no column {', '.join(missing)}: nothing is known there.")
    # A word in an inventory is kept as a note; only a row of facts is refused for one.
    what = "cells without a number" if batch.source.kind == "inventory" else "refused"
    for reason in batch.report.get("reasons", []):
        first = reason["examples"][0]
        found = f"“{first['value']}”" if first["value"] else "nothing"
        where = f"row {first['row']:,}, found {found}"
        column = f", {reason['column']}" if reason["column"] else ""
        lines.append(f"  {reason['count']:,} {what}{column}: {reason['reason']}; for example {where}")
    if said := message_of(batch):
        lines.append(f"  {said}")
    return "\n".join(lines)


def as_left(batch: Batch) -> str:
    """How an interruption left a batch that was being loaded."""
    if batch.state == "loaded":
        return (
            f"Batch {batch.pk} is loaded. The measures it touches are computed with the next load, or by "
            f"goldenthread compute --since {batch.pk}"
        )
    return f"Nothing of batch {batch.pk} is loaded; it waits. The same command goes on with it."


def _counts(batch: Batch) -> str:
    if not batch.rows:
        return "it has a header and no rows, so that loading it changes nothing."
    if not batch.rejected:
        return f"all {batch.rows:,} rows can be loaded."
    refused = "1 is refused" if batch.rejected == 1 else f"{batch.rejected:,} are refused, each with a reason"
    return f"{batch.accepted:,} of {batch.rows:,} rows can be loaded; {refused}."
