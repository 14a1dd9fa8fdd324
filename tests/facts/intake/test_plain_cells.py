"""A cell that is read as it stands says what it would have said after cleaning."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from goldenthread.facts.intake.reading import read, stored_schema
from goldenthread.facts.intake.report import ACCEPTED, REJECTS
from goldenthread.facts.sources import SourceDefinition
from tests.facts.intake.reads import columns, outcome, source

USUAL = (
    *("12", "-12.5", "1e3", "007", "1,234", "(5)", "$5", "22%", "inf", "nan", "9007199254740993", "3.0"),
    *("2026-07-01", "2026-07-01 14:30:05", "2026-07-01T14:30:05", "2026-07-01 14:30:05Z", "2026-7-1 4:30:05"),
    *("2026-07-01 14:30:05+02", "2026-07-01 24:00:00", "2026-02-30", "2026/07/01 14:30:05", "07/01/2026"),
    *("07/01/2026 02:30:05 PM", "07/01/2026 14:30", "yes", "N", "True", "0", "Open", "open", "closed early"),
    *("", "--", "infinity", "epoch"),
)
SHAPES = {
    "number": "{type: number, minimum: -100, missing: [%s]}",
    "whole": "{type: whole_number, missing: [%s]}",
    "flag": "{type: yes_no, missing: [%s]}",
    "day": "{type: date, missing: [%s]}",
    "us_day": "{type: date, format: ['%%m/%%d/%%Y', iso], missing: [%s]}",
    "moment": "{type: datetime, missing: [%s]}",
    "clock": "{type: datetime, format: '%%Y-%%m-%%d %%H:%%M:%%S', missing: [%s]}",
    "us_clock": "{type: datetime, format: ['%%m/%%d/%%Y %%I:%%M:%%S %%p', iso], missing: [%s]}",
    "kept": "{type: number, invalid: missing, missing: [%s]}",
    "state": "{type: category, values: [Open, Closed early, '0', word 9], missing: [%s]}",
    "exact": "{type: text, values: [Open, closed early, word 9], missing: [%s]}",
}
# No cell holds this word, and with it among the words for nothing each cell is cleaned before it is read.
NEVER = "word 9"


@st.composite
def messy(draw: st.DrawFn) -> str:
    """A usual cell with up to two of its characters changed, and space around it."""
    cell = list(draw(st.sampled_from(USUAL)))
    for _ in range(draw(st.integers(0, 2)) if cell else 0):
        cell[draw(st.integers(0, len(cell) - 1))] = draw(st.sampled_from(" 0159-+:/.,TZ%\u00a0"))
    edges = st.sampled_from(("", "", "", " ", "  ", "\t", "\u00a0"))
    return draw(edges) + "".join(cell) + draw(edges)


def _definition(missing: str) -> SourceDefinition:
    shapes = "".join(f"  {name}: {shape % missing}\n" for name, shape in SHAPES.items())
    return source(f"file: {{delimiter: '|', quote: '\"', skip_rows: 0, header_rows: 1}}\ncolumns:\n{shapes}")


# Shrinking takes minutes, and the first cell that differs says enough.
@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(messy(), min_size=20, max_size=60))
@example([" - ", "1e ", "29-6-07-01", " 026-07-01 14:30:05", "2026-07-01 14:30:5Z"])
def test_cells_read_as_they_stand_and_cells_cleaned_first_agree(cells: list[str]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "extract"
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, delimiter="|", quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(SHAPES)
            # A row with one cell shows what becomes of it, whatever the other columns make of the same text.
            for place in range(len(SHAPES)):
                for cell in cells:
                    writer.writerow([cell if place == column else "" for column in range(len(SHAPES))])
        plain, cleaned = (_files(file, _definition(words), Path(folder)) for words in ("''", f"'', {NEVER}"))
    assert plain == cleaned


def _files(file: Path, definition: SourceDefinition, folder: Path) -> list[pa.Table]:
    """What was accepted and what was refused: tables, since Python has no year 0."""
    read(file, definition, out=folder, timezone="America/New_York", batch=1)
    return [pq.read_table(folder / name) for name in (ACCEPTED, REJECTS)]


def test_listed_words_are_stored_as_words(tmp_path: Path) -> None:
    definition = columns(state="{type: category, values: [Open, Closed]}", n="{type: whole_number}")
    (tmp_path / "extract").write_text("state,n\nopen,1\nClosed,2\n,3\n", encoding="utf-8")
    found = outcome(tmp_path / "extract", definition, tmp_path / "out")
    assert found.values("state") == ["Open", "Closed", None]
    assert pq.read_schema(tmp_path / "out" / "accepted.parquet") == stored_schema(definition)
