"""Sources: saved, changed, refused, dumped."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from goldenthread.definitions import Located, check, dump_yaml, read_yaml
from goldenthread.facts.sources import SourceDefinition
from goldenthread.record.answers import NotAllowed, SaveResult
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Source
from tests.record.sources.batches import loaded_batch

NOW = datetime.datetime(2026, 10, 13, 6, 10, tzinfo=datetime.UTC)
BY = Actor.operator()

pytestmark = pytest.mark.django_db

FILE = """\
source: calls
title: Phone service centre calls
key: [call_id]
time: started_at
worker: {column: agent_id, system: phone}
load: upsert
columns:
  wait_in_seconds_until_answered: {type: number, minimum: 0, missing: ["", "n/a"]}
  call_id: {type: text, required: true, from: Call Id}
  agent_id: {type: text}
  started_at: {type: datetime, from: [Date, Time], format: ["%m/%d/%Y %I:%M:%S %p", iso]}
"""


def test_a_new_source_then_the_same_again() -> None:
    assert _save(FILE).result is SaveResult.CREATED
    assert _save(FILE).result is SaveResult.UNCHANGED
    assert Source.objects.get().version == 1
    assert AuditEvent.objects.count() == 1


def test_dump_gives_the_definition_back_with_its_columns_in_order() -> None:
    _save(FILE)
    dumped = queries.dump()["calls"]
    assert list(dumped["columns"])[:2] == ["wait_in_seconds_until_answered", "call_id"]
    assert _save(dump_yaml(dumped)).result is SaveResult.UNCHANGED


def test_a_new_title_is_no_new_version_and_a_new_word_for_missing_is() -> None:
    _save(FILE)
    renamed = _save(FILE.replace("title: Phone service centre calls", "title: Calls"))
    assert (renamed.result, renamed.fields, renamed.reads_alike) == (SaveResult.CHANGED, ("title",), True)
    assert renamed.source.version == 1
    reread = _save(FILE.replace('"n/a"', '"none"'))
    assert (reread.fields, reread.reads_alike, reread.source.version) == (("columns", "title"), False, 2)


def test_a_column_changes_its_type_only_while_nothing_is_loaded() -> None:
    _save(FILE)
    as_number = FILE.replace("agent_id: {type: text}", "agent_id: {type: whole_number}")
    as_category = FILE.replace("agent_id: {type: text}", "agent_id: {type: category}")
    _save(as_number)
    _save(FILE)
    loaded_batch(Source.objects.get(), by=BY, now=NOW)
    with pytest.raises(NotAllowed) as refused:
        _save(as_number)
    assert str(refused.value) == (
        "1 batch is loaded into “calls”, and the new definition changes “agent_id” from text to "
        "whole_number. Undo the loaded batches first, or give the column another name."
    )
    assert _save(as_category).result is SaveResult.CHANGED


def test_a_retired_source_is_not_dumped_and_comes_back_when_saved() -> None:
    source = _save(FILE).source
    actions.retire_source(source=source, by=BY, now=NOW, today=NOW.date())
    assert queries.dump() == {}
    assert queries.source_keys() == []
    back = _save(FILE)
    assert (back.result, back.fields, back.source.version) == (SaveResult.CHANGED, ("retired_on",), 1)


def _save(text: str) -> actions.SavedSource:
    located: Located = read_yaml(text)
    value: Any = check(SourceDefinition, located)
    return actions.save_source(value, by=BY, now=NOW)
