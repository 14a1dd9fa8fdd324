"""On-time rates of an ambulance service: cells roll up to the published rate, which is then judged."""

from __future__ import annotations

from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from goldenthread.calc.aggregation import RolledUp, roll_up_rates
from goldenthread.calc.direction import Better
from goldenthread.calc.lenses import Answer, Target, met_target
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.calc.spc import Settings, analyze
from goldenthread.results.verdicts import Scale, verdict
from tests.calc.spc import twin
from tests.real.loading import load

CELLS = [f"{area}_p{priority}" for area in ("austin", "county") for priority in range(1, 6)]
FISCAL = FiscalCalendar(10)
PERCENT = Scale("percent", Better.HIGHER)

# The published cells are rounded, and mutual aid outside both areas is in the published rate only.
POINTS_APART = 0.6


@pytest.fixture(scope="module")
def months(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    loaded = load(
        "ems_incidents", samples / "austin/EMS_-_Incidents_by_Month.csv", tmp_path_factory.mktemp("ems")
    )
    assert loaded.report.rejected == 0
    return sorted(loaded.rows, key=lambda row: row["month"])


def _overall(row: dict[str, Any]) -> RolledUp:
    return roll_up_rates((row[cell] * row[f"{cell}_on_time"] / 100, row[cell]) for cell in CELLS)


def _percent(row: dict[str, Any]) -> float:
    sums = _overall(row)
    assert sums.numerator is not None
    assert sums.denominator
    return 100 * sums.numerator / sums.denominator


def test_cells_add_up_to_the_published_rate_in_every_month(months: list[dict[str, Any]]) -> None:
    apart = [abs(_percent(row) - row["published_on_time"]) for row in months]
    assert len(apart) == 115
    assert max(apart) <= POINTS_APART


def test_the_mean_of_the_cells_would_be_wrong(months: list[dict[str, Any]]) -> None:
    means = [mean(row[f"{cell}_on_time"] for cell in CELLS) for row in months]
    apart = [abs(one - row["published_on_time"]) for one, row in zip(means, months, strict=True)]
    assert min(apart) > POINTS_APART


def test_its_chart_equals_the_slow_twin(months: list[dict[str, Any]]) -> None:
    values = [_percent(row) for row in months]
    behavior = analyze(values, better=Better.HIGHER)
    (segment,) = behavior.segments
    center, lower, upper, near_lower, near_upper = twin.limits(values, screen=True)
    found = segment.limits
    assert found is not None
    assert (found.mean, found.lower, found.upper) == pytest.approx(tuple(map(float, (center, lower, upper))))
    bounds = (center, lower, upper, near_lower, near_upper)
    labels = [twin.label(values, i, bounds, shift=7, trend=7) for i in range(len(values))]
    assert [point.signal is not None for point in behavior.points] == [
        label not in (None, "Common Cause") for label in labels
    ]


def test_the_last_month_met_its_target_and_the_verdict_says_so(months: list[dict[str, Any]]) -> None:
    values = [_percent(row) for row in months]
    behavior = analyze(values, better=Better.HIGHER)
    last, target = behavior.points[-1], Target(value=months[-1]["target_on_time"])
    assert last.value is not None
    met = met_target(last.value, target, Better.HIGHER).answer is Answer.YES
    assert met == (values[-1] >= 90)
    period = FISCAL.period_of(months[-1]["month"], Grain.MONTH)
    sentence = verdict(
        last.value,
        PERCENT,
        period=FISCAL.phrase(period),
        target=target,
        signal=last.signal,
        meaning=last.meaning,
        previous=FISCAL.label(FISCAL.previous(period)),
        grain=Grain.MONTH,
        points=len(values),
        settings=Settings(),
        of="incidents",
    )
    assert sentence.startswith(f"{values[-1]:.1f}% of incidents in April 2020")
    assert ("short of" in sentence) != met
