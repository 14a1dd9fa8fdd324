"""540 formulas as cells of CSV and XLSX: none runs, numbers stay numbers, our own intake gives each back."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from goldenthread.render.csv import csv_bytes
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.render.xlsx import xlsx_bytes
from tests.facts.intake.reads import columns, outcome_of
from tests.hostile.formulas import EVERY, HARMLESS, holds_none

TEXTS = [*EVERY, *(f"\0{text}" for text in EVERY[:60]), *HARMLESS]
TABLE = Table(
    "=1+1",
    (Column("=2+2"), Column("Number", number=True)),
    tuple(Row((Cell(text), Cell("-5", -5 - place))) for place, text in enumerate(TEXTS)),
    note="=3+3",
)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_no_cell_of_a_csv_runs() -> None:
    head, *rows = read(csv_bytes(TABLE))
    assert len(EVERY) >= 500
    assert not holds_none([text for text in EVERY if not text.startswith("'")])
    assert holds_none([*head, *(row[0] for row in rows)])
    assert [float(row[1]) for row in rows] == [-5.0 - place for place in range(len(TEXTS))]


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(TABLE))).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    assert [row[1].value for row in sheet.iter_rows(min_row=4)] == [-5 - place for place in range(len(TEXTS))]


def test_the_intake_gives_each_text_back(tmp_path: Path) -> None:
    texts = [text for text in TEXTS if text.strip(" \t\r\n\u00a0")]
    table = Table(
        "Found", (Column("text"), Column("end")), tuple(Row((Cell(one), Cell("x"))) for one in texts)
    )
    definition = columns(text="{type: text, required: true}", end="{type: text, required: true}")
    found = outcome_of(csv_bytes(table), definition, tmp_path)
    assert found.values("text") == [text.strip(" \t\r\n\u00a0") for text in texts]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_libreoffice_finds_no_formula(kind: str, tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip(
            "LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-calc-nogui"
        )
    file = tmp_path / f"ours.{kind}"
    file.write_bytes(csv_bytes(TABLE) if kind == "csv" else xlsx_bytes(TABLE))
    control = tmp_path / "theirs.csv"
    control.write_text("a,b\n=1+1,2\n")
    assert formulas(file, tmp_path / "out") == 0
    assert formulas(control, tmp_path / "out") == 1, "the judge finds none even where there is one"


def formulas(file: Path, out: Path) -> int:
    """How many cells are formulas in what LibreOffice makes of the file."""
    profile, kind = f"-env:UserInstallation=file://{out}/profile", "xlsx:Calc MS Excel 2007 XML"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(file)]
    subprocess.run(command, check=True, capture_output=True)
    sheet = load_workbook(out / f"{file.stem}.xlsx").worksheets[0]
    return sum(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
