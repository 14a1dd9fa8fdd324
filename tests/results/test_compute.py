from datetime import date

import pytest
from django.db import connection

from goldenthread.jobs import computing, healing
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.measures.models import Observation, Outdated
from tests.results.counties import (
    BY,
    NOW,
    SHOWN,
    calls,
    import_calls,
    load_definitions,
    plain_values,
    write_definitions,
)

GRAINS = ["month", "quarter", "year", "year_to_date"]


def stored(measure, grain):
    rows = Observation.objects.filter(measure__key=measure, grain=grain, tree="event")
    return {
        (unit or "~not-assigned", start): value
        for unit, start, value, facts in rows.values_list("unit__key", "period_start", "value", "facts")
        if value is not None and facts
    }


def assert_agrees(rows):
    for measure in SHOWN:
        for grain in GRAINS:
            expected = plain_values(rows, measure, grain)
            found = stored(measure, grain)
            assert found.keys() == expected.keys(), (measure, grain)
            assert found == pytest.approx(expected, rel=1e-12), (measure, grain)


def everything():
    rows = Observation.objects.values_list(
        "measure__key", "unit__key", "grain", "period_start", "tree", "numerator", "denominator", "value",
        "facts", "contributors",
    )  # fmt: skip
    return sorted(rows, key=str)


def test_every_level_and_period_agrees_with_loops(empty_store, tmp_path):
    rows = calls(600, seed=1)
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, rows, "calls.csv")
    assert_agrees(rows)


def test_totals_reconcile_with_what_nobody_could_be_placed_for(empty_store, tmp_path):
    rows = calls(300, seed=2)
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, rows, "calls.csv")
    months = stored("received", "month")
    for (unit, start), value in months.items():
        if unit == "county":
            parts = ("benefits", "health", "~not-assigned")
            assert value == sum(months.get((part, start), 0) for part in parts)


def test_later_loads_compute_the_periods_they_touch_to_the_same_values(empty_store, tmp_path):
    first = calls(400, seed=3)
    late = calls(40, seed=4, first=date(2025, 9, 3), days=20)
    new = calls(60, seed=5, first=date(2026, 4, 8), days=10)
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, first, "one.csv")
    untouched = Observation.objects.get(
        measure__key="received",
        unit__key="county",
        grain="month",
        period_start=date(2025, 12, 1),
        tree="event",
    )
    import_calls(tmp_path, [*late, *new], "two.csv")
    assert_agrees([*first, *late, *new])
    assert Observation.objects.filter(pk=untouched.pk).exists(), "December was not touched"
    in_parts = everything()
    computing.compute_everything(by=BY, now=NOW)
    assert everything() == in_parts


def test_an_undone_batch_leaves_nothing(empty_store, tmp_path):
    first, second = calls(200, seed=6), calls(100, seed=7)
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, first, "one.csv")
    before = everything()
    batch = import_calls(tmp_path, second, "two.csv")
    importing.undo(batch, by=BY, now=NOW)
    assert everything() == before


def test_people_loaded_later_take_their_facts_out_of_not_assigned(empty_store, tmp_path):
    rows = calls(200, seed=8)
    folder = write_definitions(tmp_path / "county")
    people = (folder / "people.csv").read_text()
    (folder / "people.csv").unlink()
    load_folder(folder, by=BY, now=NOW)
    import_calls(tmp_path, rows, "calls.csv")
    assert ("north", date(2025, 7, 1)) not in stored("received", "month")
    (folder / "people.csv").write_text(people)
    load_folder(folder, by=BY, now=NOW)
    assert_agrees(rows)


PERMITS = """
source: permits
key: [permit]
time: decided
columns:
  permit: {type: text, required: true}
  asked: {type: date}
  decided: {type: date}
derived:
  days_taken: {elapsed: working_days, from: asked, until: decided}
"""
PERMIT_DAYS = """
measure: permit_days
title: Working days to decide a permit
source: permits
numerator: {mean: days_taken}
show_as: {unit: days, better: lower}
frequency: month
"""


def test_a_new_holiday_counts_at_once_also_for_facts_that_nobody_places(empty_store, tmp_path):
    folder = tmp_path / "county"
    write_definitions(folder)
    (folder / "sources" / "permits.yaml").write_text(PERMITS)
    (folder / "measures" / "permit_days.yaml").write_text(PERMIT_DAYS)
    load_folder(folder, by=BY, now=NOW)
    # From Monday to Friday of the same week.
    (tmp_path / "permits.csv").write_text("permit,asked,decided\np1,2026-03-02,2026-03-06\n")
    batch = importing.bring_in("permits", tmp_path / "permits.csv", by=BY, now=NOW).batch
    importing.load(batch, by=BY, now=NOW)
    assert set(stored("permit_days", "month").values()) == {4.0}
    organization = folder / "organization.yaml"
    holidays = "calendar: {holidays: [{date: 2026-03-04, name: Founders' Day}]}\n"
    organization.write_text(organization.read_text() + holidays)
    load_folder(folder, by=BY, now=NOW)
    assert set(stored("permit_days", "month").values()) == {3.0}


def test_another_derived_column_counts_at_once(empty_store, tmp_path):
    folder = tmp_path / "county"
    write_definitions(folder)
    (folder / "sources" / "permits.yaml").write_text(PERMITS)
    (folder / "measures" / "permit_days.yaml").write_text(PERMIT_DAYS)
    load_folder(folder, by=BY, now=NOW)
    # From Friday to Monday.
    (tmp_path / "permits.csv").write_text("permit,asked,decided\np1,2026-03-06,2026-03-09\n")
    importing.load(
        importing.bring_in("permits", tmp_path / "permits.csv", by=BY, now=NOW).batch, by=BY, now=NOW
    )
    assert set(stored("permit_days", "month").values()) == {1.0}
    (folder / "sources" / "permits.yaml").write_text(PERMITS.replace("working_days", "days"))
    load_folder(folder, by=BY, now=NOW)
    assert set(stored("permit_days", "month").values()) == {3.0}


def test_a_column_that_no_load_has_brought_yet_is_empty(empty_store, tmp_path):
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, calls(100, seed=9), "calls.csv")
    before = stored("received", "month")
    folder = write_definitions(tmp_path / "more")
    source = folder / "sources" / "calls.yaml"
    source.write_text(source.read_text().replace("  wait:", "  solved: {type: datetime}\n  wait:"))
    (folder / "measures" / "solved.yaml").write_text(
        "measure: solved\ntitle: Solved\nfrequency: month\nsource: calls\nshow_as: {unit: count}\n"
        "numerator: {count: calls, time: solved}\n"
    )
    (folder / "measures" / "unsolved.yaml").write_text(
        "measure: unsolved\ntitle: Unsolved\nfrequency: month\nsource: calls\nshow_as: {unit: count}\n"
        "numerator: {count: calls, where: {solved: {missing: true}}}\n"
    )
    load_folder(folder, by=BY, now=NOW)
    assert not stored("solved", "month")
    assert stored("unsolved", "month") == before


def test_a_count_of_none_is_zero_and_a_rate_of_none_is_no_data(empty_store, tmp_path):
    rows = [one for one in calls(300, seed=9) if not (one.agent in ("w1", "w3") and one.day.month == 3)]
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, rows, "calls.csv")
    march = Observation.objects.filter(
        unit__key="south", grain="month", period_start=date(2026, 3, 1), tree="event"
    )
    assert march.get(measure__key="received").value == 0
    assert not march.filter(measure__key="in_time").exists()


def test_todays_tree_moves_all_history(empty_store, tmp_path):
    rows = calls(300, seed=10)
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, rows, "calls.csv")
    months = Observation.objects.filter(measure__key="received", grain="month", period_start=date(2025, 9, 1))
    as_it_was = months.get(unit__key="benefits", tree="event").value
    as_today = months.get(unit__key="benefits", tree="today").value
    north = months.get(unit__key="north", tree="today").value
    assert as_today == north < as_it_was


def test_a_crash_between_load_and_computation_is_made_good(empty_store, tmp_path, monkeypatch):
    load_definitions(tmp_path / "county")
    rows = calls(100, seed=11)

    def crash(**_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(computing, "catch_up", crash)
    with pytest.raises(KeyboardInterrupt):
        import_calls(tmp_path, rows, "calls.csv")
    monkeypatch.undo()
    assert not Observation.objects.exists()
    assert Outdated.objects.exists()
    healing.heal(now=NOW)
    assert_agrees(rows)
    assert not Outdated.objects.exists()


def test_a_formula_that_begins_on_a_day_leaves_a_visible_break(empty_store, tmp_path):
    rows = calls(300, seed=12)
    folder = write_definitions(tmp_path / "county")
    load_folder(folder, by=BY, now=NOW)
    import_calls(tmp_path, rows, "calls.csv")
    file = folder / "measures" / "in_time.yaml"
    file.write_text(file.read_text().replace("at_most: 60", "at_most: 30") + "formula_from: 2026-01-01\n")
    load_folder(folder, by=BY, now=NOW)
    years = Observation.objects.filter(measure__key="in_time", grain="year", tree="event")
    assert not years.exists(), "the fiscal year holds both formulas"
    versions = Observation.objects.filter(
        measure__key="in_time", unit__key="county", grain="month", tree="event"
    )
    assert set(
        versions.filter(period_start__lt=date(2026, 1, 1)).values_list("version__number", flat=True)
    ) == {1}
    assert set(
        versions.filter(period_start__gte=date(2026, 1, 1)).values_list("version__number", flat=True)
    ) == {2}


def test_computing_takes_the_same_queries_for_any_number_of_rows(
    empty_store, tmp_path, django_assert_max_num_queries
):
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, calls(300, seed=13), "calls.csv")
    with django_assert_max_num_queries(120, connection=connection):
        computing.compute_everything(by=BY, now=NOW)
