"""Charts in time, read back from the SVG they make."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.utils import translation

from goldenthread.render.charts.series import draw_series, latest_part
from goldenthread.render.charts.values import (
    Change,
    ChartPoint,
    ChartSegment,
    Drawing,
    Mark,
    PointNote,
    SeriesChart,
    TargetStep,
)
from tests.render.gallery import examples

SVG = "{http://www.w3.org/2000/svg}"


def drawn(drawing: Drawing, name: str = "wide") -> ElementTree.Element:
    """One of the two renderings; that it parses shows that it is well formed."""
    tree = ElementTree.fromstring(drawing.html)
    return next(svg for svg in tree.iter("svg") if f"gt-chart--{name}" in svg.attrib["class"])


def paths(svg: ElementTree.Element, kind: str) -> list[str]:
    return [path.attrib["d"] for path in svg.iter("path") if kind in path.attrib["class"].split()]


def words(svg: ElementTree.Element, kind: str | None = None) -> list[str]:
    return [
        text.text or ""
        for text in svg.iter("text")
        if kind is None or f"gt-word--{kind}" in text.attrib["class"].split()
    ]


def points(*values: float | None) -> tuple[ChartPoint, ...]:
    return tuple(
        ChartPoint(f"Month {place}", f"M{place}", value, missing="no data")
        for place, value in enumerate(values)
    )


def test_it_says_its_finding_average_limits_target_and_signals() -> None:
    svg = drawn(draw_series(examples.calls_answered()))
    assert svg.attrib["role"] == "img"
    assert svg.findtext("title") == examples.calls_answered().finding
    said = svg.findtext("desc") or ""
    assert said.startswith("From April 2024 to September 2026. Last value 81.4% in September 2026.")
    assert "Average 80.6, normal range 75.6 to 85.6. Target 85." in said
    assert "Worse than normal: January 2026." in said
    assert "Better than normal: March 2026, April 2026," in said


def test_every_part_is_there_once() -> None:
    svg = drawn(draw_series(examples.calls_answered()))
    assert len(paths(svg, "gt-mark")) == 30
    assert len(paths(svg, "gt-mark--worse")) == 1
    assert len(paths(svg, "gt-mark--better")) == 7
    assert len(paths(svg, "gt-limit")) == 4
    assert len(paths(svg, "gt-average")) == 2
    assert len(paths(svg, "gt-target")) == 2
    assert len(paths(svg, "gt-change")) == 1
    assert words(svg, "limit") == ["Upper limit 85.6", "Lower limit 75.6"]
    assert words(svg, "target") == ["Target 80", "Target 85"]
    assert words(svg, "now") == ["81.4% now"]
    assert words(svg, "year") == ["2024", "2025", "2026"]


def test_a_phone_gets_the_latest_segment_with_whole_limits() -> None:
    svg = drawn(draw_series(examples.calls_answered()), "phone")
    assert svg.attrib["width"] == "288"
    assert len(paths(svg, "gt-mark")) == 15
    assert len(paths(svg, "gt-average")) == 1
    assert words(svg, "year") == ["2025", "2026"]


def test_a_long_segment_is_cut_for_a_phone() -> None:
    chart = SeriesChart("long", points(*range(60)), "count", segments=(ChartSegment(0, 59, 30, 10, 50),))
    part = latest_part(chart)
    assert [point.value for point in part.points] == list(range(36, 60))
    assert part.segments == (ChartSegment(0, 23, 30, 10, 50),)


def test_missing_is_a_gap_and_a_word_and_never_a_zero() -> None:
    svg = drawn(draw_series(SeriesChart("gap", points(5, 6, None, None, 7, 8), "count")))
    assert len(paths(svg, "gt-mark")) == 4
    assert len(paths(svg, "gt-line")) == 2
    assert words(svg, "missing") == ["no data"]


def test_a_new_definition_breaks_the_line() -> None:
    chart = SeriesChart(
        "new", points(5, 6, 7, 8), "count", changes=(Change(2, "Definition 2", new_definition=True),)
    )
    assert len(paths(drawn(draw_series(chart)), "gt-line")) == 2
    same = replace(chart, changes=(Change(2, "New leaflet"),))
    assert len(paths(drawn(draw_series(same)), "gt-line")) == 1


def test_at_most_two_notes_have_words() -> None:
    changes = (Change(1, "first"), Change(3, "second"))
    chart = SeriesChart(
        "busy", points(1, 2, 3, 4, 5, 6), "count", changes=changes, notes=(PointNote(5, "third"),)
    )
    svg = drawn(draw_series(chart))
    assert words(svg, "headline") == ["second", "third"]
    assert len(paths(svg, "gt-change")) == 2


def test_a_run_chart_has_a_median_and_no_range() -> None:
    drawing = draw_series(examples.run_chart())
    svg = drawn(drawing)
    assert words(svg, "average") == ["Median 60.5"]
    assert not paths(svg, "gt-limit")
    assert "shaded: normal range" not in [word.text for word in drawing.key]
    assert words(svg, "now") == ["61% so far"]


def test_the_key_names_the_shapes_that_are_there_and_where_the_axis_starts() -> None:
    texts = [word.text for word in draw_series(examples.calls_answered()).key]
    assert texts == [
        "ordinary month",
        "better than normal",
        "worse than normal",
        "shaded: normal range",
        "Axis starts at 65",
        "Axis starts at 70",
    ]
    assert [word.only for word in draw_series(examples.calls_answered()).key][-2:] == ["wide", "phone"]


@pytest.mark.parametrize("mark", list(Mark))
def test_each_mark_has_a_shape_of_its_own(mark: Mark) -> None:
    one = ChartPoint("June 2026", "Jun", 5.0, mark)
    svg = drawn(draw_series(SeriesChart("one", (one,), "count")))
    assert len(paths(svg, f"gt-mark--{mark}")) == 1


def test_nothing_a_person_typed_becomes_markup() -> None:
    evil = '"><script>alert(1)</script>'
    chart = SeriesChart(
        evil,
        (
            ChartPoint(evil, evil, 1.0, year_label=evil),
            ChartPoint(evil, evil, None, missing=evil),
            *points(2, 3),
        ),
        "count",
        targets=(TargetStep(0, 3, 2, evil),),
        changes=(Change(1, evil, evil),),
        notes=(PointNote(0, evil),),
    )
    html = draw_series(chart).html
    assert "<script" not in html
    ElementTree.fromstring(html)


def test_coordinates_have_points_in_every_language() -> None:
    with translation.override("de"):
        html = draw_series(examples.calls_answered()).html
    for path in re.findall(r' d="([^"]*)"', html):
        assert "," not in path


def test_a_chart_without_periods_is_refused() -> None:
    with pytest.raises(ValueError, match="no periods"):
        draw_series(SeriesChart("none", (), "count"))


def test_a_chart_of_gaps_only_still_stands() -> None:
    svg = drawn(draw_series(SeriesChart("gaps", points(None, None), "count")))
    assert words(svg, "missing") == ["no data"]
    assert not paths(svg, "gt-mark")
