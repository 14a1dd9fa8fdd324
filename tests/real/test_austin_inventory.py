"""The measure inventory of a real city, against what plain Python finds in the same file."""

from __future__ import annotations

import csv
import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from goldenthread.definitions import read_yaml
from goldenthread.facts.sources import SourceDefinition
from goldenthread.jobs.extracts.inventory import (
    Applied,
    InventoryReading,
    apply_inventory,
    preview_inventory,
    read_inventory,
    withdraw_inventory,
)
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework.models import Element
from goldenthread.record.measures.models import Measure, MeasureVersion, TypedValue
from goldenthread.record.measures.queries import definition_of
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.actions import apply_organization
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch
from tests.record.sources.batches import waiting_batch

NOW = datetime.datetime(2019, 12, 2, 9, 0, tzinfo=datetime.UTC)
BY = Actor.operator()
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "austin"
FILE = "austin/City_of_Austin_Performance_Measures_FY2020.csv"

ACTUALS = {f"PRIOR_YR{back}_ACTUAL": 2020 - back for back in range(1, 5)}
PROJECTIONS = {"CURRENT_YR_PROJECTION": 2020, "PRIOR_YR1_PROJECTION": 2019}
MONTHS = ("OCT", "NOV", "DEC", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP")
QUARTERS = ("QTR1", "QTR2", "QTR3", "QTR4")


def _plain_number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


@dataclass(frozen=True)
class Austin:
    """The file as plain Python reads it, and as the product does."""

    plain: list[dict[str, str]]
    definition: SourceDefinition
    reading: InventoryReading

    def batch(self) -> Batch:
        apply_organization(read_yaml(HOW_TO / "organization.yaml"), by=BY, now=NOW)
        return waiting_batch(save_source(self.definition, by=BY, now=NOW).source, by=BY, now=NOW)

    def load(self, batch: Batch) -> Applied:
        return apply_inventory(self.reading, batch=batch, by=BY, now=NOW, today=NOW.date())


@pytest.fixture(scope="module")
def austin(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Austin]:
    definition = read_source(read_yaml(HOW_TO / "sources" / "austin_measures.yaml"))
    reading = read_inventory(
        samples / FILE,
        definition,
        calendar=orgs.FiscalCalendar(10),
        timezone="America/Chicago",
        out=tmp_path_factory.mktemp("austin"),
        batch=1,
    )
    with (samples / FILE).open(encoding="utf-8", newline="") as file:
        yield Austin(list(csv.DictReader(file)), definition, reading)


def test_every_row_becomes_a_measure_and_every_department_a_unit(austin: Austin) -> None:
    assert len(austin.reading.rows) == len(austin.plain) == 1240
    assert austin.reading.report.rejected == 0
    assert Counter(place.unit_kind for place in austin.reading.places) == {
        "department": 33,
        "programme": 142,
        None: 276,
    }
    assert len({row.key for row in austin.reading.rows}) == 1240


def test_numbers_are_those_that_plain_python_reads(austin: Austin) -> None:
    for plain, row in zip(austin.plain, austin.reading.rows, strict=True):
        wanted = {
            ("year", year): number
            for column, year in ACTUALS.items()
            if (number := _plain_number(plain[column])) is not None
        }
        for index, month in enumerate(MONTHS):
            if (number := _plain_number(plain[f"{month}_CURRENT_YR"])) not in (None, 0.0):
                wanted[("month", index)] = number
        for index, quarter in enumerate(QUARTERS):
            if (number := _plain_number(plain[f"{quarter}_CURRENT_YR"])) not in (None, 0.0):
                wanted[("quarter", index)] = number
        found = {}
        for value in row.values:
            start = value.period.start
            months_in = (start.month - 10) % 12
            place = {"year": value.period.last_day.year, "month": months_in, "quarter": months_in // 3}
            if value.value is not None:
                found[(str(value.period.grain), place[str(value.period.grain)])] = value.value
        assert found == wanted, row.title
        targets = {target.end.year: target.value for target in row.targets if target.value is not None}
        wanted_targets = {year: _plain_number(plain[column]) for column, year in PROJECTIONS.items()}
        assert targets == {year: number for year, number in wanted_targets.items() if number is not None}


def test_every_word_is_explained_and_none_becomes_a_number(austin: Austin) -> None:
    words = Counter(
        (column, plain[column])
        for plain in austin.plain
        for column in (*PROJECTIONS, *ACTUALS)
        if plain[column] and _plain_number(plain[column]) is None
    )
    found = Counter((cell.column, cell.value) for cell in austin.reading.cells)
    assert found == words
    assert found[("CURRENT_YR_PROJECTION", "No Goal")] == 1051
    assert found[("PRIOR_YR1_ACTUAL", "No Data")] == 426
    assert all("means" in cell.reason for cell in austin.reading.cells)
    noted = Counter(value.note.partition(" (")[0] for row in austin.reading.rows for value in row.values)
    assert {word: noted[word] for word in ("AAA", "Yes", "New Meas.")} == {
        word: sum(count for (column, text), count in words.items() if text == word and column in ACTUALS)
        for word in ("AAA", "Yes", "New Meas.")
    }


def test_numbers_without_a_leading_zero_or_below_it_are_numbers(austin: Austin) -> None:
    by_text = {
        text: value.value
        for plain, row in zip(austin.plain, austin.reading.rows, strict=True)
        for column, year in ACTUALS.items()
        if (text := plain[column]) in (".9", "-9.9")
        for value in row.values
        if value.period.last_day.year == year and str(value.period.grain) == "year"
    }
    assert by_text.items() <= {".9": 0.9, "-9.9": -9.9}.items()
    assert by_text


@pytest.mark.django_db
def test_a_load_fills_the_record_and_a_second_changes_nothing(austin: Austin) -> None:
    batch = austin.batch()
    told = preview_inventory(austin.reading, batch=batch, by=BY, now=NOW, today=NOW.date())
    assert not Measure.objects.exists()
    assert Unit.objects.count() == 1

    applied = austin.load(batch)
    assert applied.sentences == told.sentences
    assert Measure.objects.filter(manual=True).count() == 1240
    assert Unit.objects.filter(kind="department").count() == 33
    assert Counter(Element.objects.values_list("level", flat=True)) == {
        "outcome": 33,
        "service_area": 142,
        "core_service": 276,
    }
    assert TypedValue.objects.filter(value__isnull=False).count() == sum(
        value.value is not None for row in austin.reading.rows for value in row.values
    )
    definitions = map(definition_of, MeasureVersion.objects.all())
    assert sum(len(one.targets) for one in definitions) == 704
    assert len(applied.touched) == 1240

    again = austin.load(batch)
    assert again.measures == {"unchanged": 1240}
    assert (again.values.added, again.values.changed, again.units, again.framework) == (0, 0, (), ())
    assert MeasureVersion.objects.count() == 1240
    assert again.touched == frozenset()

    assert withdraw_inventory(batch, by=BY, now=NOW) == applied.values.added
    assert not TypedValue.objects.exists()
    assert Measure.objects.count() == 1240
