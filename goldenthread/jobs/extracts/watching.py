"""Folders that fill by themselves: what arrives is loaded and moved to done, or to refused with a report
beside it.

``incoming/<source>/`` takes extracts. ``incoming/organization/`` takes organization.yaml, people.csv,
people_ids.csv and unit_ids.csv, such as a nightly file from human resources.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path

from django.conf import settings

from goldenthread.definitions import DefinitionError
from goldenthread.jobs import disk
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.extracts.drifting import is_held, message_of
from goldenthread.jobs.loading import ORGANIZATION_FILES, load_folder
from goldenthread.jobs.locks import Busy, one_at_a_time
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import place_rows
from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import BatchState

_ORGANIZATION = "organization"
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
_COMING = {name + end for name in ORGANIZATION_FILES for end in ("", *_UNFINISHED)}
SETTLED_SECONDS = 5
"""After as many seconds without a change a file is taken to be all there."""


def look(*, now: datetime) -> list[str]:
    """Take what has arrived, oldest first; a sentence for each file. One look at a time in a workspace.

    A file still being written is left for the next look: one that changed in the last seconds, has a name
    such as ``calls.csv.part``, or starts with a dot. So is one that could not be taken for a reason that is
    not in it, and a folder that cannot be read does not keep the others from being looked at.
    """
    incoming = Path(settings.WORKSPACE.incoming)
    # What a process that died left without its place in the chain does not wait for the next row.
    place_rows()
    with one_at_a_time("watch"):
        told = _tried(incoming / _ORGANIZATION, lambda folder: _take_organization(folder, now=now))
        for key in queries.source_keys():
            told += _tried(incoming / key, lambda folder: _take_extracts(folder, now=now))
    if told:
        refresh_notices(now=now)
    return told + [sentence for key in queries.source_keys() for sentence in _not_taken(incoming / key)]


def coming(*, now: datetime) -> list[Path]:
    """Files that changed in the last seconds, which a look leaves for the next one."""
    incoming = Path(settings.WORKSPACE.incoming)
    folders = [incoming / key for key in (_ORGANIZATION, *queries.source_keys())]
    files = [file for folder in folders if folder.is_dir() for file in folder.iterdir() if _is_taken(file)]
    return [file for file in files if _changed(file) > _settled_before(now)]


def _tried(folder: Path, take: Callable[[Path], list[str]]) -> list[str]:
    try:
        folder.mkdir(exist_ok=True, mode=0o700, parents=True)
        return take(folder)
    except OSError as error:
        return [f"{folder.name}: {error.strerror}: {error.filename or folder}. The next look tries again."]


def _arrived(folder: Path, *, now: datetime) -> list[Path]:
    """The files that are all there, oldest first."""
    files = [(_changed(file), file) for file in folder.iterdir() if _is_taken(file)]
    return [file for changed, file in sorted(files) if changed <= _settled_before(now)]


def _settled_before(now: datetime) -> float:
    return now.timestamp() - SETTLED_SECONDS


def _is_taken(file: Path) -> bool:
    return _is_all_there(file) and _is_a_file_of_its_own(file)


def _is_all_there(file: Path) -> bool:
    return not file.name.startswith(".") and file.suffix not in _UNFINISHED


def _is_a_file_of_its_own(file: Path) -> bool:
    """Whether it is a file and no way to another one: what the sender may link to, only we may read."""
    found = file.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def _not_taken(folder: Path) -> list[str]:
    """A sentence for each link, pipe or device, which would be waited for without end."""
    if not folder.is_dir():
        return []
    return [
        f"{folder.name}: {file.name} stays where it is. It is a link, or no file at all; copy the file "
        "itself into the folder."
        for file in sorted(folder.iterdir())
        if _is_all_there(file) and not stat.S_ISDIR(file.lstat().st_mode) and not _is_a_file_of_its_own(file)
    ]


def _changed(file: Path) -> float:
    """When anything last happened to a file, in seconds, by the clock of this machine: one copied with its
    old time, or with that of another machine, has just changed."""
    return file.stat().st_ctime


def _take_extracts(folder: Path, *, now: datetime) -> list[str]:
    return [_take_extract(folder.name, file, now=now) for file in _arrived(folder, now=now)]


def _take_extract(key: str, file: Path, *, now: datetime) -> str:
    by = Actor.job("watch")
    try:
        received = importing.bring_in(key, file, by=by, now=now)
        batch = received.batch
        if batch.state == BatchState.WAITING and not is_held(batch):
            batch = importing.load(batch, by=by, now=now)
    except (Refused, NotAllowed) as error:
        if isinstance(error, Busy) or disk.is_full(error):
            return f"{key}: {file.name} stays where it is. {error}"
        sentence = f"{key}: {file.name} was refused. {error}"
        return _put_aside(file, "refused", {"message": str(error)}, sentence, now)
    refused = batch.state == BatchState.REFUSED
    if received.already_loaded:
        sentence = f"{key}: {file.name} is already loaded as batch {batch.pk}."
    elif batch.state == BatchState.WAITING:
        sentence = f"{key}: {file.name} waits as batch {batch.pk}. {message_of(batch)}"
    elif refused:
        sentence = f"{key}: {file.name} was refused. {message_of(batch)}"
    else:
        sentence = (
            f"{key}: {file.name} loaded as batch {batch.pk}, {batch.accepted:,} of {batch.rows:,} rows."
        )
    report = {"batch": batch.pk, "state": batch.state, "message": message_of(batch), "report": batch.report}
    return _put_aside(file, "refused" if refused else "done", report, sentence, now)


def _take_organization(folder: Path, *, now: datetime) -> list[str]:
    """All of its files or none: people.csv may speak of units that organization.yaml is about to bring."""
    files = [file for file in _arrived(folder, now=now) if file.name in ORGANIZATION_FILES]
    coming = [file for file in folder.iterdir() if file.name in _COMING]
    if not files or len(files) < len(coming):
        return []
    try:
        loaded = load_folder(folder, by=Actor.job("watch"), now=now, by_itself=True)
    except (DefinitionError, Refused) as error:
        sentence = f"organization: refused, and nothing was changed. {error}"
        return [_put_aside(file, "refused", {"message": str(error)}, sentence, now) for file in files]
    report = {"changes": list(loaded.sentences)}
    sentence = f"organization: {len(loaded.sentences)} changes"
    return [_put_aside(file, "done", report, f"{sentence} from {file.name}.", now) for file in files]


def _put_aside(file: Path, where: str, report: Mapping[str, object], sentence: str, now: datetime) -> str:
    folder = file.parent / where
    folder.mkdir(exist_ok=True, mode=0o700)
    place = _free(folder, f"{now:%Y%m%dT%H%M%S}", file.name)
    written = json.dumps({"sentence": sentence, **report}, indent=2, default=str, ensure_ascii=False)
    place.with_name(place.name + ".report.json").write_text(written + "\n", encoding="utf-8")
    file.rename(place)
    return sentence


def _free(folder: Path, when: str, name: str) -> Path:
    """A name that no earlier file has: the same one may come twice in a second."""
    places = (folder / f"{when}{'' if again == 1 else f'-{again}'}-{name}" for again in count(1))
    return next(place for place in places if not place.exists())
