"""Sources defined on screen: proposed from a file, corrected, saved, and the file read by them."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from goldenthread.definitions import DefinitionError, Problem, dump_yaml, read_yaml
from goldenthread.facts.sources import SourceDefinition
from goldenthread.jobs import computing, tasks
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.extracts.proposing import propose_source
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.fields import plain_data
from goldenthread.record.sources.models import Source

DRAFTS = "draft-"
"""How a folder of uploads begins that holds a file whose source is still being written."""
DRAFTS_KEPT = timedelta(days=7)
_TOKEN = re.compile(r"[0-9a-f]{32}")
_PROPOSAL = "proposal.json"


@dataclass(frozen=True)
class Draft:
    """A file that was sent to begin a source with: what it is called, the definition proposed for it as YAML,
    and what to check in it, in sentences."""

    token: str
    file_name: str
    text: str
    notes: tuple[str, ...]


def begin_draft(file: Path, *, file_name: str, by: Actor, now: datetime) -> Draft:
    """Keep a file and propose a source for it. Raises Unreadable, and keeps nothing, when it cannot be
    read."""
    proposal = propose_source(file, file_name=file_name)
    draft = Draft(secrets.token_hex(16), file_name, dump_yaml(proposal.definition), proposal.notes)
    place = _place(draft.token)
    place.mkdir(mode=0o700)
    written = {"by": by.key, "file_name": file_name, "text": draft.text, "notes": draft.notes}
    for name in ("original", _PROPOSAL):
        (place / name).touch(mode=0o600)
    shutil.copyfile(file, place / "original")
    (place / _PROPOSAL).write_text(json.dumps(written), encoding="utf-8")
    record_event(by=by, action=Action.RECEIVED, kind="draft", object_id=draft.token, now=now)
    return draft


def drop_old_drafts(*, now: datetime) -> None:
    """Remove the drafts that nobody made a source of within a week, and the files they keep."""
    oldest = (now - DRAFTS_KEPT).timestamp()
    for place in Path(settings.WORKSPACE.uploads).glob(f"{DRAFTS}*"):
        if place.stat().st_mtime < oldest:
            shutil.rmtree(place)
            token = place.name.removeprefix(DRAFTS)
            by = Actor.job("drafts")
            record_event(by=by, action=Action.DISCARDED, kind="draft", object_id=token, now=now)


def find_draft(token: str, *, by: Actor) -> Draft | None:
    """The draft of whoever began it; None to everybody else, and after it became a source."""
    file = _place(token) / _PROPOSAL
    if not _TOKEN.fullmatch(token) or not file.exists():
        return None
    kept = json.loads(file.read_text(encoding="utf-8"))
    if kept["by"] != by.key:
        return None
    return Draft(token, kept["file_name"], kept["text"], tuple(kept["notes"]))


def finish_draft(draft: Draft, text: str, *, by: Actor, now: datetime) -> importing.Received:
    """Save the source and have its first file read.

    Raises DefinitionError, also when a source of that key is there already, and NotAllowed.
    """
    definition = check_text(text)
    if queries.find_source(definition.source) is not None:
        found = f"“{definition.source}”, which is there already"
        raise DefinitionError([Problem("", None, "source", found, "a key that no other source has")])
    saved = save_source(definition, by=by, now=now)
    place = _place(draft.token)
    received = importing.receive(
        saved.source.key, place / "original", by=by, now=now, file_name=draft.file_name
    )
    tasks.queue_reading(received.batch)
    shutil.rmtree(place)
    return received


def check_text(text: str, *, key: str | None = None) -> SourceDefinition:
    """A definition as it was typed, for the source ``key`` or a new one. Raises DefinitionError."""
    located = read_yaml(text)
    definition = read_source(located)
    if key is not None and definition.source != key:
        line = located.line_of(("source",))
        found = f"“{definition.source}”"
        raise DefinitionError(
            [Problem("", line, "source", found, f"“{key}”: the key of a source never changes")]
        )
    return definition


@transaction.atomic
def save_source(definition: SourceDefinition, *, by: Actor, now: datetime) -> actions.SavedSource:
    """Save a checked definition and mark what is to be computed anew. Raises NotAllowed."""
    saved = actions.save_source(definition, by=by, now=now)
    if computing.mark_source(saved.source.key, saved.fields):
        transaction.on_commit(tasks.queue_catching_up)
    return saved


def text_of(source: Source) -> str:
    """The definition as YAML."""
    return dump_yaml(plain_data(queries.definition_of(source)))


def text_with(source: Source, column: str, *, missing: str = "", value: str = "") -> str:
    """The definition as YAML with a word more that means nothing there, or a value more that is known."""
    data: dict[str, Any] = plain_data(queries.definition_of(source))
    shape = data.get("columns", {}).get(column)
    if shape is not None and missing:
        shape["missing"] = _with(shape.get("missing", [""]), missing)
    if shape is not None and value and shape.get("values"):
        shape["values"] = _with(shape["values"], value)
    return dump_yaml(data)


def _with(words: Collection[str], word: str) -> list[str]:
    return list(dict.fromkeys([*words, word]))


def _place(token: str) -> Path:
    return Path(settings.WORKSPACE.uploads) / f"{DRAFTS}{token}"
