"""The how-to shows a sheet and a definition; they must do what its text says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Unit
from tests.jobs.extracts.inventory.sheet import load_sheet, new_batch, read_sheet

HOW_TO = Path(__file__).parents[4] / "docs" / "how-to" / "inventory.md"


def _typed(name: str) -> str:
    """What the reader is told to type into a file."""
    found = re.search(
        rf"cat > \S*{re.escape(name)} <<'END'\n(.*?)^END$",
        HOW_TO.read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    assert found is not None
    return found[1]


@pytest.mark.django_db
def test_the_sheet_of_the_how_to_loads_as_it_says() -> None:
    header, *rows = _typed("measures_fy27.csv").splitlines(keepends=True)
    definition = _typed("county_measures.yaml")
    reading = read_sheet(*rows, header=header, definition=definition)
    assert reading.report.rejected == 0
    assert [cell.value for cell in reading.cells if "means" not in cell.reason] == ["TBD"]
    load_sheet(reading, new_batch(definition))
    assert set(Measure.objects.values_list("key", flat=True)) == {
        "finance-percent-of-invoices-paid-within-30-days",
        "finance-bond-rating",
        "public-works-number-of-miles-resurfaced",
        "public-works-number-of-road-closures",
    }
    assert set(Unit.objects.values_list("key", flat=True)) == {"county", "finance", "public_works"}
