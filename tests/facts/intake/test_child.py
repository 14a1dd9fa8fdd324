"""A reading in its child process: the same report, limits that hold, nothing left behind."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from goldenthread.facts.intake import FOR_SCANS, FOR_WORKBOOKS, Report, Unreadable, read, read_limited
from tests.facts.intake.reads import columns, source

DEFINITION = source("time: at\ncolumns:\n  id: {type: text, required: true}\n  at: {type: date}\n")


def extract(folder: Path, rows: int) -> Path:
    file = folder / "extract.csv"
    lines = (f"{number},2026-01-{number % 28 + 1:02}" for number in range(rows))
    file.write_text("id,at\n" + "\n".join(lines) + "\n")
    return file


def test_the_child_reports_what_the_parent_would(tmp_path: Path) -> None:
    file = extract(tmp_path, 200_000)
    file.write_text(file.read_text() + "x,never\n")
    heard: list[int] = []
    child = read_limited(
        file, DEFINITION, out=tmp_path / "child", timezone="America/Chicago", batch=3, progress=heard.append
    )
    here = read(file, DEFINITION, out=tmp_path / "here", timezone="America/Chicago", batch=3)
    assert child == here == Report.from_dict(json.loads(json.dumps(here.as_dict())))
    assert child.rejected == 1
    assert heard == sorted(heard)
    assert heard[-1] == 200_001
    for name in ("accepted", "rejects", "places"):
        assert pq.read_table(tmp_path / f"child/{name}.parquet").equals(
            pq.read_table(tmp_path / f"here/{name}.parquet")
        )
    assert {one.name for one in (tmp_path / "child").iterdir()} == {
        "accepted.parquet",
        "rejects.parquet",
        "places.parquet",
    }


def test_a_refused_file_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(Unreadable, match="The file is empty"):
        read_limited(tmp_path / "empty", DEFINITION, out=tmp_path / "out", timezone="UTC", batch=1)
    assert list((tmp_path / "out").iterdir()) == []


def test_too_little_memory_is_a_sentence(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(1_000):
        sheet.append([1] * 200)
    book.save(tmp_path / "wide.xlsx")
    limits = dataclasses.replace(FOR_WORKBOOKS, memory=100 << 20)
    with pytest.raises(Unreadable, match="more than the 100 MB of memory"):
        read_limited(
            tmp_path / "wide.xlsx",
            columns(a="{type: text, from: '1'}"),
            out=tmp_path / "out",
            timezone="UTC",
            batch=1,
            limits=limits,
        )
    assert list((tmp_path / "out").iterdir()) == []


def test_forty_columns_of_known_words_fit_into_the_memory_of_one_reading(tmp_path: Path) -> None:
    names = [f"answer_{number}" for number in range(40)]
    shape = "{type: category, values: [" + ", ".join(f"word {number}" for number in range(30)) + "]}"
    file = tmp_path / "survey.csv"
    file.write_text(",".join(names) + "\n" + ",".join(["word 7"] * 40) + "\n")
    definition = columns(**dict.fromkeys(names, shape))
    assert read_limited(file, definition, out=tmp_path / "out", timezone="UTC", batch=1).accepted == 1


@pytest.mark.parametrize("limit", ["processor_seconds", "seconds"])
def test_too_little_time_is_a_sentence(limit: str, tmp_path: Path) -> None:
    # Rows to be rejected are the slowest: some ten seconds of work, and no machine is done with it in one.
    file = tmp_path / "answers.csv"
    file.write_text("answer\n" + "no\n" * 4_000_000)
    limits = dataclasses.replace(FOR_SCANS, **{limit: 1})
    with pytest.raises(Unreadable, match="longer than it may"):
        read_limited(
            file,
            columns(answer="{type: category, values: [word]}"),
            out=tmp_path / "out",
            timezone="UTC",
            batch=1,
            limits=limits,
        )
    assert list((tmp_path / "out").iterdir()) == []


def test_a_listener_that_fails_ends_the_child(tmp_path: Path) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_limited(
            extract(tmp_path, 1_000), DEFINITION, out=tmp_path / "out", timezone="UTC", batch=1, progress=stop
        )
    assert list((tmp_path / "out").iterdir()) == []
