"""Typed values as a source of facts: every number that stands on it beside a loop over the typed values."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import DefinitionError, read_yaml
from goldenthread.facts.scope import Scope
from goldenthread.jobs import computing, internal_sources, typing_in
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.extracts.supply import supplies
from goldenthread.jobs.healing import heal
from goldenthread.jobs.loading import dump_folder, load_folder
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.answers import NotAllowed
from goldenthread.record.measures import typed_values
from goldenthread.record.measures.models import Measure, Observation, Outdated, TypedState, TypedValue
from goldenthread.record.measures.policies import Figures
from goldenthread.record.orgs.models import Organization, Unit
from goldenthread.record.reports.checks import read_report
from goldenthread.record.sources.checks import read_source
from goldenthread.results.facts import store_engine, table_of
from goldenthread.results.reports import Days, unit_report
from goldenthread.results.surroundings import Surroundings
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.reports import as_of_freshness
from goldenthread.web.desk.presenters.sources import sources_page
from tests.results.conftest import empty_store  # noqa: F401
from tests.results.counties import BY, CALENDAR, NOW, ORGANIZATION, TODAY

pytestmark = pytest.mark.django_db

SOURCE = "source: typed_values\nkind: internal\n"
TYPED = (
    "measure: {key}\ntitle: {key}\nmanual: true\nunit: {unit}\nfrequency: month\nshow_as: {{unit: count}}\n"
)
COUNTED = """
measure: {key}
title: {key}
frequency: month
show_as: {{unit: count}}
numerator: {{{formula}}}
source: typed_values
"""
REPORT = """
report: typed
title: What was typed
source: typed_values
columns:
  - {id: values, title: Values, numerator: {count: typed_values}}
  - {id: homes, title: Homes, numerator: {sum: value, where: {measure: homes}}}
"""
MONTHS = [CALENDAR.period_of(date(2026, month, 1), Grain.MONTH) for month in (1, 2, 3)]
OFFICES = ("north", "south")


@pytest.fixture
def folder(empty_store: Path, tmp_path: Path) -> Path:  # noqa: F811
    for name in ("measures", "sources"):
        (tmp_path / name).mkdir()
    (tmp_path / "organization.yaml").write_text(ORGANIZATION)
    (tmp_path / "sources" / "typed_values.yaml").write_text(SOURCE)
    measures = {
        "homes": TYPED.format(key="homes", unit="north"),
        "visits": TYPED.format(key="visits", unit="south") + "approval: true\n",
        "values_typed": COUNTED.format(key="values_typed", formula="count: typed_values"),
        "homes_typed": COUNTED.format(key="homes_typed", formula="sum: value, where: {measure: homes}"),
    }
    for key, text in measures.items():
        (tmp_path / "measures" / f"{key}.yaml").write_text(text)
    load_folder(tmp_path, by=BY, now=NOW)
    chance = random.Random(11)
    for measure in ("homes", "visits"):
        for unit in OFFICES:
            for period in MONTHS:
                type_one(measure, unit, period, chance.randrange(5, 90))
    catch_up()
    return tmp_path


def type_one(measure: str, unit: str, period, amount: float, *, submit: bool = True) -> TypedValue:
    value = typed_values.type_value(
        measure=Measure.objects.get(key=measure),
        unit=Unit.objects.get(key=unit),
        period=period,
        typed=Figures(value=amount),
        by=BY,
        now=NOW,
    )
    if submit:
        (value,) = typed_values.submit_values(values=[value], by=BY, now=NOW)
    computing.mark_measures([measure])
    return value


def catch_up() -> None:
    computing.catch_up(by=BY, now=NOW)


def let_count(measure: str) -> None:
    """As if somebody else had approved them all."""
    TypedValue.objects.filter(measure__key=measure, state=TypedState.SUBMITTED).update(
        state=TypedState.APPROVED
    )


def counting() -> list[TypedValue]:
    return [one for one in TypedValue.objects.select_related("measure", "unit") if one.state == "approved"]


def held() -> set[tuple[object, ...]]:
    table = table_of("typed_values")
    with store_engine().session() as session:
        rows = session.execute(table.rows(session)).to_pylist()
    return {(one["measure"], one["unit"], one["period_start"], one["value"]) for one in rows}


def by_loop() -> set[tuple[object, ...]]:
    return {(one.measure.key, one.unit.key, one.period_start, one.value) for one in counting()}


def observed(measure: str) -> dict[tuple[str, date], float]:
    rows = Observation.objects.filter(measure__key=measure, tree="event", grain="month", value__gt=0)
    return {
        (unit, start): value for unit, start, value in rows.values_list("unit__key", "period_start", "value")
    }


def observed_by_loop(measure: str) -> dict[tuple[str, date], float]:
    parents = {"north": "benefits"}
    found: dict[tuple[str, date], float] = defaultdict(float)
    for one in counting():
        if measure == "homes_typed" and one.measure.key != "homes":
            continue
        # South was part of benefits until the middle of January; a value counts on the first of its month.
        moved = one.period_start >= date(2026, 1, 15)
        parent = parents.get(one.unit.key, "health" if moved else "benefits")
        for unit in (one.unit.key, parent, "county"):
            found[(unit, one.period_start)] += one.value if measure == "homes_typed" else 1
    return dict(found)


def shown(unit: str, scope: Scope) -> list[float | None] | None:
    """The numbers of a unit in the report, or None where the report is not open."""
    definition = read_report(read_yaml(REPORT)).definition
    days = Days(MONTHS[0].start, MONTHS[-1].end - timedelta(days=1))
    report = unit_report(definition, unit, days, scope, around=Surroundings(TODAY))
    return None if report is None else [tile.latest.value for tile in report.whole.tiles]


def check_all() -> None:
    assert held() == by_loop()
    for measure in ("values_typed", "homes_typed"):
        assert observed(measure) == observed_by_loop(measure)


def test_the_source_and_what_stands_on_it_follow_every_change(folder: Path) -> None:
    assert len(held()) == 6
    check_all()
    let_count("visits")
    catch_up()
    assert len(held()) == 12
    check_all()
    type_one("homes", "south", MONTHS[1], 1234)
    catch_up()
    assert ("homes", "south", MONTHS[1].start, 1234.0) in held()
    check_all()
    type_one("homes", "north", MONTHS[2], 5, submit=False)
    catch_up()
    assert len(held()) == 11
    check_all()
    TypedValue.objects.all().delete()
    catch_up()
    assert held() == set()
    check_all()


def test_what_somebody_hands_in_is_there_when_the_answer_comes(folder: Path) -> None:
    april = CALENDAR.period_of(date(2026, 4, 1), Grain.MONTH)
    entry = typing_in.Entry("1", "homes", april, Figures(value=77))
    assert typing_in.hand_in([entry], by=BY, now=NOW).computed
    assert ("homes", "north", april.start, 77.0) in held()
    check_all()


def test_it_says_whether_a_value_was_handed_in_in_time_and_how_often_again(folder: Path) -> None:
    """Due four days after its month; handed in around that day, by the clock of the organization."""
    zone = ZoneInfo("America/Los_Angeles")
    Organization.objects.update(timezone=zone.key)
    Measure.objects.filter(key="homes").update(lag_days=4)
    TypedValue.objects.all().delete()
    due = MONTHS[0].end + timedelta(days=4)
    for month, (days, again) in enumerate([(-2, 0), (0, 2), (1, 1)]):
        period = CALENDAR.shift(MONTHS[0], month)
        last_minute = datetime.combine(period.expected_on(4) + timedelta(days=days), time(23, 59), zone)
        for once_more in range(again + 1):
            hand_in_at("homes", period, month + once_more, last_minute + timedelta(days=once_more))
    catch_up()
    table = table_of("typed_values")
    with store_engine().session() as session:
        rows = session.execute(table.rows(session)).to_pylist()
    told = {one["period_start"]: one for one in rows}
    first, second, third = (told[CALENDAR.shift(MONTHS[0], month).start] for month in range(3))
    assert (first["due_on"], first["handed_in_on"]) == (due, due - timedelta(days=2))
    assert [one["in_time"] for one in (first, second, third)] == [True, True, False]
    assert [one["corrections"] for one in (first, second, third)] == [0, 2, 1]
    assert second["typed_on"] == second["handed_in_on"] + timedelta(days=2)


def hand_in_at(measure: str, period, amount: float, at: datetime) -> None:
    value = typed_values.type_value(
        measure=Measure.objects.get(key=measure),
        unit=Unit.objects.get(key="north"),
        period=period,
        typed=Figures(value=amount),
        by=BY,
        now=at,
    )
    typed_values.submit_values(values=[value], by=BY, now=at)


def test_what_is_equal_already_makes_no_version(folder: Path) -> None:
    version = table_of("typed_values").version()
    catch_up()
    computing.compute_everything(by=BY, now=NOW)
    assert table_of("typed_values").version() == version


def test_only_the_days_that_differ_are_marked(folder: Path) -> None:
    TypedValue.objects.filter(measure__key="homes", unit__key="north", period_start=MONTHS[1].start).update(
        value=999
    )
    touched = internal_sources.days_that_differ("typed_values", internal_sources.rows_of("typed_values"))
    assert touched is not None
    assert list(touched["period_start"]) == [MONTHS[1].start]
    assert list(touched["period_end"]) == [MONTHS[1].end - timedelta(days=1)]


def test_a_store_that_is_older_than_the_record_heals(folder: Path) -> None:
    TypedValue.objects.filter(measure__key="homes", unit__key="north").update(value=321)
    heal(now=NOW)
    assert ("homes", "north", MONTHS[0].start, 321.0) in held()
    check_all()


def test_a_fill_that_ends_after_its_marks_is_done_again(folder: Path) -> None:
    """Between the marks and the table stands nothing else: what a kill leaves there is made by hand."""
    TypedValue.objects.filter(measure__key="homes", unit__key="south").update(value=55)
    touched = internal_sources.days_that_differ("typed_values", internal_sources.rows_of("typed_values"))
    computing.mark_days("typed_values", touched)
    (table_of("typed_values").folder / "filling.parquet").write_bytes(b"half")
    heal(now=NOW)
    check_all()
    assert not Outdated.objects.exists()


@pytest.mark.parametrize(("unit", "values"), [("north", 3), ("south", 3), ("county", 6)])
def test_a_report_counts_what_is_in_the_unit(folder: Path, unit: str, values: int) -> None:
    homes = sum(one.value for one in counting() if unit in (one.unit.key, "county"))
    assert shown(unit, system_scope(by=BY, reason="a test")) == [values, homes]


def test_its_numbers_are_those_of_now(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    definition = read_report(read_yaml(REPORT)).definition
    scope, around = system_scope(by=BY, reason="a test"), Surroundings(TODAY)
    report = unit_report(definition, "county", Days(MONTHS[0].start, TODAY), scope, around=around)
    assert report is not None
    assert report.freshness == ()
    assert as_of_freshness(report.freshness) == as_of_words(NOW)


def test_a_report_is_open_to_who_may_see_the_unit_and_to_nobody_else(folder: Path) -> None:
    seen = frozenset({"county", "benefits", "north"})
    leads = Scope(viewer="user:1", reason="test", units=seen, workers_of=frozenset({"north"}))
    homes = sum(one.value for one in counting() if one.unit.key == "north")
    assert shown("north", leads) == [3, homes]
    for unit in ("south", "benefits", "county"):
        assert shown(unit, leads) is None


def test_a_definition_goes_out_and_in_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    dump_folder(out, by=BY, now=NOW)
    written = read_yaml(out / "sources" / "typed_values.yaml").value
    assert written.keys() <= {"source", "title", "kind"}
    assert load_folder(out, by=BY, now=NOW).sentences == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source: typed_values\ncolumns: {day: {type: date}}\n", "the product fills by itself"),
        ("source: surveys\nkind: internal\n", "one of these sources: typed_values"),
        (SOURCE + "columns: {day: {type: date}}\n", "no columns, because the product itself says"),
        (SOURCE + "expected: {every: day}\n", "no expected, because the product itself says"),
    ],
)
def test_what_cannot_be_said_of_it_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        read_source(read_yaml(text))


def test_files_for_it_are_refused_in_words(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "typed.csv"
    file.write_text("measure,value\nhomes,1\n")
    with pytest.raises(NotAllowed, match="takes no files: the product fills it by itself"):
        importing.bring_in("typed_values", file, by=BY, now=NOW)


def test_the_list_of_sources_says_what_it_holds(folder: Path) -> None:
    (supply,) = supplies(today=TODAY, now=NOW)
    assert supply.filled == internal_sources.Filled(len(counting()), NOW.date())
    assert supply.late is None
    page = sources_page([supply], late_only=False, waiting=0, today=TODAY)
    cells = [cell.text for cell in page.table.rows[0].cells]
    assert cells == ["Typed values", "Filled by the product", "6", "Nobody", "At every change"]


def test_nobody_is_named_in_it(folder: Path) -> None:
    assert not {name for name in table_of("typed_values").columns if name.endswith(("_by", "person", "note"))}
