"""``propose`` and ``doctor`` as a person types them."""

from __future__ import annotations

import json

import pytest

from goldenthread.definitions import read_yaml
from goldenthread.record.sources.checks import read_source
from tests.commands.shell import Shell

CASES = "Case Id,Opened,Inspector\nA-1,03/14/2026,w1\nA-2,03/15/2026,w2\nA-3,03/16/2026,w1\n"


@pytest.fixture
def cases(tmp_path):
    file = tmp_path / "Code cases 2026.csv"
    file.write_text(CASES)
    return file


def test_a_source_is_proposed_without_a_workspace(cases, tmp_path) -> None:
    text = Shell(tmp_path / "nowhere")("propose", cases)
    definition = read_source(read_yaml(text))
    assert (definition.source, definition.key, definition.time) == ("code_cases_2026", ("case_id",), "opened")
    assert "# Check: “Inspector” is taken for the worker" in text


def test_a_source_is_written_where_load_looks_for_it(cases, tmp_path) -> None:
    shell = Shell(tmp_path / "workspace")
    out = tmp_path / "definitions" / "sources" / "cases.yaml"
    said = shell("propose", cases, "--source", "cases", "--out", out)
    assert f"goldenthread load {tmp_path / 'definitions'}" in said
    assert read_source(read_yaml(out)).source == "cases"
    assert "is there already" in shell("propose", cases, "--out", out, code=1)
    assert "such as my_cases" in shell("propose", cases, "--source", "My cases", code=2)
    shell("init")
    assert "created" in shell("load", tmp_path / "definitions")
    assert "already_loaded" in shell("import", "cases", cases, "--yes", "--json")


def test_a_file_nobody_can_read_is_a_sentence(tmp_path) -> None:
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 and nothing more")
    said = Shell(tmp_path)("propose", file, code=1)
    assert "broken.xlsx: " in said
    assert "Traceback" not in said


def test_the_doctor_ends_with_1_only_when_something_is_wrong(tmp_path) -> None:
    shell = Shell(tmp_path / "workspace")
    assert "goldenthread init" in shell("doctor", code=1)
    shell("init")
    assert "fine   The database is up to date" in shell("doctor")
    shell.home.joinpath("store").chmod(0o777)
    said = shell("doctor", code=1)
    assert "wrong  Other users of this machine can get at" in said
    assert "What to do: chmod go=" in said
    found = json.loads(shell("doctor", "--json", code=1))
    assert found["wrong"] == 1
    assert {"about", "sentence", "wrong", "mend"} == found["findings"][0].keys()
