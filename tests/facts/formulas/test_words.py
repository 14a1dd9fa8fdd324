"""One drawn table for each word of the vocabulary."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain
from goldenthread.facts.formulas.compute import WantedSide
from goldenthread.facts.formulas.vocabulary import NO_CATEGORY, Side
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from tests.facts.formulas.plain import PlainSource, World
from tests.facts.formulas.running import run

TYPES = {"at": pa.date32(), "closed": pa.date32(), "wait": pa.float64()}
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)

WORLD = World(
    parents=[("county", None, None, None), ("north", "county", None, None), ("south", "county", None, None)],
    memberships=[
        ("ana", "north", None, date(2026, 1, 15)),
        ("ana", "south", date(2026, 1, 15), None),
        ("ben", "north", None, None),
    ],
)

CALLS = """
at         | closed     | agent | wait | outcome   | day
2026-01-05 | 2026-01-20 | ana   | 30   | answered  | Monday
2026-01-06 | 2026-03-02 | ana   | 90   | abandoned | Tuesday
2026-01-20 |            | ana   | 40   | answered  | Tuesday
2026-01-21 | 2026-01-21 | ben   |      | answered  | Wednesday
2026-02-02 | 2026-02-01 | ben   | 60   |           | Monday
2026-02-03 | 2026-02-04 | zoe   | 20   | answered  | Tuesday
           | 2026-01-09 | ben   | 10   | answered  |
"""


def drawn(table: str) -> tuple[list[dict[str, Any]], pa.Schema]:
    """The rows of a drawn table; an empty cell is a missing value."""
    header, *lines = [line.split("|") for line in table.strip("\n").splitlines()]
    names = [name.strip() for name in header]
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in names])
    rows = []
    for line in lines:
        cells = dict(zip(names, (cell.strip() or None for cell in line), strict=True))
        rows.append({name: _typed(cell, schema.field(name).type) for name, cell in cells.items()})
    return rows, schema


def _typed(cell: str | None, kind: pa.DataType) -> Any:
    if cell is None or pa.types.is_string(kind):
        return cell
    return date.fromisoformat(cell) if pa.types.is_date(kind) else float(cell)


def computed(side: dict[str, Any], *, table: str = CALLS, **options: Any) -> dict[Any, Any]:
    """Every answer of one monthly side, as {(unit, month): (value, weight, n, contributors)}."""
    rows, schema = drawn(table)
    wanted = WantedSide(
        "side",
        Side.model_validate({"source": "calls", **side}),
        options.pop("grains", (Grain.MONTH,)),
        options.pop("breakdown", None),
        options.pop("year_to_date", False),
    )
    source = PlainSource(rows, "at", worker="agent")
    found = run({"calls": (source, schema)}, [wanted], WORLD, FiscalCalendar(7), **options)
    return {(unit, start): answer for (_, unit, _, start, _), answer in found.items()}


def values(side: dict[str, Any], unit: str = "county", **options: Any) -> dict[date, Any]:
    return {start: answer[0] for (one, start), answer in computed(side, **options).items() if one == unit}


def test_count_by_unit_month_and_people() -> None:
    assert computed({"count": "calls"}) == {
        ("north", JANUARY): (3, None, 3, 2),
        ("south", JANUARY): (1, None, 1, 1),
        ("county", JANUARY): (4, None, 4, 2),
        ("north", FEBRUARY): (1, None, 1, 1),
        (NOT_ASSIGNED, FEBRUARY): (1, None, 1, 1),
        ("county", FEBRUARY): (2, None, 2, 2),
    }


@pytest.mark.parametrize(
    ("where", "january", "february"),
    [
        ({"outcome": "answered"}, 3, 1),
        ({"outcome": {"is": "answered"}}, 3, 1),
        ({"outcome": {"not": "answered"}}, 1, 0),
        ({"outcome": {"not": ["answered", "abandoned"]}}, 0, 0),
        ({"day": {"in": ["Monday", "Wednesday"]}}, 2, 1),
        ({"wait": {"at_least": 40}}, 2, 1),
        ({"wait": {"at_most": 40}}, 2, 1),
        ({"wait": {"more_than": 40}}, 1, 1),
        ({"wait": {"less_than": 40}}, 1, 1),
        ({"wait": {"between": [30, 40]}}, 2, 0),
        ({"wait": {"missing": True}}, 1, 0),
        ({"wait": {"present": True}}, 3, 2),
        ({"wait": {"at_least": 30, "less_than": 90}}, 2, 1),
        ({"wait": {"at_least": 30, "less_than": 90, "or_missing": True}}, 3, 1),
        ({"wait": {"not": 40, "or_missing": True}, "day": {"present": True}}, 3, 2),
        ({"outcome": {"not": "answered", "or_missing": True}}, 1, 1),
        ({"wait": {"at_least": 30}, "day": "Tuesday"}, 2, 0),
        ({"at": {"at_most": date(2026, 1, 6)}}, 2, 0),
    ],
)
def test_conditions(where: dict[str, Any], january: int, february: int) -> None:
    assert values({"count": "calls", "where": where}) == {JANUARY: january, FEBRUARY: february}


def test_count_distinct_is_never_added_up() -> None:
    assert values({"count_distinct": "outcome"}) == {JANUARY: 2, FEBRUARY: 1}
    assert values({"count_distinct": "outcome"}, "north") == {JANUARY: 2, FEBRUARY: 0}
    assert values({"count_distinct": "outcome"}, "south") == {JANUARY: 1}


def test_sum_of_nothing_is_nothing() -> None:
    assert values({"sum": "wait"}) == {JANUARY: 160, FEBRUARY: 80}
    assert values({"sum": "wait", "where": {"outcome": "transferred"}}) == {JANUARY: None, FEBRUARY: None}


def test_mean_keeps_its_sum_and_its_count() -> None:
    assert computed({"mean": "wait"})["county", JANUARY] == (160, 3, 3, 1)


def test_median_and_percentile_are_computed_at_each_level() -> None:
    assert values({"median": "wait"}) == {JANUARY: 40, FEBRUARY: 40}
    assert values({"median": "wait"}, "north") == {JANUARY: 60, FEBRUARY: 60}
    assert values({"percentile": "wait", "at": 90}) == {
        JANUARY: pytest.approx(80),
        FEBRUARY: pytest.approx(56),
    }


def test_min_and_max() -> None:
    assert values({"min": "wait"}) == {JANUARY: 30, FEBRUARY: 20}
    assert values({"max": "wait"}) == {JANUARY: 90, FEBRUARY: 60}


def test_open_is_what_is_open_at_the_end_of_each_month() -> None:
    side = {"open": "cases", "from": "at", "until": "closed"}
    assert values(side) == {JANUARY: 2, FEBRUARY: 2, MARCH: 1}
    assert values(side, "north") == {JANUARY: 1, FEBRUARY: 1, MARCH: 0}
    assert values(side, "south") == {JANUARY: 1, FEBRUARY: 1, MARCH: 1}


def test_open_reaches_the_end_of_the_window() -> None:
    side = {"open": "cases", "from": "at", "until": "closed"}
    window = (date(2026, 3, 1), date(2026, 5, 31))
    assert values(side, window=window) == {MARCH: 1, date(2026, 4, 1): 1, date(2026, 5, 1): 1}


def test_a_side_may_name_its_own_time_column() -> None:
    assert values({"count": "calls", "time": "closed"}) == {JANUARY: 3, FEBRUARY: 2, MARCH: 1}


def test_year_to_date_starts_with_the_fiscal_year() -> None:
    rows, schema = drawn(CALLS)
    side = WantedSide("side", Side(count="calls", source="calls"), (Grain.MONTH,), None, year_to_date=True)
    found = run(
        {"calls": (PlainSource(rows, "at", worker="agent"), schema)}, [side], WORLD, FiscalCalendar(2)
    )
    to_date = {
        start: one[0]
        for (_, unit, grain, start, _), one in found.items()
        if (unit, grain) == ("county", YEAR_TO_DATE)
    }
    assert to_date == {JANUARY: 4, FEBRUARY: 2}


def test_a_breakdown_names_missing_values() -> None:
    rows, schema = drawn(CALLS)
    side = WantedSide("side", Side(count="calls", source="calls"), (Grain.YEAR,), "outcome")
    found = run({"calls": (PlainSource(rows, "at"), schema)}, [side], WORLD, FiscalCalendar(1))
    assert {key[4]: answer[0] for key, answer in found.items() if key[1] == "county"} == {
        "answered": 4,
        "abandoned": 1,
        NO_CATEGORY: 1,
    }


def test_a_window_gives_whole_periods() -> None:
    assert values({"count": "calls"}, window=(date(2026, 1, 31), date(2026, 1, 31))) == {JANUARY: 4}


def test_a_scope_sees_its_units_only() -> None:
    north = Scope(viewer="s.supervisor", reason="supervises north", units=frozenset({"north"}))
    assert {unit for unit, _ in computed({"count": "calls"}, scope=north)} == {"north"}
    nobody = Scope(viewer="n.nobody", reason="no post")
    assert computed({"count": "calls"}, scope=nobody) == {}


def test_an_unknown_source_has_no_rows() -> None:
    assert computed({"count": "calls", "source": "letters"}) == {}


def test_value_of_stands_on_another_measure() -> None:
    with pytest.raises(ValueError, match="value_of"):
        run(
            {},
            [WantedSide("m/denominator", Side(value_of="population"), (Grain.YEAR,))],
            WORLD,
            FiscalCalendar(),
        )
