"""A measure of time spent: days, months, a correction that touches only the days between, and its share."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from goldenthread.jobs import computing
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.measures.models import Observation
from tests.results.counties import BY, NOW, write_definitions

STATES = """
source: states
key: [id]
worker: agent
load: upsert
columns:
  id: {type: text, required: true}
  agent: {type: text}
  state: {type: category}
  began: {type: datetime, format: iso}
  ended: {type: datetime, format: iso}
"""
AVAILABLE = """
measure: available
title: Available, awaiting a call
source: states
numerator: {spent: states, from: began, until: ended, where: {state: available}}
denominator: {spent: states, from: began, until: ended}
show_as: {per: 100, unit: percent, better: in_range}
frequency: day
"""
CARE = """
measure: time_in_care
title: Time in care
source: states
numerator: {spent: stays, from: began, until: ended}
show_as: {unit: duration, better: none}
frequency: month
"""
HEADER = "id,agent,state,began,ended\n"


def bring(folder: Path, name: str, *rows: str) -> None:
    (folder / name).write_text(HEADER + "\n".join(rows) + "\n")
    batch = importing.bring_in("states", folder / name, by=BY, now=NOW).batch
    assert batch.state == "waiting", batch.message
    importing.load(batch, by=BY, now=NOW)


def load(folder: Path) -> None:
    write_definitions(folder)
    (folder / "sources" / "states.yaml").write_text(STATES)
    (folder / "measures" / "available.yaml").write_text(AVAILABLE)
    (folder / "measures" / "time_in_care.yaml").write_text(CARE)
    load_folder(folder, by=BY, now=NOW)


def values(measure: str, grain: str, unit: str) -> dict[date, tuple[float, float | None]]:
    rows = Observation.objects.filter(measure__key=measure, grain=grain, unit__key=unit, tree="event")
    found = rows.exclude(numerator=None).values_list("period_start", "numerator", "denominator")
    return {
        start: (numerator / 3600, denominator and denominator / 3600)
        for start, numerator, denominator in found
    }


def test_a_shift_across_midnight_counts_on_both_days_and_in_both_months(empty_store, tmp_path):
    load(tmp_path / "county")
    bring(
        tmp_path,
        "states.csv",
        "s1,w2,available,2026-02-28T22:00,2026-03-01T01:00",
        "s2,w2,on_call,2026-03-01T01:00,2026-03-01T03:00",
    )
    assert values("available", "day", "north") == {date(2026, 2, 28): (2, 2), date(2026, 3, 1): (1, 3)}
    assert values("available", "month", "county") == {date(2026, 2, 1): (2, 2), date(2026, 3, 1): (1, 3)}


def test_a_corrected_end_computes_every_month_between(empty_store, tmp_path):
    load(tmp_path / "county")
    bring(tmp_path, "one.csv", "s1,w2,here,2025-11-29T00:00,2026-03-03T00:00")
    whole = values("time_in_care", "month", "north")
    assert whole[date(2026, 1, 1)] == (31 * 24, None)
    bring(tmp_path, "two.csv", "s1,w2,here,2025-11-29T00:00,2025-12-02T00:00")
    assert {
        day: spent for day, (spent, _none) in values("time_in_care", "month", "north").items() if spent
    } == {
        date(2025, 11, 1): 48,
        date(2025, 12, 1): 24,
    }
    in_parts = values("time_in_care", "month", "north")
    computing.compute_everything(by=BY, now=NOW)
    assert values("time_in_care", "month", "north") == in_parts
