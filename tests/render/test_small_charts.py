"""Sparkline, range bar, funnel, small multiples, day bars."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from goldenthread.render.charts import marks
from goldenthread.render.charts.day_bars import DayBars, DayCount, draw_day_bars
from goldenthread.render.charts.funnel import draw_funnel
from goldenthread.render.charts.labels import width_of
from goldenthread.render.charts.multiples import draw_multiples
from goldenthread.render.charts.small import (
    BarSize,
    RangeBar,
    Sparkline,
    draw_range_bar,
    draw_sparkline,
)
from goldenthread.render.charts.values import Direction, Mark
from tests.render.gallery import examples


def parts(html: str, kind: str) -> list[dict[str, str]]:
    tree = ElementTree.fromstring(html)
    return [one.attrib for one in tree.iter() if kind in one.attrib.get("class", "").split()]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: draw_sparkline(examples.sparkline()),
        lambda: draw_range_bar(RangeBar(5, 3, 8, 6)),
        lambda: marks.icon(Mark.WORSE, Direction.DOWN),
        lambda: marks.target_icon(met=True),
    ],
    ids=["sparkline", "range bar", "icon", "target icon"],
)
def test_what_stands_beside_its_number_is_hidden_from_screen_readers(draw: Callable[[], str]) -> None:
    assert ElementTree.fromstring(draw()).attrib["aria-hidden"] == "true"


def test_the_last_point_of_a_sparkline_carries_the_shape() -> None:
    drawn = parts(draw_sparkline(examples.sparkline(signal=True)), "gt-mark")
    assert [one["class"] for one in drawn] == ["gt-mark gt-mark--worse"] * 2
    assert [one["class"] for one in parts(draw_sparkline(examples.sparkline()), "gt-mark")] == [
        "gt-mark gt-mark--ordinary"
    ]


def test_a_sparkline_of_nothing_is_empty() -> None:
    html = draw_sparkline(Sparkline((examples.month(0, None), examples.month(1, None))))
    assert not parts(html, "gt-mark")
    assert not parts(html, "gt-line")


def test_a_range_bar_puts_value_range_and_target_on_its_own_scale() -> None:
    html = draw_range_bar(RangeBar(91, 84, 96, 89, 92), BarSize.TILE)
    (band,), (target,) = parts(html, "gt-range__band"), parts(html, "gt-range__target")
    left, right = float(band["x"]), float(band["x"]) + float(band["width"])
    at = float(target["d"].removeprefix("M").split()[0])
    assert left < at < right
    assert (at - left) / (right - left) == pytest.approx((92 - 84) / (96 - 84), abs=0.01)


def test_a_range_bar_without_a_value_shows_the_range_alone() -> None:
    html = draw_range_bar(RangeBar(None, 84, 96, 89))
    assert not parts(html, "gt-mark")
    assert parts(html, "gt-range__band")


def test_a_funnel_names_every_unit_and_puts_none_in_order_of_value() -> None:
    html = draw_funnel(examples.offices()).html
    tree = ElementTree.fromstring(html)
    wide = next(svg for svg in tree.iter("svg"))
    names = [text.text for text in wide.iter("text")]
    assert {"Fairview", "Harbor", "Mill Creek", "North Bend", "Old Town", "West Valley"} <= set(names)
    said = wide.findtext("desc") or ""
    positions = [said.index(name) for name in ("Fairview", "Harbor", "Mill Creek", "North Bend", "Old Town")]
    assert positions == sorted(positions)
    assert "Harbor 71.4%, worse than normal" in said


def test_small_multiples_are_in_alphabetical_order_on_one_scale() -> None:
    drawn = draw_multiples(examples.office_series(), "percent")
    tree = ElementTree.fromstring(drawn.html)
    names = [one.text for one in tree.iter("span") if one.attrib.get("class") == "gt-multiple__name"]
    assert names == ["Fairview", "Harbor", "Mill Creek", "Old Town", "West Valley"]
    targets = [one["d"].split()[1].split("H")[0] for one in parts(drawn.html, "gt-target")]
    assert len(set(targets)) == 2, "the same target stands at the same height in each"


def test_day_bars_say_none_for_a_day_without_rows() -> None:
    chart = DayBars(
        "One day is empty.", (DayCount("Mon 1", 40), DayCount("Tue 2", 0), DayCount("Wed 3", 20, new=True))
    )
    html = draw_day_bars(chart).html
    heights = [float(one["height"]) for one in parts(html, "gt-day")][:3]
    assert heights[0] == pytest.approx(2 * heights[2], abs=0.2)
    assert heights[1] == 0
    texts = [one.text for one in ElementTree.fromstring(html).iter("text")]
    assert texts.count("none") == 2
    assert texts.count("new in this batch") == 2


def test_many_days_thin_their_labels_and_none_covers_another() -> None:
    chart = DayBars("A quarter.", tuple(DayCount(f"Jul {day}", 1_000) for day in range(1, 91)))
    tree = ElementTree.fromstring(draw_day_bars(chart).html)
    wide = next(tree.iter("svg"))
    labels = [float(one.attrib["x"]) for one in wide.iter("text") if (one.text or "").startswith("Jul")]
    assert min(right - left for left, right in pairwise(labels)) >= 40


@pytest.mark.parametrize("bars", [13, 40, 48])
def test_no_number_of_a_day_stands_in_a_bar(bars: int) -> None:
    counts = [429, 5_210, *(7_000 + 13 * place for place in range(bars - 2))]
    chart = DayBars("Years.", tuple(DayCount(f"Nov ’{10 + place}", one) for place, one in enumerate(counts)))
    for svg in ElementTree.fromstring(draw_day_bars(chart).html).iter("svg"):
        rects = [{name: float(one.attrib[name]) for name in ("x", "y", "width")} for one in svg.iter("rect")]
        numbers = [one for one in svg.iter("text") if (one.text or "").replace(",", "").isdigit()]
        assert numbers[-1].text == f"{counts[-1]:,}", "the fullest has its number"
        for one in numbers:
            middle, half = float(one.attrib["x"]), width_of(one.text or "") / 2
            under = [
                bar for bar in rects if bar["x"] < middle + half and middle - half < bar["x"] + bar["width"]
            ]
            assert all(float(one.attrib["y"]) < bar["y"] for bar in under)


def test_a_word_too_long_for_its_bar_takes_no_number_from_the_others() -> None:
    chart = DayBars(
        "Days.", tuple(DayCount(f"11/{day}", 100 + day if day != 3 else 0) for day in range(1, 42))
    )
    wide = next(ElementTree.fromstring(draw_day_bars(chart).html).iter("svg"))
    texts = {one.text for one in wide.iter("text")}
    assert {"101", "102", "141"} <= texts
    assert "none" not in texts
