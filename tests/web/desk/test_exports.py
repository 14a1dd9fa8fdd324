"""What leaves as a file: words that came with an extract never run as a formula in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.sources.models import Batch
from goldenthread.render.spreadsheets import runs_as_formula
from tests.results.counties import BY, CALLS, NOW, SHOWN, write_definitions
from tests.web.desk.data_world import HEADER, build_world, signed_in

pytestmark = pytest.mark.django_db

PAYLOADS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", '=HYPERLINK("http://x","y")')


@pytest.fixture
def batch(tmp_path) -> Batch:
    """Calls whose outcome, and in refused rows the wait, is a formula."""
    build_world(tmp_path / "definitions")
    changed = write_definitions(tmp_path / "changed")
    (changed / "sources" / "calls.yaml").write_text(
        CALLS.replace("{type: category, values: [answered, abandoned]}", "{type: text}")
    )
    (changed / "measures" / "received.yaml").write_text(
        "measure: received\ntitle: Received\nsource: calls\nfrequency: month\nbreakdowns: [outcome]\n"
        + SHOWN["received"]
    )
    load_folder(changed, by=BY, now=NOW)
    file = tmp_path / "calls.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER.split(","))
        writer.writerows([f"c{n}", "w1", "2026-03-02", 5, text] for n, text in enumerate(PAYLOADS))
        writer.writerows([f"r{n}", "w1", "2026-03-02", text, "fine"] for n, text in enumerate(PAYLOADS))
    received = importing.bring_in("calls", file, by=BY, now=NOW)
    return importing.load(received.batch, by=BY, now=NOW)


def cells(address: str) -> list[str]:
    answer = signed_in().get(address)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row]


def shown_as_text(found: list[str]) -> set[str]:
    """The formulas among the cells, each disarmed by an apostrophe."""
    assert not [cell for cell in found if runs_as_formula(cell)]
    return {cell[1:].strip() for cell in found if cell.startswith("'")}


def test_refused_rows_run_nothing(batch: Batch) -> None:
    found = shown_as_text(cells(f"/data/batches/{batch.pk}/rejects.csv"))
    assert found == {text.strip() for text in PAYLOADS}


def test_categories_run_nothing(batch: Batch) -> None:
    found = shown_as_text(cells("/measures/received/data.csv?split=outcome"))
    assert {text for text in found if "1+1" in text} >= {"=1+1", "+1+1", "-1+1", "＝1+1"}


def test_values_and_days_run_nothing(batch: Batch) -> None:
    assert not shown_as_text(cells("/measures/received/data.csv"))
    assert not shown_as_text(cells(f"/data/batches/{batch.pk}/days.csv"))
