"""Ticks, pixels and labels."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.render.charts.labels import LEAST_GAP, spread
from goldenthread.render.charts.scales import Scale, nice_ticks, px

values = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-6)


@given(st.lists(values, min_size=1, max_size=20), st.sampled_from(["count", "percent", "duration"]))
def test_ticks_reach_around_all_values_in_even_steps(numbers: list[float], unit: str) -> None:
    ticks = [tick.value for tick in nice_ticks(numbers, unit)]
    spare = 1e-6 * max(1.0, *map(abs, numbers))
    assert ticks[0] <= min(numbers) + spare
    assert ticks[-1] >= max(numbers) - spare
    assert 2 <= len(ticks) <= 8
    steps = [high - low for low, high in pairwise(ticks)]
    assert max(steps) - min(steps) <= 1e-6 * max(1.0, *map(abs, ticks))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_a_share_has_no_tick_below_nothing_or_above_everything(numbers: list[float]) -> None:
    ticks = [tick.value for tick in nice_ticks(numbers, "percent", floor=0, ceiling=100)]
    assert all(0 <= tick <= 100 for tick in ticks)


@pytest.mark.parametrize(
    ("numbers", "unit", "texts"),
    [
        ([67.8, 85.6], "percent", ["65", "70", "75", "80", "85", "90"]),
        ([1_200, 9_800], "currency", ["$0", "$2,000", "$4,000", "$6,000", "$8,000", "$10,000"]),
        ([400, 610], "duration", ["6:00", "7:00", "8:00", "9:00", "10:00", "11:00"]),
        ([0.11, 0.34], "number", ["0.10", "0.15", "0.20", "0.25", "0.30", "0.35"]),
        ([], "count", ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_ticks_are_round_and_written_as_a_person_would(
    numbers: list[float], unit: str, texts: list[str]
) -> None:
    assert [tick.text for tick in nice_ticks(numbers, unit)] == texts


def test_bars_start_at_zero() -> None:
    assert nice_ticks([40, 90], "count", from_zero=True)[0].value == 0


def test_a_value_outside_the_scale_stands_at_its_end() -> None:
    scale = Scale(0, 10, 200, 0)
    assert (scale.at(0), scale.at(5), scale.at(10), scale.at(12)) == (200, 100, 0, 0)


@pytest.mark.parametrize(("pixels", "text"), [(1.0, "1"), (1.25, "1.2"), (-0.5, "-0.5"), (1000, "1000")])
def test_pixels_are_written_short(pixels: float, text: str) -> None:
    assert px(pixels) == text


@given(st.lists(st.floats(0, 300), max_size=8))
def test_labels_keep_apart_and_in_order(wanted: list[float]) -> None:
    placed = spread(wanted, top=0, bottom=300)
    for low, high in pairwise(sorted(placed)):
        assert high - low >= LEAST_GAP - 1e-6
    assert all(-1e-6 <= one <= 300 + 1e-6 for one in placed)
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    assert [placed[index] for index in order] == sorted(placed)


@given(st.lists(st.floats(20, 280), min_size=1, max_size=8, unique=True))
def test_a_label_with_room_stays_where_it_belongs(wanted: list[float]) -> None:
    placed = spread(wanted, top=0, bottom=300)
    for index, one in enumerate(wanted):
        if all(abs(one - other) > LEAST_GAP * len(wanted) * 2 for other in wanted if other != one):
            assert placed[index] == pytest.approx(one)
