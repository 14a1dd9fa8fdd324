"""Extracts that are fetched: each day's file goes where it would have been put by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings

from goldenthread.facts.sources import Pull
from goldenthread.jobs.extracts.outgoing import Bounds, fetch
from goldenthread.jobs.locks import Busy, one_at_a_time
from goldenthread.jobs.refused import Refused
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.queries import Fetching

_JOB = Actor.job("pull")
_COMING = ".fetched.part"
"""What it is called until it is whole; the watcher leaves such names alone. One that a crash left is begun
again."""


def pull_what_is_due(*, now: datetime) -> list[str]:
    """Fetch the file of every source whose time has come; a sentence for each. One that cannot be had keeps
    none of the others from coming, and is tried again as ``policies.next_try`` says."""
    try:
        with one_at_a_time("pull", wait_seconds=0):
            return [_tried(one, now=now) for one in fetchings(now=now) if one.next_at <= now]
    except Busy:
        return []


def fetchings(*, now: datetime) -> tuple[Fetching, ...]:
    """Every source that is fetched, and when next."""
    return queries.fetchings(now=now, zone=orgs.organization().zone)


def pull(key: str, wanted: Pull, *, now: datetime) -> Path:
    """Fetch a source's file into its incoming folder, where the watcher takes it. Refused as ``fetch`` and
    ``ask``."""
    folder = Path(settings.WORKSPACE.incoming) / key
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    coming = folder / _COMING
    coming.unlink(missing_ok=True)
    try:
        name = _fetched(wanted, coming)
        return coming.rename(folder / f"{now:%Y%m%dT%H%M%S}-{name}")
    finally:
        coming.unlink(missing_ok=True)


def _fetched(wanted: Pull, coming: Path) -> str:
    """Write the file; what it is called."""
    hosts, bounds = settings.PULL_HOSTS, Bounds(settings.LARGEST_UPLOAD, settings.MOST_ROWS)
    if wanted.address is not None:
        fetch(wanted.address, coming, hosts=hosts, bounds=bounds)
        return _name(wanted.address)
    # The library takes longer to import than most commands take to run.
    from goldenthread.jobs.extracts.databases import ask

    assert wanted.database is not None
    assert wanted.query is not None
    ask(wanted.database, wanted.query, coming, known=settings.PULL_DATABASES, hosts=hosts, bounds=bounds)
    return f"{wanted.database}.csv"


def _tried(one: Fetching, *, now: datetime) -> str:
    key = one.source.key
    try:
        file = pull(key, one.pull, now=now)
    except (Refused, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        actions.note_fetch(one.source, failures=one.failures + 1, reason=reason, by=_JOB, now=now)
        return f"{key} was not fetched. {reason}"
    actions.note_fetch(one.source, by=_JOB, now=now)
    return f"{key}: {file.name} was fetched."


def _name(address: str) -> str:
    """What the address calls its file: its kind is told by the end of its name."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name
    kept = "".join(one if one.isalnum() or one in "._-" else "_" for one in name)
    return kept[-100:].lstrip(".") or "extract"
