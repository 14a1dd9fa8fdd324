"""Wherever a page offers CSV it offers the same rows as XLSX, to the same people, and no cell of it runs."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

import pytest
from django.test import Client
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from goldenthread.record.sources.models import Batch
from goldenthread.web.checks import every_view
from tests.web.desk import data_world
from tests.web.desk.worlds import as_user, build_world

pytestmark = pytest.mark.django_db

FILES = [
    ("/measures/", "/measures/data"),
    ("/measures/calls_answered/", "/measures/calls_answered/data"),
    ("/units/benefits/", "/units/benefits/data"),
    ("/services/phone/", "/services/phone/data"),
    ("/", "/off-target"),
]


@pytest.fixture
def world() -> None:
    build_world()


@pytest.fixture
def batch(tmp_path, transactional_db) -> Batch:
    data_world.build_world(tmp_path / "definitions")
    return data_world.send()


def csv_rows(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet_rows(client: Client, address: str) -> list[tuple[Cell, ...]]:
    """The rows of the one table in the workbook, below its title and note."""
    answer = client.get(address)
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    (sheet,) = load_workbook(io.BytesIO(answer.content)).worksheets
    (table,) = sheet.tables.values()
    return list(sheet[table.ref])


def written(cell: Cell) -> str:
    """The cell as CSV writes it."""
    value = cell.value
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def same_rows(client: Client, address: str) -> list[tuple[Cell, ...]]:
    rows = sheet_rows(client, f"{address}.xlsx")
    assert "f" not in {cell.data_type for row in rows for cell in row}
    found = [[written(cell) for cell in row] for row in rows]
    wanted = [[cell.removeprefix("'") for cell in row] for row in csv_rows(client, f"{address}.csv")]
    assert [[_plain(cell) for cell in row] for row in found] == [
        [_plain(cell) for cell in row] for row in wanted
    ]
    return rows


def _plain(text: str) -> str:
    """A number as both kinds of file mean it: CSV writes 200.0, a sheet 200."""
    return f"{float(text):g}" if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


@pytest.mark.parametrize(("page", "file"), FILES)
def test_a_page_offers_both_with_the_same_rows(world, page, file):
    dora = as_user("dora")
    assert f'href="{file}.xlsx' in dora.get(page).content.decode()
    assert len(same_rows(dora, file)) > 1


def test_numbers_stay_numbers(world):
    rows = sheet_rows(as_user("dora"), "/measures/calls_answered/data.xlsx")
    assert {cell.data_type for row in rows[1:] for cell in row[1:4]} == {"n"}


def test_what_is_hidden_is_hidden_here_too(world):
    dora, missing = as_user("dora"), as_user("dora").get("/units/nowhere/data.xlsx")
    assert missing.status_code == 404
    assert dora.get("/units/roads/data.xlsx").content == missing.content


def test_no_address_has_one_kind_without_the_other():
    kinds = {
        kind: {one.rpartition(".")[0] for one, _view in every_view() if one.endswith(f".{kind}")}
        for kind in ("csv", "xlsx")
    }
    # The audit log is longer than any sheet, and leaves while it is read.
    assert kinds["csv"] - {"/audit/log"} == kinds["xlsx"] != set()


def test_refused_cells_and_days(batch: Batch):
    ada = data_world.signed_in()
    page = ada.get(f"/data/batches/{batch.pk}/").content.decode()
    for name in ("rejects", "days"):
        assert f'href="/data/batches/{batch.pk}/{name}.xlsx"' in page
        assert len(same_rows(ada, f"/data/batches/{batch.pk}/{name}")) > 1
    assert ada.get(f"/data/batches/{batch.pk}/rejects.xlsx").status_code == 200


def test_more_refused_cells_than_a_workbook_takes_are_there_as_csv_alone(batch: Batch):
    batch.report["reasons"][0]["count"] = 1_000_000
    batch.save()
    ada = data_world.signed_in()
    assert "rejects.xlsx" not in ada.get(f"/data/batches/{batch.pk}/").content.decode()
    assert ada.get(f"/data/batches/{batch.pk}/rejects.xlsx").status_code == 404
    assert ada.get(f"/data/batches/{batch.pk}/rejects.csv").status_code == 200
