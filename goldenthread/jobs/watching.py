"""Folders that fill by themselves: what arrives is loaded and moved to done, or to refused with a report
beside it.

``incoming/<source>/`` takes extracts. ``incoming/organization/`` takes organization.yaml, people.csv,
people_ids.csv and unit_ids.csv, such as a nightly file from human resources.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from goldenthread.definitions import DefinitionError
from goldenthread.jobs import importing
from goldenthread.jobs.loading import ORGANIZATION_FILES, load_folder
from goldenthread.jobs.refused import Refused
from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources import queries
from goldenthread.record.sources.policies import NotAllowed

_ORGANIZATION = "organization"
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
_SETTLED_SECONDS = 2


def look(*, now: datetime) -> list[str]:
    """Take what has arrived, oldest first; a sentence for each file.

    A file still being written is left for the next look: one that changed in the last seconds, has a name
    such as ``calls.csv.part``, or starts with a dot.
    """
    incoming = Path(settings.WORKSPACE.incoming)
    told = _take_organization(incoming / _ORGANIZATION, now=now)
    for key in queries.source_keys():
        folder = incoming / key
        folder.mkdir(exist_ok=True, mode=0o700)
        for file in _arrived(folder, now=now):
            told.append(_take_extract(key, file, now=now))
    return told


def _arrived(folder: Path, *, now: datetime) -> list[Path]:
    if not folder.is_dir():
        return []
    settled = now.timestamp() - _SETTLED_SECONDS
    files = [
        file
        for file in folder.iterdir()
        if file.is_file()
        and not file.is_symlink()
        and not file.name.startswith(".")
        and file.suffix not in _UNFINISHED
        and file.stat().st_mtime <= settled
    ]
    return sorted(files, key=lambda file: (file.stat().st_mtime, file.name))


def _take_extract(key: str, file: Path, *, now: datetime) -> str:
    by = Actor.job("watch")
    try:
        received = importing.bring_in(key, file, by=by, now=now)
        batch = received.batch
        if batch.state == "waiting":
            batch = importing.load(batch, by=by, now=now)
    except (Refused, NotAllowed) as error:
        return _put_aside(
            file, "refused", {"message": str(error)}, f"{key}: {file.name} was refused. {error}", now
        )
    if received.already_loaded:
        sentence = f"{key}: {file.name} is already loaded as batch {batch.pk}."
    elif batch.state == "refused":
        sentence = f"{key}: {file.name} was refused. {batch.message}"
    else:
        sentence = (
            f"{key}: {file.name} loaded as batch {batch.pk}, {batch.accepted:,} of {batch.rows:,} rows."
        )
    report = {"batch": batch.pk, "state": batch.state, "message": batch.message, "report": batch.report}
    return _put_aside(file, "refused" if batch.state == "refused" else "done", report, sentence, now)


def _take_organization(folder: Path, *, now: datetime) -> list[str]:
    files = [file for file in _arrived(folder, now=now) if file.name in ORGANIZATION_FILES]
    if not files:
        return []
    try:
        loaded = load_folder(folder, by=Actor.job("watch"), now=now)
    except (DefinitionError, Refused) as error:
        sentence = f"organization: refused, and nothing was changed. {error}"
        return [_put_aside(file, "refused", {"message": str(error)}, sentence, now) for file in files]
    report = {"changes": list(loaded.sentences)}
    sentence = f"organization: {len(loaded.sentences)} changes"
    return [_put_aside(file, "done", report, f"{sentence} from {file.name}.", now) for file in files]


def _put_aside(file: Path, where: str, report: Mapping[str, object], sentence: str, now: datetime) -> str:
    folder = file.parent / where
    folder.mkdir(exist_ok=True, mode=0o700)
    place = folder / f"{now:%Y%m%dT%H%M%S}-{file.name}"
    written = json.dumps({"sentence": sentence, **report}, indent=2, default=str, ensure_ascii=False)
    place.with_name(place.name + ".report.json").write_text(written + "\n", encoding="utf-8")
    shutil.move(file, place)
    return sentence
