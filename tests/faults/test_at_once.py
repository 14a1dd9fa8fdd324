"""Several at once: imports wait for each other, bytes come in once, and readers see before or after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.faults.county import ROWS, write_definitions, write_extract
from tests.faults.killing import Operations, operations_on


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    folder = tmp_path_factory.mktemp("at-once")
    shell = Shell(folder / "home")
    shell("init")
    shell("load", write_definitions(folder / "definitions"))
    return shell


def together(shell: Shell, *files: Path) -> list[tuple[int, str]]:
    """Import all files at the same time: exit code and what was said of each."""
    imports = [shell.start("import", "calls", file, "--yes") for file in files]
    said = ["".join(process.communicate()) for process in imports]
    return [(process.returncode, words) for process, words in zip(imports, said, strict=True)]


def test_two_files_of_one_source_wait_for_each_other(shell: Shell, tmp_path: Path) -> None:
    files = [write_extract(tmp_path / f"{seed}.csv", seed=seed) for seed in (41, 42)]
    assert [code for code, _said in together(shell, *files)] == [0, 0]
    assert f'"denominator": {2 * ROWS}' in shell("series", "in_time", "--by", "year", "--format", "json")


def test_the_same_bytes_at_once_come_in_once(shell: Shell, tmp_path: Path) -> None:
    one = write_extract(tmp_path / "one.csv", seed=43)
    ended = together(shell, one, one)
    assert 0 in [code for code, _said in ended]
    for code, said in ended:
        refusal = ("is being read by another process", "already loaded", "so it cannot become", "is loaded")
        assert code == 0 or any(words in said for words in refusal), said
        assert "Traceback" not in said
    batches = [json.loads(line) for line in shell("batches", "--json").splitlines()]
    assert [one["state"] for one in batches if one["file"] == "one.csv"].count("loaded") == 1


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Iterator[Operations]:
    folder = tmp_path_factory.mktemp("readers")
    definitions = write_definitions(folder / "definitions")
    first = write_extract(folder / "one.csv", seed=31)
    with operations_on(folder / "home") as county:
        county.seen_after("init", f"load={definitions}", f"import={first}")
        yield county


def test_readers_of_an_import_see_before_or_after(county: Operations, tmp_path: Path) -> None:
    (before,) = county.seen_after("look")
    second = write_extract(tmp_path / "two.csv", seed=32)
    importing = Shell(county.home).start("import", "calls", second, "--yes")
    seen, answers = [], []
    while importing.poll() is None:
        looked, *statuses = county.run("look", "page=/", "page=/measures/in_time/").said
        seen.append(looked)
        answers += statuses
    _said, complaint = importing.communicate()
    assert importing.returncode == 0, complaint
    (after,) = county.seen_after("look")
    assert (before["rows"], after["rows"]) == (ROWS, 2 * ROWS)
    assert len(seen) > 1
    assert set(answers) == {200}
    for one in seen:
        assert one["rows"] in (before["rows"], after["rows"])
        for measure, digest in one["observations"].items():
            assert digest in (before["observations"][measure], after["observations"][measure])
