"""Real extracts of cities: counts agree with a plain reading of the same file."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from goldenthread.facts.intake import propose, read
from goldenthread.facts.sources import SourceDefinition
from tests.facts.intake.reads import outcome, outcome_of, source

NYC_311 = source(
    """
title: 311 service requests
key: unique_key
time: created_date
unit: {column: agency, system: nyc}
load: upsert
timezone: America/New_York
columns:
  unique_key:     {type: text}
  created_date:   {type: datetime, format: [iso, "%m/%d/%Y %I:%M:%S %p"]}
  closed_date:    {type: datetime, format: [iso, "%m/%d/%Y %I:%M:%S %p"]}
  agency:         {type: category}
  complaint_type: {type: category}
  due_date:       {type: datetime, format: [iso, "%m/%d/%Y %I:%M:%S %p"]}
checks:
  - {not_before: [closed_date, created_date], reason: closed before it was created}
"""
)
TITLE_CASE = """Unique Key,Created Date,Closed Date,Agency,Complaint Type,Due Date
60879417,04/16/2024 03:03:15 AM,,DOT,Street Condition,
60879418,04/16/2024 03:03:15 AM,04/16/2024 02:00:00 AM,DOT,Street Condition,
"""


def plain_rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def test_one_mapping_reads_both_layouts_of_311(samples: Path, tmp_path: Path) -> None:
    file = samples / "events/nyc311_coms6111.csv"
    soda = outcome(file, NYC_311, tmp_path / "soda")
    rows = plain_rows(file)
    early = [row for row in rows if row["closed_date"] and row["closed_date"] < row["created_date"]]
    assert (soda.report.rows, soda.report.rejected) == (len(rows), len(early))
    assert [row["unique_key"] for row in rows if row not in early] == soda.values("unique_key")
    title = outcome_of(TITLE_CASE, NYC_311, tmp_path)
    first = next(row for row in soda.accepted if row["unique_key"] == "60879417")
    (same,) = title.accepted
    assert {**same, "_row": 0} == {**first, "_row": 0}
    assert [(one["row"], one["reason"]) for one in title.rejects] == [(2, "closed before it was created")]


@pytest.mark.parametrize(
    ("name", "opened", "closed"),
    [
        ("Noise_Complaints.csv", "Case Open Date", "Case Close Date"),
        ("NYC_Emergency_Response_Incidents.csv", "Creation Date", "Closed Date"),
    ],
)
def test_negative_durations_are_refused(
    name: str, opened: str, closed: str, samples: Path, tmp_path: Path
) -> None:
    file = samples / "events" / name
    form = "%m/%d/%Y %I:%M:%S %p" if "NYC" in name else "%m/%d/%Y"
    kind = "datetime" if "NYC" in name else "date"
    definition = source(
        f"""
columns:
  opened: {{type: {kind}, from: {opened}, format: "{form}"}}
  closed: {{type: {kind}, from: {closed}, format: "{form}"}}
checks:
  - {{not_before: [closed, opened], reason: closed before it was opened}}
"""
    )
    found = outcome(file, definition, tmp_path)
    rows = plain_rows(file)
    early = [
        number
        for number, row in enumerate(rows, start=1)
        if row[closed] and dt.datetime.strptime(row[closed], form) < dt.datetime.strptime(row[opened], form)  # noqa: DTZ007
    ]
    assert [one["row"] for one in found.rejects] == early
    assert found.report.accepted == len(rows) - len(early)


def test_percents_thousands_and_durations(samples: Path, tmp_path: Path) -> None:
    rates = source("columns:\n  v: {type: number, from: Value, missing: ['', N/A]}\n")
    found = outcome(samples / "nyc_hra/HRA_Facts_Rates.csv", rates, tmp_path / "rates")
    plain = [row["Value"] for row in plain_rows(samples / "nyc_hra/HRA_Facts_Rates.csv")]
    assert found.values("v") == [None if one == "N/A" else float(one.rstrip("%")) for one in plain]
    durations = source("columns:\n  v: {type: duration, from: Average EMS Turnout Time}\n")
    file = samples / "misc/Citywide_Response_Metrics_-_Updated.csv"
    found = outcome(file, durations, tmp_path / "durations")
    # Its last row holds nothing at all.
    plain = [row["Average EMS Turnout Time"].split(":") for row in plain_rows(file) if any(row.values())]
    assert found.values("v") == [int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in plain]


@pytest.mark.parametrize(
    ("name", "time", "key"),
    [
        ("events/Honolulu_311_Reports.csv", "date_created", ["id"]),
        ("events/NYC_Emergency_Response_Incidents.csv", "creation_date", None),
        ("events/Noise_Complaints.csv", "case_open_date", ["case_number"]),
        ("events/nyc311_coms6111.csv", "created_date", ["unique_key"]),
        ("nyc_hra/HRA_Facts_Case_Counts.csv", "date", None),
        ("misc/Citywide_Response_Metrics_-_Updated.csv", None, None),
    ],
)
def test_what_is_proposed_loads_the_file(
    name: str, time: str | None, key: list[str] | None, samples: Path, tmp_path: Path
) -> None:
    proposal = propose(samples / name)
    definition = SourceDefinition.model_validate(proposal.definition)
    assert (proposal.definition.get("time"), proposal.definition.get("key")) == (time, key)
    report = read(samples / name, definition, out=tmp_path, timezone="America/New_York", batch=1)
    assert report.rows + report.blank_rows == len(plain_rows(samples / name))
    assert {one.reason for one in report.reasons} <= {"Case Close Date lies before Case Open Date"}
