"""Every limit and every flag equals the published or reference answer."""

import csv
import json

import pytest

from goldenthread.calc.direction import Better
from goldenthread.calc.spc import (
    Meaning,
    Rule,
    Settings,
    Side,
    analyze,
    compute_limits,
    compute_trended_limits,
)

REFERENCE_SERIES = ["flat_series", "outlier_screen_true", "set_seed_123", "shift_6_only", "shift_7_above"]

LABELS = {
    (Rule.OUTSIDE, Side.HIGH): "Above UCL",
    (Rule.OUTSIDE, Side.LOW): "Below LCL",
    (Rule.TREND, Side.HIGH): "7 Point Trend (Increasing)",
    (Rule.TREND, Side.LOW): "7 Point Trend (Decreasing)",
    (Rule.NEAR_LIMIT, Side.HIGH): "2 in 3 Above CL",
    (Rule.NEAR_LIMIT, Side.LOW): "2 in 3 Below CL",
    (Rule.SHIFT, Side.HIGH): "7 Points Above CL",
    (Rule.SHIFT, Side.LOW): "7 Points Below CL",
}

MEANINGS = {
    "common_cause": Meaning.ORDINARY,
    "special_cause_improvement": Meaning.IMPROVEMENT,
    "special_cause_concern": Meaning.CONCERN,
}


def number(cell):
    return None if cell == "" else pytest.approx(float(cell), rel=1e-12)


@pytest.mark.parametrize("name", REFERENCE_SERIES)
def test_limits_and_flags_of_a_reference_series(samples, name):
    with (samples / "spc" / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    behavior = analyze([float(row["y"]) for row in rows], better=Better.HIGHER)
    (segment,) = behavior.segments
    assert len(rows) == len(behavior.points) >= 12
    for row, point in zip(rows, behavior.points, strict=True):
        limits = segment.limits
        assert limits.mean == number(row["mean_col"])
        assert limits.lower == number(row["lpl"])
        assert limits.upper == number(row["upl"])
        label = "Common Cause" if point.signal is None else LABELS[point.signal.rule, point.signal.side]
        assert label == row["special_cause_type"], row["x"]
        assert (point.signal is not None) == (row["special_cause_flag"] == "TRUE")
        assert point.meaning is MEANINGS[row["point_type"]], row["x"]


def test_meaning_turns_round_where_lower_is_better(samples):
    with (samples / "spc" / "shift_7_above.csv").open(newline="") as file:
        values = [float(row["y"]) for row in csv.DictReader(file)]
    higher = [point.meaning for point in analyze(values, better=Better.HIGHER).points]
    lower = [point.meaning for point in analyze(values, better=Better.LOWER).points]
    turned = {Meaning.IMPROVEMENT: Meaning.CONCERN, Meaning.CONCERN: Meaning.IMPROVEMENT}
    assert lower == [turned.get(meaning, meaning) for meaning in higher]
    assert Meaning.IMPROVEMENT in higher


@pytest.fixture
def wheeler(samples):
    examples = json.loads((samples / "spc" / "wheeler_published_examples.json").read_text())["examples"]
    return {example["id"]: example for example in examples}


def test_no_published_example_is_left_out(wheeler):
    assert set(wheeler) == {
        "in_process_inventory",
        "accident_rates_A",
        "accident_rates_B",
        "trend_region_D",
        "trend_region_B",
    }


def test_in_process_inventory(wheeler):
    example = wheeler["in_process_inventory"]
    published = example["published"]
    limits = compute_limits(example["values"], screen=False)
    assert limits.mean == pytest.approx(published["average"], abs=0.005)
    assert limits.average_moving_range == pytest.approx(published["average_mr"], abs=0.005)
    assert limits.upper == pytest.approx(published["unpl"], abs=0.005)
    assert limits.lower == pytest.approx(published["lnpl_computed"], abs=0.005)
    assert limits.upper_range == pytest.approx(published["url_computed_3.268"], abs=0.005)


@pytest.mark.parametrize("region", ["accident_rates_A", "accident_rates_B"])
def test_accident_rates(wheeler, region):
    example = wheeler[region]
    behavior = analyze(example["values"], better=Better.LOWER, settings=Settings(screen=False))
    limits = behavior.latest_limits
    assert limits.upper == pytest.approx(example["published"]["upper"], abs=0.06)
    assert limits.lower == pytest.approx(example["published"]["lower"], abs=0.06)


@pytest.mark.parametrize("region", ["trend_region_D", "trend_region_B"])
def test_trended_limits(wheeler, region):
    example = wheeler[region]
    values, published = example["values"], example["published"]
    limits = compute_trended_limits(values)
    assert limits.slope == pytest.approx(published["slope"], abs=0.02)
    assert limits.spread == pytest.approx(published["limit_delta_book"], abs=0.1)
    half = len(values) // 2
    lower, center, upper = limits.at(0)
    assert upper - center == center - lower == pytest.approx(limits.spread)
    first_middle = (limits.at(half // 2 - 1)[1] + limits.at(half // 2)[1]) / 2
    assert first_middle == pytest.approx(published["half_averages"][0], abs=0.06)
    second_middle = (limits.at(half + half // 2 - 1)[1] + limits.at(half + half // 2)[1]) / 2
    # Region B is printed as 878.4; the values printed beside it average 878.5.
    assert second_middle == pytest.approx(published["half_averages"][1], abs=0.11)
