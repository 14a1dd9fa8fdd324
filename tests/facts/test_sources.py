"""A source definition that contradicts itself is refused with what was wanted."""

from __future__ import annotations

import pytest

from goldenthread.definitions import DefinitionError
from tests.facts.intake.reads import source


def test_the_shape_of_the_design() -> None:
    calls = source(
        """
title: Phone service center calls
key: [call_id]
time: started_at
worker: {column: agent_id, system: phone}
load: upsert
expected: {every: day, grace_days: 1}
columns:
  call_id:      {type: text, required: true, from: Call Id}
  started_at:   {type: datetime, from: [Date, Time], format: ["%m/%d/%Y %I:%M:%S %p", iso]}
  wait_seconds: {type: number, minimum: 0, from: Speed of answer in seconds, missing: ["", "n/a"]}
  outcome:      {type: category, values: [answered, abandoned, transferred]}
  agent_id:     {type: text}
"""
    )
    assert calls.worker is not None
    assert (calls.worker.column, calls.worker.system) == ("agent_id", "phone")
    assert calls.columns["started_at"].from_ == ("Date", "Time")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("key: id\ncolumns: {n: {type: text}}", "key to name one of the columns n"),
        ("time: n\ncolumns: {n: {type: text}}", "time to name a date or datetime column, n is text"),
        ("load: upsert\ncolumns: {n: {type: text}}", "a key, because load: upsert"),
        ("load: replace_period\ncolumns: {n: {type: text}}", "time, because load: replace_period"),
        ("columns: {N: {type: text}}", "column names of lowercase letters"),
        ("columns: {n__day: {type: text}}", "column names of lowercase letters"),
        ("columns: {n: {type: text, minimum: 0}}", "minimum and maximum only for numbers"),
        ("columns: {n: {type: number, values: [a]}}", "values only for text or category"),
        ("columns: {n: {type: number, format: iso}}", "format only for a date"),
        ("columns: {n: {type: duration, format: mm}}", "a duration format among h:mm:ss"),
        ("columns: {n: {type: datetime, timezone: Mars/Olympus}}", "a time zone such as America/Los_Angeles"),
        ("columns: {n: {type: date, timezone: UTC}}", "timezone only for a datetime"),
        ("layout: wide\ncolumns: {n: {type: text}}", "layout: wide together with a wide: block"),
        (
            "layout: wide\nwide: {period: n, value: n}\ncolumns: {n: {type: text}}",
            "either columns or matching",
        ),
        ("columns: {n: {type: texte}}", "“text”, or another of"),
    ],
)
def test_refused(text: str, wanted: str) -> None:
    with pytest.raises(DefinitionError, match=wanted):
        source(text)
