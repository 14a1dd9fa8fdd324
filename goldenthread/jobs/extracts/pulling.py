"""Extracts that are fetched: each day's file goes where it would have been put by hand."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings

from goldenthread.jobs.extracts.outgoing import Bounds, fetch
from goldenthread.jobs.refused import Refused
from goldenthread.record.sources import queries

_log = logging.getLogger(__name__)


def pull_everything(*, now: datetime) -> None:
    """Fetch the file of every source that names an address. One that cannot be had keeps none of the others
    from coming; the log says why, and its steward is told when the extract is late."""
    for key, address in pulled().items():
        try:
            pull(key, address, now=now)
        except (Refused, OSError) as error:
            _log.warning("%s was not fetched. %s", key, error)


def pulled() -> dict[str, str]:
    """The address of each source in use that names one, by key."""
    found = queries.definitions(queries.source_keys())
    return {key: one.pull for key, one in found.items() if one.pull is not None}


def pull(key: str, address: str, *, now: datetime) -> Path:
    """Fetch a source's file into its incoming folder, where the watcher takes it. Refused as ``fetch``."""
    folder = Path(settings.WORKSPACE.incoming) / key
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / f"{now:%Y%m%dT%H%M%S}-{_name(address)}"
    coming = place.with_name(f"{place.name}.part")
    try:
        fetch(address, coming, hosts=settings.PULL_HOSTS, bounds=Bounds(settings.LARGEST_UPLOAD))
        coming.rename(place)
    finally:
        coming.unlink(missing_ok=True)
    return place


def _name(address: str) -> str:
    """What the address calls its file: its kind is told by the end of its name."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name
    kept = "".join(one if one.isalnum() or one in "._-" else "_" for one in name)
    return kept[-100:].lstrip(".") or "extract"
