"""Any table that the csv module writes is read back cell by cell, whatever stands in the cells."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from goldenthread.facts.sources import SourceDefinition
from goldenthread.render.spreadsheets import guarded
from tests.facts.intake.reads import outcome_of

cells = st.text(alphabet="aé5 \"',;\t\n\\(%-", max_size=8)
tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12)
)


def as_written(cell: str) -> str:
    """An apostrophe before what could be a formula is one of our own files', and the intake takes it away."""
    return guarded(cell.strip()) if cell.strip().startswith("'") else cell


@given(tables, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]))
def test_read_back(table: list[list[str]], delimiter: str, line_end: str) -> None:
    width = len(table[0])
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end)
    writer.writerow([f"h{index}" for index in range(width)])
    writer.writerows([[as_written(cell) for cell in row] for row in table])
    definition = SourceDefinition.model_validate(
        {
            "source": "written",
            "file": {"delimiter": delimiter, "quote": '"', "escape": '"', "skip_rows": 0, "header_rows": 1},
            "columns": {f"h{index}": {"type": "text"} for index in range(width)},
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        found = outcome_of(buffer.getvalue(), definition, Path(folder))
    read = [[row[f"h{index}"] or "" for index in range(width)] for row in found.accepted]
    wanted = [[cell.strip(" \t\n") for cell in row] for row in table]
    assert read == [row for row in wanted if any(row)]
    assert found.report.rejected == 0
