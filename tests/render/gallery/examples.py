"""Values of a county that does not exist, enough to show every chart and component."""

from __future__ import annotations

from goldenthread.calc.periods import MONTHS
from goldenthread.render.charts.day_bars import DayBars, DayCount
from goldenthread.render.charts.funnel import FunnelChart, FunnelLine, FunnelMark, sample_sizes
from goldenthread.render.charts.multiples import Multiple
from goldenthread.render.charts.small import RangeBar, Sparkline
from goldenthread.render.charts.values import (
    Change,
    ChartPoint,
    ChartSegment,
    Direction,
    Mark,
    PointNote,
    SeriesChart,
    TargetStep,
)

FIRST_YEAR = [71.8, 73.4, 72.1, 74.9, 73.0, 70.6, 72.7, 74.2, 71.5, 69.9, 71.2, 73.8, 74.4, 72.5, 73.1]
SECOND_YEAR = [78.9, 80.6, 80.1, 80.3, 81.2, 79.8, 73.9, 79.1, 81.2, 83.2, 81.3, 82.4, 83.6, 82.6, 81.4]


def month(index: int, value: float | None, mark: Mark = Mark.ORDINARY, **more: object) -> ChartPoint:
    """The month `index` months after April 2024."""
    year, place = divmod(3 + index, 12)
    name = MONTHS[place]
    return ChartPoint(
        f"{name} {2024 + year}",
        name[:3],
        value,
        mark,
        year_label=str(2024 + year),
        **more,  # type: ignore[arg-type]
    )


def calls_answered() -> SeriesChart:
    """Thirty months in two segments, with a stepped target, a note and a re-set of the limits."""
    points = [month(index, value) for index, value in enumerate(FIRST_YEAR)]
    for index, value in enumerate(SECOND_YEAR, start=len(FIRST_YEAR)):
        mark = Mark.BETTER if index > 22 else Mark.ORDINARY
        direction = None
        if value == 73.9:
            mark, direction = Mark.WORSE, Direction.DOWN
        points.append(month(index, value, mark, direction=direction))
    return SeriesChart(
        finding="Calls fell below the lower limit in January, and have been above average for seven months.",
        points=tuple(points),
        unit="percent",
        segments=(ChartSegment(0, 14, 72.6, 67.8, 77.3), ChartSegment(15, 29, 80.6, 75.6, 85.6)),
        targets=(TargetStep(0, 26, 80), TargetStep(27, 29, 85)),
        changes=(
            Change(15, "Call-back queue began July 2025", "limits re-set by A. Okafor, reason recorded"),
        ),
        notes=(PointNote(21, "Jan 2026: renewal surge"),),
        floor=0,
        ceiling=100,
    )


def run_chart() -> SeriesChart:
    """Eight months: too early for limits."""
    values = [58, 63, 60, 57, 64, 59, 62, 61]
    points = [month(22 + index, value) for index, value in enumerate(values[:-1])]
    return SeriesChart(
        finding="Eight months: too early for limits. No verdict on the trend yet.",
        points=(*points, month(29, 61, Mark.PROVISIONAL)),
        unit="percent",
        segments=(ChartSegment(0, 7, 60.5),),
    )


def every_mark() -> SeriesChart:
    """Each shape once, two gaps, a new definition, and an axis in money."""
    marks = [*Mark, Mark.WORSE]
    points = [month(index, 12_000 + 900 * index, mark) for index, mark in enumerate(marks)]
    points[-1] = month(7, 14_800, Mark.WORSE, direction=Direction.DOWN)
    return SeriesChart(
        finding="Every mark once; two months were not collected.",
        points=(
            *points,
            month(8, None, missing="not collected"),
            month(9, None, missing="not collected"),
            month(10, 15_500),
        ),
        unit="currency",
        segments=(ChartSegment(0, 10, 14_500, None, 17_900),),
        targets=(TargetStep(0, 10, 13_000, "At least"), TargetStep(0, 10, 16_000, "At most")),
        changes=(Change(4, "Definition 3: late fees count", new_definition=True),),
        floor=0,
    )


def one_point() -> SeriesChart:
    """The first month of a measure."""
    return SeriesChart(
        finding="1 month so far; a verdict needs 12.", points=(month(0, 522.0),), unit="duration"
    )


def offices() -> FunnelChart:
    """Six offices, one below what chance explains."""
    units = (
        FunnelMark("Fairview", 7_840, 82.0),
        FunnelMark("Harbor", 4_560, 71.4, Mark.WORSE, Direction.DOWN),
        FunnelMark("Mill Creek", 5_220, 79.8),
        FunnelMark("North Bend", 9_630, 84.1),
        FunnelMark("Old Town", 11_600, 82.9),
        FunnelMark("West Valley", 3_350, 83.2),
    )
    average = 81.4
    lines = tuple(
        FunnelLine(
            size,
            average - 1.5 - 70 / size**0.5,
            average + 1.5 + 70 / size**0.5,
            average - 2.3 - 120 / size**0.5,
            average + 2.3 + 120 / size**0.5,
        )
        for size in sample_sizes(units)
    )
    return FunnelChart(
        finding="Harbor is lower than chance explains.",
        units=units,
        lines=lines,
        average=average,
        unit="percent",
        size_words="Calls in September",
    )


def office_series() -> list[Multiple]:
    """The same offices over twelve months, handed in out of order."""
    ordinary = [80.9, 81.6, 80.7, 82.0, 81.2, 80.1, 81.8, 81.0, 82.4, 81.9, 82.1, 82.3]
    falling = [79.5, 79.9, 78.4, 80.1, 79.0, 79.9, 78.2, 76.9, 75.6, 74.1, 72.8, 71.4]
    steps = (TargetStep(0, 8, 80), TargetStep(9, 11, 85))
    found = [
        Multiple(
            name,
            f"{ordinary[-1] + shift:.1f}%",
            "Normal variation",
            tuple(month(18 + place, value + shift) for place, value in enumerate(ordinary)),
            lower=78.5 + shift,
            upper=84.2 + shift,
            average=81.3 + shift,
            targets=steps,
        )
        for name, shift in [("West Valley", 1.0), ("Fairview", 0), ("Old Town", 0.5), ("Mill Creek", -2.2)]
    ]
    points = tuple(
        month(18 + place, value, Mark.WORSE if place > 5 else Mark.ORDINARY, direction=Direction.DOWN)
        for place, value in enumerate(falling)
    )
    harbor = Multiple(
        "Harbor",
        "71.4%",
        "Falling; more than normal",
        points,
        Mark.WORSE,
        Direction.DOWN,
        74.0,
        84.0,
        79.0,
        steps,
    )
    return [*found, harbor]


def days() -> DayBars:
    """Thirteen days, two of them new."""
    counts = [2035, 1957, 212, 176, 2121, 1990, 1936, 1921, 2058, 205, 164, 1982, 57]
    names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    return DayBars(
        finding="Every working day is here. Today stops at 2:00 a.m., as every night.",
        days=tuple(
            DayCount(f"{names[place % 7]} {place + 1}", count, new=place > 10)
            for place, count in enumerate(counts)
        ),
    )


def sparkline(*, signal: bool = False) -> Sparkline:
    """Twelve months inside their range, or rising out of it."""
    values = [8.1, 7.9, 8.4, 8.0, 8.2, 7.8, 8.3, 8.1, 8.0, 8.2, 10.1, 11.2 if signal else 8.4]
    if not signal:
        values[10] = 8.0
    mark = Mark.WORSE if signal else Mark.ORDINARY
    points = [month(18 + place, value) for place, value in enumerate(values[:-2])]
    points += [month(18 + place, values[place], mark, direction=Direction.UP) for place in (10, 11)]
    return Sparkline(tuple(points), lower=6.9, upper=9.4, target=7.0)


FOLDED = "Folded into Phone service center: fewer than five people"


def tile_bars() -> list[tuple[str, str, str, RangeBar]]:
    """Title, value, words and bar of four tiles."""
    return [
        ("Average call time", "8:42", "Normal range 7:36 to 9:48", RangeBar(522, 456, 588, 518)),
        ("Available, awaiting a call", "21%", "Normal range 13 to 27%", RangeBar(21, 13, 27, 20)),
        (
            "Time on phone, per worker",
            "4 h 51 min",
            "Normal range 4 h 12 to 5 h 30",
            RangeBar(291, 252, 330, 294),
        ),
        (
            "Renewals on time",
            "91%",
            "Normal 84 to 96%. Target 92%, missed by 1",
            RangeBar(91, 84, 96, 89, 92),
        ),
    ]
