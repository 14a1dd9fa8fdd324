"""An inventory in the record: what a load writes, what it leaves alone, and what the next year adds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import read_yaml
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.extracts.inventory import preview_inventory, withdraw_inventory
from goldenthread.jobs.refused import Refused
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.framework.actions import move_element
from goldenthread.record.framework.models import Element
from goldenthread.record.measures import queries
from goldenthread.record.measures.actions import save_measure
from goldenthread.record.measures.checks import Written, read_measure
from goldenthread.record.measures.models import Measure, TypedValue
from goldenthread.record.orgs.models import Organization, Unit, UnitParent
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Source
from tests.jobs.extracts.inventory.sheet import (
    BY,
    CRASHES,
    HEADER,
    INVOICES,
    NOW,
    RATING,
    load_sheet,
    new_batch,
    read_sheet,
)
from tests.record.sources.batches import waiting_batch

pytestmark = pytest.mark.django_db
KEY = "fin-percent-of-invoices-paid-on-time"
NEXT_YEAR = INVOICES.replace("FY27", "FY28").replace("95,90%,93.5,.9", "97,95,94.2,1.5")


def values_of(key: str) -> dict[tuple[str, date], float | None]:
    rows = TypedValue.objects.filter(measure__key=key)
    return {(row.grain, row.period_start): row.value for row in rows}


def targets_of(key: str) -> list[tuple[date, float | None]]:
    return [(target.from_, target.value) for target in definition_of(key).targets]


def definition_of(key: str):
    return queries.current_definition(Measure.objects.select_related("current").get(key=key))


def test_one_load_writes_units_framework_measures_targets_and_values() -> None:
    applied = load_sheet(read_sheet(INVOICES, RATING, CRASHES), new_batch())
    assert set(Unit.objects.values_list("key", "kind")) == {
        ("county", "county"),
        ("fin", "department"),
        ("fleet", "department"),
    }
    assert UnitParent.objects.get(unit__key="fin").parent.key == "county"
    assert Element.objects.get(key="fin-payments").parent.key == "fin"
    definition = definition_of(KEY)
    assert (definition.manual, definition.frequency, definition.serves) == (True, Grain.MONTH, "fin-payments")
    assert (definition.show_as.unit, definition.show_as.better) == ("percent", "higher")
    assert targets_of(KEY) == [(date(2025, 7, 1), 90), (date(2026, 7, 1), 95)]
    assert values_of(KEY) == {("year", date(2025, 7, 1)): 93.5, ("month", date(2026, 7, 1)): 0.9}
    rating = TypedValue.objects.get(measure__key="fin-bond-rating")
    assert (rating.value, rating.note, rating.state) == (None, "AAA (a rating)", "approved")
    assert applied.sentences[:4] == (
        "Measures: 3 created.",
        "Values: 5 added, 0 changed, 0 as they were.",
        "Framework: 4 added.",
        "Units: 2 added.",
    )


def test_amounts_add_up_only_where_the_file_says_what_is_counted() -> None:
    load_sheet(read_sheet(RATING, CRASHES), new_batch())
    assert not definition_of("fin-bond-rating").is_sum
    assert definition_of("fleet-number-of-crashes").is_sum


def test_the_same_file_again_changes_nothing_and_writes_no_audit_row() -> None:
    batch, reading = new_batch(), read_sheet(INVOICES, RATING)
    load_sheet(reading, batch)
    written = AuditEvent.objects.count()
    again = load_sheet(reading, batch)
    assert again.measures == {"unchanged": 2}
    assert (again.values.added, again.values.changed, again.framework, again.touched) == (
        0,
        0,
        (),
        frozenset(),
    )
    assert AuditEvent.objects.count() == written


def test_next_years_file_adds_its_years_and_corrects_the_last() -> None:
    batch = new_batch()
    load_sheet(read_sheet(INVOICES, RATING), batch)
    later = waiting_batch(batch.source, by=BY, now=NOW)
    applied = load_sheet(read_sheet(NEXT_YEAR), later)
    assert Measure.objects.count() == 2
    assert targets_of(KEY) == [(date(2025, 7, 1), 90), (date(2026, 7, 1), 95), (date(2027, 7, 1), 97)]
    assert values_of(KEY) == {
        ("year", date(2025, 7, 1)): 93.5,
        ("month", date(2026, 7, 1)): 0.9,
        ("year", date(2026, 7, 1)): 94.2,
        ("month", date(2027, 7, 1)): 1.5,
    }
    assert any("not in this one stay as they are (1): fin-bond-rating." in one for one in applied.remarks)
    assert withdraw_inventory(later, by=BY, now=NOW) == 2
    assert set(values_of(KEY)) == {("year", date(2025, 7, 1)), ("month", date(2026, 7, 1))}


def test_what_the_first_file_said_comes_back_when_the_second_is_undone(tmp_path: Path) -> None:
    source = new_batch().source
    loaded = []
    for name, text in (("first", INVOICES), ("second", INVOICES.replace("93.5", "91"))):
        (tmp_path / name).write_text(HEADER + text)
        batch = importing.bring_in(source.key, tmp_path / name, by=BY, now=NOW).batch
        loaded.append(importing.load(batch, by=BY, now=NOW))
        before = values_of(KEY)
    assert before[("year", date(2025, 7, 1))] == 91
    importing.undo(loaded[1], by=BY, now=NOW)
    assert values_of(KEY) == {**before, ("year", date(2025, 7, 1)): 93.5}
    assert TypedValue.objects.filter(batch_id=loaded[0].pk).count() == len(before)


def test_a_preview_tells_what_the_load_then_does_and_leaves_nothing() -> None:
    batch, reading = new_batch(), read_sheet(INVOICES, RATING)
    told = preview_inventory(reading, batch=batch, by=BY, now=NOW, today=NOW.date())
    assert not Measure.objects.exists()
    assert not Element.objects.exists()
    assert told.sentences == load_sheet(reading, batch).sentences


def test_what_people_did_in_the_product_outlasts_the_next_load() -> None:
    batch, reading = new_batch(), read_sheet(INVOICES, RATING)
    load_sheet(reading, batch)
    definition = definition_of(KEY)
    targets = [
        target.model_copy(update={"tolerance": 2.0, "why": "Council"}) if target.value == 95 else target
        for target in definition.targets
    ]
    cared_for = definition.model_copy(
        update={"targets": tuple(targets), "caveats": "Rounded.", "lag_days": 5}
    )
    save_measure(Written(cared_for), by=BY, now=NOW, today=NOW.date())
    money = Element.objects.create(key="money", level="outcome", name="Sound money")
    move_element(
        element=Element.objects.get(key="fin-payments"), parent=money, by=BY, now=NOW, today=NOW.date()
    )
    TypedValue.objects.filter(measure__key=KEY, grain="year").update(value=93.6, batch_id=None)

    applied = load_sheet(reading, batch)
    assert definition_of(KEY) == cared_for
    assert Element.objects.get(key="fin-payments").parent.key == "money"
    assert values_of(KEY)[("year", date(2025, 7, 1))] == 93.6
    assert any("typed by hand stay as they are (1)" in one for one in applied.remarks)


def test_a_measure_that_computes_itself_keeps_its_formula_and_takes_targets() -> None:
    batch = new_batch()
    load_sheet(read_sheet(INVOICES), batch)
    invoices = "source: invoices\ntime: paid_on\ncolumns: {paid_on: {type: date}, days: {type: number}}"
    save_source(read_source(read_yaml(invoices)), by=BY, now=NOW)
    formula = f"""\
measure: {KEY}
title: Invoices paid on time
source: invoices
numerator: {{count: invoices, where: {{days: {{at_most: 30}}}}}}
denominator: {{count: invoices}}
show_as: {{per: 100, unit: percent, better: higher}}
frequency: month
"""
    save_measure(read_measure(read_yaml(formula)), by=BY, now=NOW, today=NOW.date())
    before = values_of(KEY)
    applied = load_sheet(read_sheet(NEXT_YEAR), batch)
    definition = definition_of(KEY)
    assert (definition.manual, definition.title, definition.source) == (
        False,
        "Invoices paid on time",
        "invoices",
    )
    assert targets_of(KEY) == [(date(2026, 7, 1), 95), (date(2027, 7, 1), 97)]
    assert values_of(KEY) == before
    assert any("compute themselves by now" in one for one in applied.remarks)


def test_a_target_for_part_of_a_year_stands_against_the_file() -> None:
    batch, reading = new_batch(), read_sheet(INVOICES)
    load_sheet(reading, batch)
    definition = definition_of(KEY)
    half = definition.targets[-1].model_copy(update={"to": date(2027, 1, 1), "value": 80.0})
    save_measure(
        Written(definition.model_copy(update={"targets": (definition.targets[0], half)})),
        by=BY,
        now=NOW,
        today=NOW.date(),
    )
    applied = load_sheet(reading, batch)
    assert targets_of(KEY) == [(date(2025, 7, 1), 90), (date(2026, 7, 1), 80)]
    assert any("for part of a year keep it (1)" in one for one in applied.remarks)


def test_without_an_organization_the_load_says_what_to_do_first() -> None:
    reading, batch = read_sheet(INVOICES), new_batch()
    UnitParent.objects.all().delete()
    Unit.objects.all().delete()
    Organization.objects.all().delete()
    with pytest.raises(Refused, match=r"organization\.yaml"):
        load_sheet(reading, batch)
    assert Source.objects.count() == 1
    assert not Measure.objects.exists()
