"""Which target holds for whom."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import Located, check
from goldenthread.record.measures.definition import MeasureDefinition, TargetShape
from goldenthread.record.measures.targets import target_for
from tests.record.measures.county import CALENDAR

TARGETS = [
    {"to": "2027-07-01", "value": 80},
    {"from": "2027-07-01", "value": 90},
    {"unit": "benefits", "from": "2027-01-10", "to": "2027-07-01", "value": 85},
]
NORTH = ("north", "benefits", "county")


@pytest.mark.parametrize(
    ("unit", "line", "day", "value"),
    [
        ("percent", NORTH, "2026-12-01", 80),
        ("percent", NORTH, "2027-01-01", 85),
        ("percent", ("benefits", "county"), "2027-01-01", 85),
        ("percent", ("county",), "2027-01-01", 80),
        ("percent", NORTH, "2027-07-01", 90),
        ("count", NORTH, "2027-01-01", None),
        ("count", ("benefits", "county"), "2027-01-01", 85),
        ("count", ("benefits", "county"), "2026-12-01", None),
        ("count", ("county",), "2026-12-01", 80),
        ("percent", (), "2026-12-01", None),
    ],
    ids=[
        "a rate without its own takes the general one",
        "nearest above, in force on the last day",
        "its own",
        "not from below",
        "stepped when it changes",
        "an amount is not aimed at from above",
        "an amount of its own",
        "the general amount is the keeper's alone",
        "the keeper's",
        "no unit at all",
    ],
)
def test_target_for(unit: str, line: tuple[str, ...], day: str, value: float | None) -> None:
    definition = check(
        MeasureDefinition,
        Located(
            {
                "measure": "m",
                "title": "M",
                "manual": True,
                "frequency": "month",
                "show_as": {"unit": unit},
                "targets": TARGETS,
            }
        ),
    )
    period = CALENDAR.period_of(datetime.date.fromisoformat(day), Grain.MONTH)
    found = target_for(definition, line, period, keeper="county")
    assert (found.target.value if found else None) == value


def test_a_target_holds_from_its_first_day_until_before_its_last() -> None:
    target = TargetShape.model_validate({"from": "2026-07-01", "to": "2026-07-03", "value": 80})
    days = [datetime.date(2026, 6, 30) + datetime.timedelta(days=step) for step in range(4)]
    assert [target.holds_on(day) for day in days] == [False, True, True, False]
