"""Workspaces with the generated county in them. Runs in a process that Django was set up in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.generate import Extract, write_definitions, write_extract
from benchmarks.measures import all_measures
from goldenthread.jobs.database import migrate
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources.models import BatchState
from goldenthread.results.facts import table_of

BY = Actor.job("benchmark")


def build(folder: Path, *, extract: Extract, seed: int) -> int:
    """Definitions and facts through the doors that anybody's take; nothing is computed yet. The batch."""
    now = datetime.now(UTC)
    migrate()
    definitions = folder / "definitions"
    write_definitions(definitions, [one.definition for one in all_measures()], extract, seed=seed)
    load_folder(definitions, by=BY, now=now)
    return load_extract(folder, extract=extract, seed=seed)


def load_extract(folder: Path, *, extract: Extract, seed: int) -> int:
    """One extract, read and committed; its batch."""
    file = folder / f"calls-{extract.first}.csv"
    write_extract(file, extract, seed=seed)
    batch = importing.bring_in("calls", file, by=BY, now=datetime.now(UTC)).batch
    if batch.state != BatchState.WAITING:
        raise ValueError(f"Found the extract {batch.state}: {batch.message}; wanted it to wait.")
    importing.load(batch, by=BY, now=datetime.now(UTC), then_compute=False)
    file.unlink()
    return batch.pk


def tables_of(batches: Sequence[int]) -> list[list[Path]]:
    """The files of the calls as they were after each of these batches."""
    table = table_of("calls")
    commits = [table.commit_of(batch) for batch in batches]
    return [table.files(commit.version) for commit in commits if commit is not None]
