"""The commands as a person or a script types them, in processes of their own."""

import csv
import json
import os

import pytest

from tests.commands.shell import Shell
from tests.results.counties import calls, plain_values, write_definitions


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A workspace with definitions loaded, and a file of calls beside it."""
    folder = tmp_path_factory.mktemp("commands")
    write_definitions(folder / "definitions")
    rows = calls(400, seed=21)
    with (folder / "calls.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["call", "agent", "day", "wait", "outcome"])
        writer.writerows([one.call, one.agent, one.day, one.wait, one.outcome] for one in rows)
        writer.writerow(["x-1", "w1", "2026-02-30", "12", "answered"])
    shell = Shell(folder / "workspace")
    assert "Workspace ready" in shell("init")
    shell("load", folder / "definitions")
    return shell, folder, rows


def test_without_a_workspace_a_sentence_says_what_to_type(tmp_path):
    said = Shell(tmp_path / "nowhere")("batches", code=1)
    assert "goldenthread init --home" in said
    assert "Traceback" not in said


def test_loading_again_changes_nothing_and_a_dump_loads_back(county, tmp_path):
    shell, folder, _ = county
    assert "Nothing in" in shell("load", folder / "definitions")
    shell("dump", tmp_path / "dumped")
    assert "Nothing in" in shell("load", tmp_path / "dumped")


def test_a_definition_with_a_slip_names_file_line_and_remedy(county, tmp_path):
    shell, _, _ = county
    wrong = write_definitions(tmp_path / "wrong")
    file = wrong / "measures" / "in_time.yaml"
    file.write_text(file.read_text().replace("at_most", "at_mots"))
    said = shell("load", wrong, code=1)
    assert "in_time.yaml, line" in said
    assert "at_most" in said
    assert "Traceback" not in said


def test_from_an_extract_to_a_series_and_back(county):
    shell, folder, rows = county
    file = folder / "calls.csv"
    told = json.loads(shell("import", "calls", file, "--dry-run", "--json"))
    assert (told["rows"], told["accepted"], told["rejected"]) == (401, 400, 1)
    assert "--yes" in shell("import", "calls", file, code=2)

    loaded = json.loads(shell("import", "calls", file, "--yes", "--json"))
    days = [one.day for one in rows]
    assert loaded["period"] == [min(days).isoformat(), max(days).isoformat()]
    assert loaded["already_loaded"] is False
    again = json.loads(shell("import", "calls", file, "--yes", "--json"))
    assert again["already_loaded"] is True
    assert again["batch"] == loaded["batch"]

    series = json.loads(shell("series", "in_time", "--unit", "north", "--format", "json"))
    assert (series["measure"], series["unit"]) == ("in_time", "north")
    expected = plain_values(rows, "in_time", "month")
    found = {one["period"]: one["value"] for one in series["observations"] if one["value"] is not None}
    assert found == pytest.approx(
        {start.isoformat(): value for (unit, start), value in expected.items() if unit == "north"}
    )
    by_year = json.loads(shell("series", "in_time", "--by", "year", "--format", "json"))
    assert by_year["observations"][0]["period"] == "2025-07-01"
    header = "period,numerator,denominator,value,status"
    assert shell("series", "in_time", "--format", "csv").startswith(header)

    shell("undo", loaded["batch"])
    assert json.loads(shell("series", "in_time", "--format", "json"))["observations"] == []
    assert "undone" in shell("batches")
    back = json.loads(shell("import", "calls", file, "--yes", "--json"))
    assert back["already_loaded"] is False
    shell("compute")
    assert "no loaded batch 99" in shell("compute", "--since", 99, code=1)


def test_what_is_not_there_is_a_sentence(county):
    shell, folder, _ = county
    assert "no source “cals”" in shell("import", "cals", folder / "calls.csv", "--yes", code=1)
    assert "no measure “nothing”" in shell("series", "nothing", code=1)
    assert "no batch 4711" in shell("undo", 4711, code=1)


def test_what_arrives_is_loaded_and_put_aside_with_a_report(county):
    shell, _, _ = county
    incoming = shell.home / "incoming" / "calls"
    incoming.mkdir(parents=True, exist_ok=True)
    good, bad = incoming / "new.csv", incoming / "broken.csv"
    good.write_text("call,agent,day,wait,outcome\nn-1,w1,2026-04-01,5,answered\n")
    bad.write_bytes(b"")
    for file in (good, bad):
        os.utime(file, (1, 1))
    said = shell("watch", "--once")
    assert "new.csv loaded as batch" in said
    assert "broken.csv was refused" in said
    assert not good.exists()
    reports = {file.parent.name: json.loads(file.read_text()) for file in incoming.glob("*/*.report.json")}
    assert reports["done"]["state"] == "loaded"
    assert reports["refused"]["message"]
