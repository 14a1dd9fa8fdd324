"""What the command line says of a batch before anything is loaded."""

from __future__ import annotations

from goldenthread.commands.batch_words import as_text
from goldenthread.record.sources.models import Batch, BatchState, Source

SOURCE = Source(key="calls", kind="file")
BROKEN = {
    "column": "",
    "reason": "wanted 3 cells, found 2",
    "count": 1,
    "examples": [{"row": 1200, "value": "a,b"}],
}
EMPTY = {"column": "Wait", "reason": "wanted a number", "count": 2, "examples": [{"row": 4, "value": None}]}


def said(rows: int, rejected: int, **report: object) -> list[str]:
    counts = {"rows": rows, "accepted": rows - rejected, "rejected": rejected}
    batch = Batch(source=SOURCE, file_name="calls.csv", state=BatchState.WAITING, report=report, **counts)
    return as_text(batch).splitlines()


def test_a_reason_names_its_column_if_it_has_one() -> None:
    assert said(3000, 3, reasons=[BROKEN, EMPTY])[1:] == [
        "  1 refused: wanted 3 cells, found 2; for example row 1,200, found “a,b”",
        "  2 refused, Wait: wanted a number; for example row 4, found nothing",
    ]


def test_a_column_that_the_file_lacks_is_told_before_loading() -> None:
    assert said(5, 0, missing_columns=["“Wait” (nearest: “Waits”)"])[1:] == [
        "  The file has no column “Wait” (nearest: “Waits”): nothing is known there."
    ]


def test_counts_in_words() -> None:
    assert said(0, 0) == ["calls.csv: it has a header and no rows, so that loading it changes nothing."]
    assert said(9, 0) == ["calls.csv: all 9 rows can be loaded."]
    assert said(9, 1)[0] == "calls.csv: 8 of 9 rows can be loaded; 1 is refused."
    assert said(9, 2)[0] == "calls.csv: 7 of 9 rows can be loaded; 2 are refused, each with a reason."
